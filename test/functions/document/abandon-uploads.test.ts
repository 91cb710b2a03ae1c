import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAbandonUploads } from '../../../functions/document/abandon-uploads.ts'
import type { Document } from '../../../functions/document/model.ts'
import { hours, toIso } from '../../../shared/time.ts'
import { createFaults } from './faulty.ts'
import { memoryWorld } from './memory-world.ts'
import { type Storage, startStorage } from './storage.ts'
import {
  answerFor,
  bytes,
  commandFor,
  newDocument,
  place,
  realWorld,
  start,
  tickingClock,
  type World,
} from './world.ts'

let storage: Storage
beforeAll(async () => {
  storage = await startStorage()
})
afterAll(() => storage.stop())

describe.each([
  ['in memory', memoryWorld],
  ['in the table and the buckets', () => realWorld(storage)],
] as [string, () => World][])('the cleanup %s', (_, open) => {
  const setUp = (mostPerRun = 1_000) => {
    const world = open()
    const faults = createFaults()
    const abandonUploads = createAbandonUploads({
      store: faults.through(world.store),
      quarantine: faults.through(world.quarantine),
      clock: tickingClock(),
      place,
      abandonedAfterHours: 24,
      mostPerRun,
    })
    const begun = async (ago: number, more: Partial<Document> = {}): Promise<Document> => {
      const document = newDocument({ createdAt: toIso(start - ago), ...more })
      await world.store.open(document, commandFor(document.id), answerFor(document))
      await world.upload(document, bytes)
      return document
    }
    const listed = async (document: Document): Promise<boolean> =>
      (await world.store.uploadsBegunBefore(start + hours(1), { limit: 100 })).ids.includes(document.id)
    const stateOf = async ({ id }: Document) => {
      const document = (await world.store.find(id)) as Document
      return {
        state: document.state,
        reason: document.reason,
        events: (await world.events(id)).map((event) => event.type.split('.')[3]),
        inQuarantine: (await world.uploadOf({ id })) !== undefined,
        listed: await listed(document),
      }
    }
    return { world, faults, abandonUploads, begun, stateOf }
  }
  const gone = {
    state: 'rejected',
    reason: 'upload-abandoned',
    events: ['rejected'],
    inQuarantine: false,
    listed: false,
  }

  it('gives up what waited longer than the province allows, and only that', async () => {
    const { abandonUploads, begun, stateOf } = setUp()
    const old = await begun(hours(24) + 1)
    const young = await begun(hours(24) - 1_000)
    expect(await abandonUploads()).toEqual({ cleared: 1 })
    expect(await stateOf(old)).toEqual(gone)
    expect(await stateOf(young)).toMatchObject({ state: 'awaiting-upload', inQuarantine: true, listed: true })
    expect(await abandonUploads()).toEqual({ cleared: 0 })
    await abandonUploads()
    expect(await stateOf(old)).toEqual(gone)
  })

  it('finishes what an earlier run began, wherever that was cut off', async () => {
    const { world, faults, abandonUploads, begun, stateOf } = setUp()
    for (let call = 2; call <= 5; call += 1)
      for (const moment of ['before', 'after'] as const) {
        const document = await begun(hours(30))
        faults.arm(call, moment)
        await expect(abandonUploads()).rejects.toThrow()
        faults.disarm()
        if (moment === 'after') await world.store.markDeleted(document.id, 'owner-a', start)
        await abandonUploads()
        const state = await stateOf(document)
        expect(state, `cut off ${moment} call ${call}`).toMatchObject({ inQuarantine: false, listed: false })
        if (moment === 'before') expect(state).toEqual(gone)
      }
  })

  it('does not let one failure hold up the others', async () => {
    const { world, abandonUploads, begun, stateOf } = setUp()
    const [first, second] = [await begun(hours(40)), await begun(hours(39))]
    const discard = world.quarantine.discard
    Object.assign(world.quarantine, {
      discard: async (document: Document) => {
        if (document.id === first.id) throw new Error('storage does not answer')
        await discard(document)
      },
    })
    await expect(abandonUploads()).rejects.toThrow('some uploads')
    expect(await stateOf(second)).toEqual(gone)
    expect(await stateOf(first)).toMatchObject({ state: 'rejected', inQuarantine: true, listed: true })
    Object.assign(world.quarantine, { discard })
    await abandonUploads()
    expect(await stateOf(first)).toEqual(gone)
  })

  it('looks at a bounded number of uploads in one run and goes on in the next', async () => {
    const { abandonUploads, begun, stateOf } = setUp(3)
    const all = []
    for (let count = 0; count < 7; count += 1) all.push(await begun(hours(48)))
    for (const cleared of [3, 3, 1]) expect(await abandonUploads()).toEqual({ cleared })
    for (const document of all) expect(await stateOf(document)).toEqual(gone)
  })

  it('clears away an upload whose document was deleted, and tells nobody', async () => {
    const { world, abandonUploads, begun, stateOf } = setUp()
    const document = await begun(hours(30))
    await world.store.markDeleted(document.id, 'owner-a', start)
    await abandonUploads()
    expect(await stateOf(document)).toMatchObject({ events: [], inQuarantine: false, listed: false })
  })

  it('leaves alone what is completed while it looks', async () => {
    const { world, abandonUploads, begun, stateOf } = setUp()
    const document = await begun(hours(30))
    const find = world.store.find
    Object.assign(world.store, {
      find: async (id: string) => {
        const seen = await find(id)
        if (seen) await world.store.move(seen, { to: 'inspecting', reason: null, at: start, event: null })
        return seen
      },
    })
    expect(await abandonUploads()).toEqual({ cleared: 0 })
    Object.assign(world.store, { find })
    expect(await stateOf(document)).toMatchObject({ state: 'inspecting', inQuarantine: true, listed: false })
  })
})
