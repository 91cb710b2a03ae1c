import { setTimeout as sleep } from 'node:timers/promises'
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb'
import {
  DynamoDBDocumentClient,
  PutCommand,
  type PutCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import * as z from 'zod'
import { invalidRequest } from './errors.ts'
import type { Envelope } from './events.ts'

export type Dynamo = DynamoDBDocumentClient
export type Item = Record<string, unknown>

/** Keys and indexes of a table as data: the stack and the embedded runner build the same table from it. */
export interface TableSchema {
  /** The context that owns the table. */
  context: string
  /** Sparse indexes: an item is in one when it has its two attributes. */
  indexes: Record<string, { partition: string; sort: string; include?: readonly string[] }>
}

/** Events wait here until the bus took them; only items that wait carry the attribute. */
export const unpublished = { partition: 'unpublished', sort: 'unpublishedAt' } as const

export const dynamoEnv = z.object({ DYNAMODB_ENDPOINT: z.url().optional() })

export const createDynamo = (env: z.output<typeof dynamoEnv>): Dynamo =>
  DynamoDBDocumentClient.from(
    new DynamoDBClient({
      ...(env.DYNAMODB_ENDPOINT ? { endpoint: env.DYNAMODB_ENDPOINT } : {}),
      maxAttempts: 5,
    }),
    { marshallOptions: { removeUndefinedValues: true } },
  )

/** An event in the outbox of its table: beside its subject, in the order of its sequence. */
export const outboxItem = (partition: string, event: Envelope): Item => ({
  pk: partition,
  sk: `event#${String(event.sequence).padStart(10, '0')}`,
  unpublished: 'waiting',
  unpublishedAt: `${event.time}#${event.id}`,
  event,
})

export type Conditional = { ok: true; item: Item | undefined } | { ok: false; item: Item | undefined }

const refused = (error: unknown): Conditional => {
  if (error instanceof ConditionalCheckFailedException)
    return { ok: false, item: error.Item ? (unmarshalled(error.Item) as Item) : undefined }
  throw error
}

/** An update that may be refused by its condition; then the item as it was is handed back. */
export const update = (
  dynamo: Dynamo,
  input: Omit<UpdateCommandInput, 'ReturnValues' | 'ReturnValuesOnConditionCheckFailure'>,
): Promise<Conditional> =>
  dynamo
    .send(
      new UpdateCommand({
        ...input,
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    )
    .then((answer): Conditional => ({ ok: true, item: answer.Attributes }), refused)

/** A put that may be refused by its condition; then the item that is there is handed back. */
export const put = (
  dynamo: Dynamo,
  input: Omit<PutCommandInput, 'ReturnValues' | 'ReturnValuesOnConditionCheckFailure'>,
): Promise<Conditional> =>
  dynamo
    .send(new PutCommand({ ...input, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }))
    .then((): Conditional => ({ ok: true, item: undefined }), refused)

const unmarshalled = (item: Parameters<typeof unmarshall>[0]): unknown => unmarshall(item)

export type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number]

/** Which writes of a cancelled transaction were refused by their condition, with the item each met. */
export type Transacted = { ok: true } | { ok: false; refused: Map<number, Item | undefined> }

const conflictTries = 8

const withOldItems = (write: Write): Write => {
  const [kind, input] = Object.entries(write)[0] as [keyof Write, object]
  return { [kind]: { ...input, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } }
}

/**
 * One all-or-nothing write. Another transaction on the same item is no verdict about ours, so a conflict is
 * tried again after a short random wait; a refused condition is a verdict and is handed back.
 */
export const transact = async (dynamo: Dynamo, writes: readonly Write[]): Promise<Transacted> => {
  const input = { TransactItems: writes.map(withOldItems) }
  for (let attempt = 1; ; attempt += 1) {
    try {
      await dynamo.send(new TransactWriteCommand(input))
      return { ok: true }
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error
      const reasons = error.CancellationReasons ?? []
      const met = new Map<number, Item | undefined>()
      reasons.forEach((reason, index) => {
        if (reason.Code === 'ConditionalCheckFailed')
          met.set(index, reason.Item ? (unmarshalled(reason.Item) as Item) : undefined)
      })
      if (met.size > 0) return { ok: false, refused: met }
      const passing = reasons.every(
        ({ Code }) =>
          Code === undefined ||
          ['None', 'TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'].includes(Code),
      )
      if (!passing || attempt === conflictTries) throw error
      await sleep(Math.random() * 20 * 2 ** attempt)
    }
  }
}

/**
 * The place where a page ended, as opaque text. Only the key attributes after the partition are inside, so a
 * cursor can never point into somebody else's partition.
 */
/** In bytes of UTF-8. DynamoDB refuses a longer one with an error of its own, also as a place to start from. */
const longestSortKey = 1_024

export const writeCursor = (key: Item | undefined, names: readonly string[]): string | null =>
  key ? Buffer.from(JSON.stringify(names.map((name) => key[name]))).toString('base64url') : null

export const readCursor = (cursor: string | undefined, names: readonly string[]): Item | undefined => {
  if (cursor === undefined) return undefined
  try {
    const values = z
      .array(
        z
          .string()
          .min(1)
          .refine((part) => Buffer.byteLength(part) <= longestSortKey),
      )
      .length(names.length)
      .parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
    return Object.fromEntries(names.map((name, index) => [name, values[index]]))
  } catch {
    throw invalidRequest({ code: 'bad-cursor', parameter: 'cursor' })
  }
}
