import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Command, Outcome } from './contract.ts'
import type { Item, Write } from './dynamo.ts'
import { AppError } from './errors.ts'

/**
 * The recorded answer of a command. It lies in the item collection of what the command made or changed and
 * is written in the same transaction, so it lives exactly as long as that thing does.
 */
export const replyKey = (partition: string, command: Command) => ({
  pk: partition,
  sk: `reply#${command.scope}`,
})

// A write pays for every KB twice over in a transaction, and an answer repeats itself: it shrinks to a third.
const packed = (body: unknown): Uint8Array => deflateRawSync(JSON.stringify(body))
const unpacked = (answer: Uint8Array): unknown => JSON.parse(inflateRawSync(answer).toString('utf8'))

/** What is kept of an answer, beside its key. */
export const replyFields = (command: Command, existing: string, body: unknown): Item => ({
  bodyHash: command.body,
  existing,
  answer: packed(body),
})

/** The write that records an answer; refused when one is recorded already. */
export const replyWrite = (
  table: string,
  partition: string,
  command: Command,
  existing: string,
  body: unknown,
): Write => ({
  Put: {
    TableName: table,
    Item: { ...replyKey(partition, command), ...replyFields(command, existing, body) },
    ConditionExpression: 'attribute_not_exists(pk)',
  },
})

/** The recorded answer for a repeat, or the error for the same key with another body. */
export const replayOf = <Body>(item: Item, command: Command): Outcome<Body> => {
  const { bodyHash, existing, answer } = item as { bodyHash: string; existing: string; answer: Uint8Array }
  if (bodyHash !== command.body)
    throw new AppError('idempotency-key-reused', { params: { existing }, extensions: { existing } })
  return { body: unpacked(answer) as Body, replayed: true }
}
