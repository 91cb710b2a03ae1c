import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb'
import { buckets, credentials, region } from '../../infra/local/environment.ts'
import { tableName } from '../../infra/local/tables-setup.ts'

// biome-ignore lint/suspicious/noExplicitAny: rows are read as they lie in the table, behind the back of every schema
type Row = Record<string, any> & { pk: string; sk: string }

/** Everything in the table of a context. */
export const rowsOf = async (databaseUrl: string, context: string): Promise<Row[]> => {
  const client = new DynamoDBClient({ endpoint: databaseUrl, region, credentials })
  try {
    const rows: Row[] = []
    const pages = paginateScan(
      { client: DynamoDBDocumentClient.from(client) },
      { TableName: tableName(context), ConsistentRead: true },
    )
    for await (const { Items = [] } of pages) rows.push(...(Items as Row[]))
    return rows
  } finally {
    client.destroy()
  }
}

const keysOf = async (storageUrl: string, bucket: string): Promise<string[]> => {
  const s3 = new S3Client({ endpoint: storageUrl, region, credentials, forcePathStyle: true })
  try {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }))
    return Contents.map(({ Key }) => Key ?? '')
  } finally {
    s3.destroy()
  }
}

const deliveryPrefix = 'delivery#'

/** What is recorded about deliveries. */
export const deliveriesIn = async (
  databaseUrl: string,
): Promise<{ id: string; channel: string; state: string }[]> =>
  (await rowsOf(databaseUrl, 'notification'))
    .filter(({ sk }) => sk.startsWith(deliveryPrefix))
    .map(({ sk, channel, state }) => ({ id: sk.slice(deliveryPrefix.length), channel, state }))

/** All that lies in the tables and in the buckets. */
export const readRemains = async (at: { databaseUrl: string; storageUrl: string }) => {
  const [dossier, document, notification, clean, quarantine] = await Promise.all([
    rowsOf(at.databaseUrl, 'dossier'),
    rowsOf(at.databaseUrl, 'document'),
    rowsOf(at.databaseUrl, 'notification'),
    keysOf(at.storageUrl, buckets.clean),
    keysOf(at.storageUrl, buckets.quarantine),
  ])
  return { dossier, document, notification, clean, quarantine }
}

export type Remains = Awaited<ReturnType<typeof readRemains>>

const isWhole = (path: string): boolean => {
  const text = (): string => readFileSync(path, 'utf8')
  if (path.endsWith('.json')) return JSON.parse(text()) !== undefined
  if (path.endsWith('.jsonl'))
    return text()
      .split('\n')
      .every((line) => line === '' || JSON.parse(line) !== undefined)
  if (!path.endsWith('.sqlite')) return true
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    return Object.values(database.prepare('PRAGMA quick_check').get() ?? {})[0] === 'ok'
  } finally {
    database.close()
  }
}

/** The runner's own files that are half written. To be asked when it has stopped. */
export const damagedFiles = (directory: string): string[] => {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  return files.filter((path) => {
    try {
      return !isWhole(path)
    } catch {
      return true
    }
  })
}
