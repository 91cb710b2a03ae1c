import { QueryCommand } from '@aws-sdk/lib-dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ListEntry } from '../../../functions/catalogue/model.ts'
import { readNationalRecords } from '../../../functions/catalogue/national-records.ts'
import { createCatalogue } from '../../../functions/catalogue/public.ts'
import { publishAll } from '../../../functions/catalogue/publish.ts'
import { mostEntriesRead } from '../../../functions/catalogue/use-cases.ts'
import { noticePeriod } from '../../../functions/catalogue/versions.ts'
import provinceFile from '../../../infra/provinces/37.json' with { type: 'json' }
import type { Item } from '../../../shared/dynamo.ts'
import { provinceSchema } from '../../../shared/province.ts'
import { minutes, startOfDate, toIso } from '../../../shared/time.ts'
import { runs } from '../../kit/runs.ts'
import { birth, recordOf, residence } from './samples.ts'
import { draftOf, log, place, start, startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

const wishedFrom = startOfDate('2025-07-01')
const correlationId = 'c1'

const itemsOf = async (table: string, pk: string): Promise<Item[]> => {
  const page = await world.dynamo.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
    }),
  )
  return page.Items ?? []
}
const eventsOf = async (table: string, code: string) =>
  (await itemsOf(table, `procedure#${code}`)).filter((item) => String(item.sk).startsWith('event#'))

describe('publishing', () => {
  it('writes version, head, list entry and event together', async () => {
    const { table, publishing } = await world.fresh()
    const outcome = await publishing.publish({ draft: draftOf('1.000001'), wishedFrom, correlationId })
    expect(outcome).toEqual({ kind: 'published', version: 1, validFrom: wishedFrom })
    expect((await itemsOf(table, 'procedure#1.000001')).map((item) => item.sk)).toEqual([
      'event#0000000001',
      'head',
      'version#0001',
    ])
    expect((await itemsOf(table, 'list')).map((item) => item.sk)).toEqual(['1.000001'])
    const [event] = await eventsOf(table, '1.000001')
    expect(event).toMatchObject({
      unpublished: 'waiting',
      event: {
        type: 'vn.motcua.catalogue.published.v1',
        subject: 'procedure/1.000001',
        sequence: 1,
        ...place,
        correlationId,
        data: { code: '1.000001', version: 1, validFrom: toIso(wishedFrom) },
      },
    })
  })

  it('the same content again changes nothing; other content begins after a notice', async () => {
    const { table, publishing, catalogue, time } = await world.fresh()
    await publishing.publish({ draft: draftOf('1.000001'), wishedFrom, correlationId })
    const before = await itemsOf(table, 'procedure#1.000001')
    const again = await publishing.publish({ draft: draftOf('1.000001'), wishedFrom, correlationId: 'c2' })
    expect(again).toEqual({ kind: 'unchanged' })
    expect(await itemsOf(table, 'procedure#1.000001')).toEqual(before)

    const draft = draftOf('1.000001', { name: 'Tên mới' })
    const changed = await publishing.publish({ draft, wishedFrom, correlationId })
    expect(changed).toEqual({ kind: 'published', version: 2, validFrom: start + noticePeriod })
    expect((await catalogue.current('1.000001'))?.name).toBe('Đăng ký khai sinh')
    time.now = start + noticePeriod
    expect(await catalogue.current('1.000001')).toMatchObject({ name: 'Tên mới', version: 2 })
    expect((await catalogue.version('1.000001', 1))?.name).toBe('Đăng ký khai sinh')
  })

  it('a version that is there can never be written again', async () => {
    const { store, publishing, table } = await world.fresh()
    await publishing.publish({ draft: draftOf('1.000001'), wishedFrom, correlationId })
    const seen = await store.head('1.000001')
    const before = await itemsOf(table, 'procedure#1.000001')
    const procedure = { ...draftOf('1.000001', { name: 'Khác' }), validFrom: 0, publishedAt: 0 }
    const entry: ListEntry = { code: '1.000001', versions: [] }
    const common = { contentHash: 'x', entry, correlationId }
    // Right head, but a number that is taken; and no head seen, though there is one.
    expect(await store.publish({ ...common, procedure: { ...procedure, version: 1 }, seen })).toBe(false)
    expect(await store.publish({ ...common, procedure: { ...procedure, version: 2 }, seen: undefined })).toBe(
      false,
    )
    expect(await itemsOf(table, 'procedure#1.000001')).toEqual(before)
    expect((await itemsOf(table, 'list'))[0]?.versions).toHaveLength(1)
  })

  it('publishers at the same time make one version each, and one sequence without a gap', async () => {
    const { store, publishing, table, catalogue } = await world.fresh()
    const names = ['A', 'B', 'C', 'D']
    const outcomes = await Promise.all(
      names.map((name) =>
        publishing.publish({ draft: draftOf('1.000001', { name }), wishedFrom, correlationId }),
      ),
    )
    const numbers = outcomes.map((outcome) => (outcome.kind === 'published' ? outcome.version : 0))
    expect(numbers.sort()).toEqual([1, 2, 3, 4])
    const events = (await eventsOf(table, '1.000001')).map((item) => item.event as { sequence: number })
    expect(events.map((event) => event.sequence)).toEqual([1, 2, 3, 4])
    expect((await store.head('1.000001'))?.versions.map((line) => line.number)).toEqual([1, 2, 3, 4])
    const stored = await Promise.all([1, 2, 3, 4].map((n) => catalogue.version('1.000001', n)))
    expect(stored.map((version) => version?.name).sort()).toEqual(names)
  })

  it('equal publishers at the same time make one version', async () => {
    const { publishing, table } = await world.fresh()
    const outcomes = await Promise.all(
      Array.from({ length: 5 }, () =>
        publishing.publish({ draft: draftOf('1.000001'), wishedFrom, correlationId }),
      ),
    )
    expect(outcomes.filter(({ kind }) => kind === 'published')).toHaveLength(1)
    expect(await eventsOf(table, '1.000001')).toHaveLength(1)
  })
})

