import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import type { DynamoDBStreamEvent } from 'aws-lambda'
import { expect, it } from 'vitest'
import { createPublish } from '../../../functions/ops/publish.ts'
import { createRelay } from '../../../functions/ops/use-cases.ts'
import type { Item } from '../../../shared/dynamo.ts'
import { createLog } from '../../../shared/log.ts'
import { fakeBus, memoryOutbox } from './outbox-double.ts'

const log = createLog('test', () => undefined)

type Kind = 'INSERT' | 'MODIFY' | 'REMOVE'
const batch = (...records: [Kind, string, Item | undefined][]): DynamoDBStreamEvent =>
  ({
    Records: records.map(([eventName, SequenceNumber, image]) => ({
      eventName,
      eventSourceARN:
        'arn:aws:dynamodb:ap-southeast-1:123456789012:table/dossiers/stream/2026-11-21T00:00:00.000',
      dynamodb: { SequenceNumber, ...(image ? { NewImage: marshall(image) } : {}) },
    })),
  }) as unknown as DynamoDBStreamEvent

const setUp = (refuses?: Parameters<typeof fakeBus>[0]) => {
  const memory = memoryOutbox()
  const fake = fakeBus(refuses)
  const relay = createRelay({
    publish: createPublish({ bus: fake.bus, outbox: memory.outbox, log }),
    readImage: (image) => unmarshall(image as Parameters<typeof unmarshall>[0]),
    log,
  })
  return { memory, ...fake, relay }
}

it('publishes what waits and nothing else', async () => {
  const { memory, relay, taken } = setUp()
  const item = memory.add('dossiers', 1)
  const answer = await relay(
    batch(
      ['INSERT', '1', { pk: 'dossier#1', sk: 'head', state: 'submitted' }],
      ['INSERT', '2', item],
      ['REMOVE', '3', undefined],
    ),
  )
  expect(answer).toEqual({ batchItemFailures: [] })
  expect(taken).toHaveLength(1)
  expect(memory.waiting()).toBe(0)
})

it('does not publish again when the mark itself comes through the stream', async () => {
  const { memory, relay, taken } = setUp()
  const item = memory.add('dossiers', 1)
  await relay(batch(['INSERT', '1', { ...item }]))
  expect(item).not.toHaveProperty('unpublished')
  await relay(batch(['MODIFY', '2', item]))
  expect(taken).toHaveLength(1)
})

it('names the records whose event the bus did not take, and a repeat publishes them', async () => {
  let down = true
  const { memory, relay, taken } = setUp(({ subject }) => down && subject.endsWith('2'))
  const items = [1, 2, 3].map((index) => ({ ...memory.add('dossiers', index) }))
  const event = batch(...items.map((item, index): [Kind, string, Item] => ['INSERT', `n${index}`, item]))
  expect(await relay(event)).toEqual({ batchItemFailures: [{ itemIdentifier: 'n1' }] })
  expect(memory.waiting()).toBe(1)
  down = false
  // Lambda brings everything from the failed record on, also what was published meanwhile.
  expect(await relay({ Records: event.Records.slice(1) })).toEqual({ batchItemFailures: [] })
  expect(memory.waiting()).toBe(0)
  expect(new Set(taken).size).toBe(3)
  expect(taken).toHaveLength(4)
})

it('leaves an unreadable outbox item where it is instead of blocking its shard', async () => {
  const { relay, taken } = setUp()
  const bad = { pk: 'a', sk: 'event#1', unpublished: 'waiting', unpublishedAt: 'x', event: { id: 1 } }
  expect(await relay(batch(['INSERT', '1', bad]))).toEqual({ batchItemFailures: [] })
  expect(taken).toEqual([])
})
