import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb'
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda'
import type { LoadedFunction } from './functions.ts'

/**
 * Stands in for the tables' streams. The engine's own stream log slows every write as it grows, so instead the
 * items that wait in each table's `unpublished` index are handed to the relay as the stream would bring them.
 * What the relay did not publish is still in the index and comes again.
 */
export interface OutboxFeed {
  /** One round over all tables: how many events were found, and how many of them the relay says it published. */
  feed(): Promise<{ found: number; published: number }>
  /** How many events wait; unreadable ones are among them. */
  waiting(): Promise<number>
}

export interface OutboxFeedOptions {
  /** Speaks to the engine itself: a stream is not a call of the application, so no fault meets it. */
  engine: DynamoDBClient
  tables: readonly string[]
  relay: LoadedFunction
}

type Image = Record<string, AttributeValue>

const most = 100

const recordOf = (table: string, image: Image, number: number): DynamoDBRecord =>
  ({
    eventID: `${table}-${number}`,
    eventName: 'INSERT',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'local',
    eventSourceARN: `arn:aws:dynamodb:local:000000000000:table/${table}/stream/local`,
    dynamodb: {
      Keys: { pk: image.pk, sk: image.sk },
      NewImage: image,
      SequenceNumber: String(number),
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
  }) as unknown as DynamoDBRecord

export const createOutboxFeed = ({ engine, tables, relay }: OutboxFeedOptions): OutboxFeed => {
  let number = 0

  const page = async (table: string, from: Image | undefined, count = false) =>
    engine.send(
      new QueryCommand({
        TableName: table,
        IndexName: 'unpublished',
        KeyConditionExpression: 'unpublished = :waiting',
        ExpressionAttributeValues: { ':waiting': { S: 'waiting' } },
        ...(count ? { Select: 'COUNT' as const } : { Limit: most }),
        ...(from ? { ExclusiveStartKey: from } : {}),
      }),
    )

  const deliver = async (table: string, images: readonly Image[]): Promise<number> => {
    const records = images.map((image) => recordOf(table, image, ++number))
    const event: DynamoDBStreamEvent = { Records: records }
    const answer = (await relay.invoke(event)) as DynamoDBBatchResponse | undefined
    return records.length - (answer?.batchItemFailures.length ?? 0)
  }

  return {
    feed: async () => {
      let found = 0
      let published = 0
      for (const table of tables) {
        let from: Image | undefined
        do {
          const { Items = [], LastEvaluatedKey } = await page(table, from)
          found += Items.length
          if (Items.length > 0) published += await deliver(table, Items)
          from = LastEvaluatedKey
        } while (from)
      }
      return { found, published }
    },
    waiting: async () => {
      let count = 0
      for (const table of tables) {
        let from: Image | undefined
        do {
          const answer = await page(table, from, true)
          count += answer.Count ?? 0
          from = answer.LastEvaluatedKey
        } while (from)
      }
      return count
    },
  }
}