describe('the list', () => {
  it('shows the version in force, not the one to come', async () => {
    const { publishing, reading, time } = await world.fresh()
    await publishing.publish({ draft: draftOf('1.000001'), wishedFrom, correlationId })
    await publishing.publish({ draft: draftOf('1.000001', { level: 'partial' }), wishedFrom, correlationId })
    await publishing.publish({ draft: draftOf('1.000002'), wishedFrom: start + minutes(9), correlationId })
    const shown = async () =>
      (await reading.list({ limit: 20 })).items.map((s) => [s.code, s.level, s.version])
    expect(await shown()).toEqual([['1.000001', 'full', 1]])
    time.now = start + noticePeriod
    expect(await shown()).toEqual([['1.000001', 'partial', 2]])
    expect((await reading.list({ limit: 20, level: 'full' })).items).toEqual([])
    time.now = start + minutes(9)
    expect((await shown()).map(([code]) => code)).toEqual(['1.000001', '1.000002'])
  })

  it('has complete pages that do not overlap, for any limit and any search, in bounded reads', async () => {
    const { publishing, reading, store } = await world.fresh()
    const codes = Array.from({ length: 60 }, (_, index) => `1.${String(index + 1).padStart(6, '0')}`)
    const nameOf = (index: number) => (index % 7 === 0 ? 'Đăng ký thường trú' : 'Khai sinh')
    await Promise.all(
      codes.map((code, index) =>
        publishing.publish({ draft: draftOf(code, { name: nameOf(index) }), wishedFrom, correlationId }),
      ),
    )
    const wanted = codes.filter((_, index) => index % 7 === 0)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 70 }), fc.boolean(), async (limit, isSearch) => {
        const seen: string[] = []
        for (let after: string | undefined, calls = 0; calls < 70; calls += 1) {
          const q = isSearch ? 'dang ky thuong tru' : undefined
          const { items, last } = await reading.list({ limit, after, q })
          expect(items.length).toBeLessThanOrEqual(limit)
          seen.push(...items.map((item) => item.code))
          if (last === undefined) break
          after = last
        }
        expect(seen).toEqual(isSearch ? wanted : codes)
      }),
      { numRuns: runs(12) },
    )
    expect((await store.entries(undefined, 10)).entries).toHaveLength(10)
  })

  it('reads a bounded number of entries for a search that finds little', async () => {
    const { clock, catalogue, reading } = await world.fresh()
    expect(reading).toBeDefined()
    const asked: number[] = []
    const { readingUseCases } = await import('../../../functions/catalogue/use-cases.ts')
    const { list } = readingUseCases({
      store: {
        entries: async (_, most) => {
          asked.push(most)
          const entries = Array.from({ length: most }, (_, n) => ({ code: `1.${100_000 + n}`, versions: [] }))
          return { entries, more: true }
        },
      },
      catalogue,
      clock,
    })
    expect(await list({ limit: 20, q: 'rare' })).toEqual({
      items: [],
      last: `1.${100_000 + mostEntriesRead - 1}`,
    })
    expect(await list({ limit: 20 })).toMatchObject({ last: '1.100020' })
    expect(asked).toEqual([mostEntriesRead, 21])
  })
})

describe('the deploy-time command', () => {
  const province = provinceSchema.parse(provinceFile)
  const deps = async () => {
    const { table, clock, store } = await world.fresh()
    const nationalRecords = readNationalRecords()
    return { dynamo: world.dynamo, table, clock, province, environment: 'test', nationalRecords, log, store }
  }

  it('publishes the whole overlay once, and nothing when it is run again', async () => {
    const { store: _, ...given } = await deps()
    const codes = Object.keys(province.procedures)
    expect(await publishAll(given)).toEqual({ published: codes, unchanged: [] })
    expect(await publishAll(given)).toEqual({ published: [], unchanged: codes })
    const catalogue = createCatalogue(given)
    for (const code of codes) expect(await catalogue.current(code)).toMatchObject({ code, version: 1 })
  })

  it('checks everything before it writes anything, and names every mistake', async () => {
    const { store, ...given } = await deps()
    const records = [
      { ...recordOf(birth), timeLimit: { ...recordOf(birth).timeLimit, value: 0 } },
      { ...recordOf(residence), contact: { email: '/nothing', phone: '/requester/phone' } },
    ]
    const failed = publishAll({ ...given, nationalRecords: records })
    await expect(failed).rejects.toThrow(/timeLimit[\s\S]*no field \/nothing[\s\S]*no national record/)
    expect((await store.entries(undefined, 10)).entries).toEqual([])
  })
})
