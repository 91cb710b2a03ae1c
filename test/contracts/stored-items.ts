import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { DynamoDBDocumentClient, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { buckets, credentials, region } from '../../infra/local/environment.ts'
import type { Runner } from '../../infra/local/runner.ts'
import { tableName } from '../../infra/local/tables-setup.ts'
import { canonicalJson } from '../../shared/canonical-json.ts'

export interface StoredItem {
  table: string
  item: Record<string, unknown>
}

/** Every item of every table, read past the faults and the counts of the embedded services. */
export const storedItems = async ({ engineUrl, tables }: Runner): Promise<StoredItem[]> => {
  const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint: engineUrl, region, credentials }))
  const found: StoredItem[] = []
  for (const table of tables) {
    let from: Record<string, unknown> | undefined
    do {
      const page = await dynamo.send(
        new ScanCommand({ TableName: table, ...(from ? { ExclusiveStartKey: from } : {}) }),
      )
      found.push(...(page.Items ?? []).map((item) => ({ table, item })))
      from = page.LastEvaluatedKey
    } while (from)
  }
  dynamo.destroy()
  return found
}

/** The names of all objects. */
export const storedObjects = async ({ storageUrl }: Runner): Promise<string[]> => {
  const s3 = new S3Client({ endpoint: storageUrl, region, credentials, forcePathStyle: true })
  const names: string[] = []
  for (const Bucket of Object.values(buckets)) {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }))
    names.push(...Contents.flatMap(({ Key }) => Key ?? []))
  }
  s3.destroy()
  return names
}

/** All that people gave and got. Left out: numbers that count tries, and whether an event is published yet. */
export const holdings = async (runner: Runner): Promise<string[]> =>
  (await storedItems(runner))
    .filter(({ item }) => !/^(?:tries|counter)#/.test(String(item.pk)))
    .map(({ table, item: { unpublished, unpublishedAt, ...item } }) => {
      // Sets have no JSON of their own.
      const plain = JSON.parse(
        JSON.stringify(item, (_, value) => (value instanceof Set ? [...value].toSorted() : value)),
      )
      return canonicalJson({ table, plain })
    })
    .toSorted()

/** Puts what takes long to come about straight into a table. */
export const changeItem = async (
  { engineUrl }: Runner,
  context: string,
  pk: string,
  sk: string,
  attribute: string,
  value: unknown,
): Promise<void> => {
  const engine = new DynamoDBClient({ endpoint: engineUrl, region, credentials })
  const dynamo = DynamoDBDocumentClient.from(engine)
  await dynamo.send(
    new UpdateCommand({
      TableName: tableName(context),
      Key: { pk, sk },
      UpdateExpression: 'SET #attribute = :value',
      ExpressionAttributeNames: { '#attribute': attribute },
      ExpressionAttributeValues: { ':value': value },
    }),
  )
  engine.destroy()
}
