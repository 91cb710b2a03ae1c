import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { credentials, region } from '../../infra/local/environment.ts'
import type { Runner } from '../../infra/local/runner.ts'
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
