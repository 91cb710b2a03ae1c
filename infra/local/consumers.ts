import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { type Clock, seconds } from '../../shared/time.ts'
import type { BusEvent } from './cloud/events.ts'
import { type Faults, seededRandom } from './cloud/faults.ts'
import type { Outgoing, QueueMessage, QueueSpec, Queues } from './cloud/queues.ts'
import type { LoadedFunction } from './functions.ts'
import { startWorkLoop, type WorkLoop } from './work-loop.ts'

export const deadLetterOf = (queue: string): string => `${queue}-dead-letters`

/** The queues that entries ask for: one each, and one beside it for what nobody could process. */
export const queueSpecs = (functions: readonly LoadedFunction['entry'][]): QueueSpec[] =>
  functions.flatMap(({ name, trigger }): QueueSpec[] =>
    trigger.kind !== 'queue'
      ? []
      : [
          {
            name,
            deadLetter: deadLetterOf(name),
            maxReceives: trigger.maxReceives,
            visibilitySeconds: trigger.visibilitySeconds,
          },
          { name: deadLetterOf(name), deadLetter: null, maxReceives: 1, visibilitySeconds: 30 },
        ],
  )

/** The rules of the bus: a copy of each event for every queue that consumes its type. */
export const routeEvents = (
  functions: readonly LoadedFunction['entry'][],
  queues: Pick<Queues, 'sendToAll'>,
  faults: Faults,
) => {
  const random = seededRandom(7)
  const copies = (message: Outgoing): Outgoing[] => {
    const fault = faults.decide('events', 'Deliver')
    const delaySeconds = (fault?.delayMs ?? 1_000) / 1_000
    if (fault?.kind === 'duplicate') return [message, message]
    if (fault?.kind === 'delay') return [{ ...message, delaySeconds }]
    if (fault?.kind === 'reorder') return [{ ...message, delaySeconds: random() * delaySeconds }]
    return [message]
  }
  return (events: readonly BusEvent[]): void => {
    const messages = events.flatMap((event) =>
      functions.flatMap(({ name, trigger }) =>
        trigger.kind === 'queue' && trigger.consumes.includes(event['detail-type'])
          ? copies({ queue: name, body: JSON.stringify(event) })
          : [],
      ),
    )
    queues.sendToAll(messages)
  }
}

/** A message is held this long at a time while it is handled, so that a killed runner finds it again soon. */
const hold = 6
const holdAgainEveryMs = 1_500
const largestBatch = 10
const batchesAtOnce = 4

/** 1, 3, 9, 27 … seconds, at most what the queue's own visibility would be: a passing fault costs little time. */
const backoff = (receives: number, visibilitySeconds: number): number =>
  Math.min(visibilitySeconds, 3 ** Math.max(0, receives - 1))

const recordOf = (queue: string, message: QueueMessage): SQSRecord => ({
  messageId: message.messageId,
  receiptHandle: message.receiptHandle,
  body: message.body,
  attributes: {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAt),
    SenderId: 'local',
    ApproximateFirstReceiveTimestamp: String(message.sentAt),
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: `arn:aws:sqs:local:000000000000:${queue}`,
  awsRegion: 'local',
})

/** Hands the messages of one queue to its function. */
export interface Consumer {
  queue: string
  wake(): void
  idle(): Promise<void>
  busy(): boolean
  /** Takes no more messages until resumed; resolves when none is at work. */
  pause(): Promise<void>
  resume(): void
  stop(): Promise<void>
}

export interface ConsumerOptions {
  worker: LoadedFunction
  queues: Queues
  onError: (error: unknown) => void
}

export const startConsumer = ({ worker, queues, onError }: ConsumerOptions): Consumer => {
  const queue = worker.entry.name
  const visibility = worker.entry.trigger.kind === 'queue' ? worker.entry.trigger.visibilitySeconds : hold
  const atWork = new Set<Promise<void>>()
  let paused = false

  const failedOf = async (messages: readonly QueueMessage[]): Promise<Set<string>> => {
    const event: SQSEvent = { Records: messages.map((message) => recordOf(queue, message)) }
    try {
      const answer = (await worker.invoke(event)) as SQSBatchResponse | undefined
      return new Set(answer?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
    } catch (error) {
      onError(error)
      return new Set(messages.map(({ messageId }) => messageId))
    }
  }

  const handle = async (messages: readonly QueueMessage[]): Promise<void> => {
    const holding = setInterval(() => {
      for (const { receiptHandle } of messages) queues.release(receiptHandle, hold)
    }, holdAgainEveryMs)
    try {
      const failed = await failedOf(messages)
      // An answer that names a message not in the batch is no answer: Lambda then repeats the whole batch.
      const all = [...failed].some((id) => !messages.some(({ messageId }) => messageId === id))
      for (const { messageId, receiptHandle, receiveCount } of messages) {
        if (all || failed.has(messageId)) queues.release(receiptHandle, backoff(receiveCount, visibility))
        else queues.remove(receiptHandle)
      }
    } finally {
      clearInterval(holding)
    }
  }

  const loop: WorkLoop = startWorkLoop({
    everyMs: 250,
    onError,
    turn: async () => {
      if (paused || atWork.size >= batchesAtOnce) return false
      const messages = queues.receive(queue, largestBatch, hold)
      if (messages.length === 0) return false
      const work = handle(messages)
        .catch(onError)
        .finally(() => {
          atWork.delete(work)
          loop.wake()
        })
      atWork.add(work)
      return true
    },
  })

  const settle = async (): Promise<void> => {
    while (atWork.size > 0) await Promise.all(atWork)
  }
  return {
    queue,
    wake: loop.wake,
    idle: async () => {
      await loop.idle()
      await settle()
    },
    busy: () => atWork.size > 0,
    pause: async () => {
      paused = true
      await loop.idle()
      await settle()
    },
    resume: () => {
      paused = false
      loop.wake()
    },
    stop: async () => {
      await loop.stop()
      await settle()
    },
  }
}

/** Whether a queue still has work: messages to be handled now, or so soon that it is worth waiting for them. */
export const hasWork = (queues: Queues, queue: string, clock: Clock, soon = seconds(12)): boolean => {
  const { visible, nextDueAt } = queues.depth(queue)
  return visible > 0 || (nextDueAt !== null && nextDueAt <= clock.now() + soon)
}
