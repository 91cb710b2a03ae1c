import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import * as z from 'zod'
import { type Envelope, type EventDefinition, envelope } from './events.ts'
import { errorFields, type Log } from './log.ts'

export const queueEnv = z.object({ SQS_ENDPOINT: z.url().optional(), DEAD_LETTER_QUEUE_URL: z.url() })

export type QueueHandler = (event: SQSEvent) => Promise<SQSBatchResponse>

/** Puts a message where operators look at what nobody can process. */
export type Bury = (record: SQSRecord, reason: string) => Promise<void>

export const createBury = (env: z.output<typeof queueEnv>): Bury => {
  const sqs = new SQSClient(env.SQS_ENDPOINT ? { endpoint: env.SQS_ENDPOINT } : {})
  return async (record, reason) => {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: env.DEAD_LETTER_QUEUE_URL,
        MessageBody: record.body,
        MessageAttributes: { reason: { DataType: 'String', StringValue: reason } },
      }),
    )
  }
}

/** A message that no number of repeats will make readable. */
export class Poison extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'Poison'
  }
}

export type Received<D extends EventDefinition> = Omit<Envelope, 'data'> & { data: z.output<D['data']> }

/** What to do with each event a consumer asked for. */
export interface Reaction<D extends EventDefinition = EventDefinition> {
  event: D
  react: (event: Received<D>) => Promise<void>
}

export const reaction = <D extends EventDefinition>(
  event: D,
  react: (event: Received<D>) => Promise<void>,
): Reaction => ({ event, react: react as Reaction['react'] })

const delivered = z.object({ detail: envelope })

const read = (record: SQSRecord, reactions: ReadonlyMap<string, Reaction>) => {
  let json: unknown
  try {
    json = JSON.parse(record.body)
  } catch {
    throw new Poison('not-json')
  }
  const message = delivered.safeParse(json)
  if (!message.success) throw new Poison('not-an-event')
  const event = message.data.detail
  const chosen = reactions.get(event.type)
  if (!chosen) throw new Poison('unexpected-type')
  const data = chosen.event.data.safeParse(event.data)
  if (!data.success) throw new Poison('unreadable-data')
  return { event: { ...event, data: data.data }, chosen }
}

/**
 * The handler of a queue. It alone decides what is acknowledged: a message whose reaction returned is; one
 * whose reaction threw comes again; poison goes to the dead-letter queue at once and is acknowledged only
 * when it lies there. Nothing is skipped silently.
 */
export const consume = (reactions: readonly Reaction[], bury: Bury, log: Log): QueueHandler => {
  const byType = new Map(reactions.map((entry) => [entry.event.type as string, entry]))
  const handle = async (record: SQSRecord): Promise<void> => {
    try {
      const { event, chosen } = read(record, byType)
      await chosen.react(event)
    } catch (error) {
      if (!(error instanceof Poison)) throw error
      await bury(record, error.message)
      log.error('message buried', { reason: error.message })
    }
  }
  return async (event) => {
    const settled = await Promise.allSettled(event.Records.map(handle))
    const failures = settled.flatMap((result, index) => {
      const record = event.Records[index]
      if (result.status === 'fulfilled' || !record) return []
      log.warn('message comes again', {
        ...errorFields(result.reason),
        attempt: Number(record.attributes.ApproximateReceiveCount),
      })
      return [{ itemIdentifier: record.messageId }]
    })
    return { batchItemFailures: failures }
  }
}
