import type { SQSEvent, SQSRecord } from 'aws-lambda'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { defineEvent, eventOf } from '../../shared/events.ts'
import { createLog } from '../../shared/log.ts'
import { consume, createBury, Poison, reaction } from '../../shared/queue.ts'
import { cloudStand } from '../infra/local/cloud/cloud-stand.ts'
import { runs } from '../kit/runs.ts'

const written = defineEvent({
  type: 'vn.motcua.notes.written.v1',
  description: 'A note was written.',
  data: z.object({ noteId: z.string() }),
})

const place = { province: '37', environment: 'sandbox' }
const about = { subject: 'n1', sequence: 1, at: 0, correlationId: 'c' }
const detail = eventOf(written, place, about, { noteId: 'n1' })
const bodyWith = (changed: object) => JSON.stringify({ detail: { ...detail, ...changed } })
const goodBody = bodyWith({})

const record = (messageId: string, body: string) =>
  ({ messageId, body, attributes: { ApproximateReceiveCount: '2' } }) as SQSRecord
const batch = (...records: SQSRecord[]): SQSEvent => ({ Records: records })

/** A consumer whose reaction and whose burial can be made to fail; what was done is kept. */
const desk = (fails: { react?: (noteId: string) => unknown; bury?: (id: string) => boolean } = {}) => {
  const reacted: unknown[] = []
  const buried: [string, string][] = []
  const lines: string[] = []
  const handler = consume(
    [
      reaction(written, async (event) => {
        const error = fails.react?.(event.data.noteId)
        if (error !== undefined) throw error
        reacted.push(event)
      }),
    ],
    async ({ messageId }, reason) => {
      if (fails.bury?.(messageId)) throw new Error('the queue is away')
      buried.push([messageId, reason])
    },
    createLog('desk', (line) => lines.push(line)),
  )
  const failed = async (event: SQSEvent) =>
    (await handler(event)).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)
  return { failed, reacted, buried, lines }
}

const poison: [string, string, string][] = [
  ['no JSON', '{', 'not-json'],
  ['nothing', '', 'not-json'],
  ['null', 'null', 'not-an-event'],
  ['another thing', '{"detail":{}}', 'not-an-event'],
  ['an event without its wrapper', JSON.stringify(detail), 'not-an-event'],
  ['a sequence that counts from nothing', bodyWith({ sequence: 0 }), 'not-an-event'],
  ['an unknown type', bodyWith({ type: 'vn.motcua.notes.lost.v1' }), 'unexpected-type'],
  ['a type every object has', bodyWith({ type: 'constructor' }), 'unexpected-type'],
  ['data of another shape', bodyWith({ data: { noteId: 1 } }), 'unreadable-data'],
  ['no data', bodyWith({ data: undefined }), 'not-an-event'],
]

describe('a message', () => {
  it('is acknowledged when its reaction returned; the data hold what the event names only', async () => {
    const { failed, reacted, buried } = desk()
    const body = bodyWith({ data: { noteId: 'n1', name: 'Nguyễn Thị Ánh' }, name: 'Nguyễn Thị Ánh' })
    expect(await failed(batch(record('m1', body)))).toEqual([])
    expect(reacted).toEqual([detail])
    expect(buried).toEqual([])
  })

  it('comes again when its reaction threw, and no other does', async () => {
    const boom = Object.assign(new Error('037090000001'), { name: 'Boom' })
    const { failed, reacted, buried, lines } = desk({ react: (id) => (id === 'bad' ? boom : undefined) })
    const bad = record('m2', bodyWith({ data: { noteId: 'bad' } }))
    expect(await failed(batch(record('m1', goodBody), bad, record('m3', goodBody)))).toEqual(['m2'])
    expect(reacted).toHaveLength(2)
    expect(buried).toEqual([])
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 'warn', errorName: 'Boom', attempt: 2 },
    ])
    expect(lines.join()).not.toContain('037090000001')
  })

  it.each(poison)('%s is buried with its reason, then acknowledged', async (_, body, reason) => {
    const { failed, reacted, buried } = desk()
    expect(await failed(batch(record('m1', body)))).toEqual([])
    expect(buried).toEqual([['m1', reason]])
    expect(reacted).toEqual([])
  })

  it.each(poison)('%s comes again while it cannot be buried', async (_, body) => {
    const { failed, buried } = desk({ bury: () => true })
    expect(await failed(batch(record('m1', body), record('m2', goodBody)))).toEqual(['m1'])
    expect(buried).toEqual([])
  })

  it('that its reaction finds unreadable for ever is buried too', async () => {
    const { failed, buried } = desk({ react: () => new Poison('document-gone') })
    expect(await failed(batch(record('m1', goodBody)))).toEqual([])
    expect(buried).toEqual([['m1', 'document-gone']])
  })

  it('is lost in no batch: each is done, buried, or comes again, and only one of these', async () => {
    const kinds = ['good', 'throws', 'poison', 'stuck'] as const
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...kinds), { maxLength: 10 }), async (batchKinds) => {
        const { failed, reacted, buried } = desk({
          react: (id) => (id.startsWith('throws') ? new Error('x') : undefined),
          bury: (id) => id.startsWith('stuck'),
        })
        const ids = batchKinds.map((kind, index) => `${kind}-${index}`)
        const records = ids.map((id) =>
          record(id, /^(good|throws)/.test(id) ? bodyWith({ subject: id, data: { noteId: id } }) : '{}'),
        )
        const again = await failed(batch(...records))
        const done = reacted.map((event) => (event as { subject: string }).subject)
        const inGround = buried.map(([id]) => id)
        const are = (...wanted: string[]) => ids.filter((id) => wanted.some((kind) => id.startsWith(kind)))
        expect(done.toSorted()).toEqual(are('good').toSorted())
        expect(inGround.toSorted()).toEqual(are('poison').toSorted())
        expect(again).toEqual(are('throws', 'stuck'))
        expect([...done, ...inGround, ...again].toSorted()).toEqual(ids.toSorted())
      }),
      { numRuns: runs(200) },
    )
  })
})

it('what is buried lies in the dead-letter queue as it came, with the reason', async () => {
  process.env.AWS_REGION ??= 'local'
  process.env.AWS_ACCESS_KEY_ID ??= 'local'
  process.env.AWS_SECRET_ACCESS_KEY ??= 'local'
  const { cloud, queues } = await cloudStand()
  const bury = createBury({
    SQS_ENDPOINT: cloud.url,
    DEAD_LETTER_QUEUE_URL: `${cloud.url}/000000000000/dead`,
  })
  await bury(record('m1', '{ "tiếng": "Việt"'), 'not-json')
  const [message] = queues.receive('dead', 1)
  expect(message).toMatchObject({ body: '{ "tiếng": "Việt"' })
  expect(JSON.stringify(message)).toContain('not-json')
})
