import { QueryCommand } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import { type Dynamo, type Item, unpublished, update } from '../../shared/dynamo.ts'
import { type Envelope, envelope } from '../../shared/events.ts'
import { type Instant, toIso } from '../../shared/time.ts'

/** An event in the outbox of a table. */
export interface Waiting {
  table: string
  key: { pk: string; sk: string }
  event: Envelope
}

const waitingItem = z.object({
  pk: z.string(),
  sk: z.string(),
  [unpublished.partition]: z.string(),
  event: envelope,
})

/** Reads an outbox item. Undefined for an item that waits for nothing; `unreadable` for one that says nothing. */
export const readWaiting = (table: string, item: Item): Waiting | undefined | 'unreadable' => {
  if (item[unpublished.partition] === undefined) return undefined
  const read = waitingItem.safeParse(item)
  if (!read.success) return 'unreadable'
  const { pk, sk, event } = read.data
  return { table, key: { pk, sk }, event }
}

export interface Page {
  items: Item[]
  next: Item | undefined
}

/** The outboxes of all tables. */
export interface Outbox {
  /** Takes an event off the work list. No error when it is off already or gone. */
  markPublished(waiting: Waiting): Promise<void>
  /** Items that have waited since before an instant, oldest first. */
  waitingSince(table: string, before: Instant, from: Item | undefined): Promise<Page>
}

export const createOutbox = (dynamo: Dynamo): Outbox => ({
  markPublished: async ({ table, key }) => {
    await update(dynamo, {
      TableName: table,
      Key: key,
      UpdateExpression: 'REMOVE #partition, #sort',
      // Without it a repeat would make an empty item where retention has deleted the event meanwhile.
      ConditionExpression: 'attribute_exists(#partition)',
      ExpressionAttributeNames: { '#partition': unpublished.partition, '#sort': unpublished.sort },
    })
  },
  waitingSince: async (table, before, from) => {
    const { Items = [], LastEvaluatedKey } = await dynamo.send(
      new QueryCommand({
        TableName: table,
        IndexName: 'unpublished',
        KeyConditionExpression: '#partition = :waiting AND #sort < :before',
        ExpressionAttributeNames: { '#partition': unpublished.partition, '#sort': unpublished.sort },
        ExpressionAttributeValues: { ':waiting': 'waiting', ':before': toIso(before) },
        Limit: 100,
        ...(from ? { ExclusiveStartKey: from } : {}),
      }),
    )
    return { items: Items, next: LastEvaluatedKey }
  },
})
