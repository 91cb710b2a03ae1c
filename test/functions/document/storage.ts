import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateTableCommand } from '@aws-sdk/client-dynamodb'
import { createS3, type S3 } from '../../../functions/document/s3.ts'
import { documentTable } from '../../../functions/document/table.ts'
import { createS3 as createLocalS3 } from '../../../infra/local/cloud/s3.ts'
import { createDynamo, type Dynamo } from '../../../shared/dynamo.ts'
import { startTableEngine } from './table-engine.ts'

export const quarantineBucket = 'document-quarantine'
export const cleanBucket = 'document-clean'

export interface Storage {
  dynamo: Dynamo
  table: string
  s3: S3
  endpoints: { DYNAMODB_ENDPOINT: string; S3_ENDPOINT: string }
  stop(): Promise<void>
}

const createTable = async (dynamo: Dynamo, table: string): Promise<void> => {
  const indexes = Object.entries(documentTable.indexes)
  const names = new Set(['pk', 'sk', ...indexes.flatMap(([, { partition, sort }]) => [partition, sort])])
  await dynamo.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [...names].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: indexes.map(([name, { partition, sort }]) => ({
        IndexName: name,
        KeySchema: [
          { AttributeName: partition, KeyType: 'HASH' },
          { AttributeName: sort, KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      })),
    }),
  )
}

/** A table and two buckets of their own for one test file. */
export const startStorage = async (): Promise<Storage> => {
  process.env.AWS_REGION = 'local'
  process.env.AWS_ACCESS_KEY_ID = 'local'
  process.env.AWS_SECRET_ACCESS_KEY = 'local-secret'
  const directory = mkdtempSync(join(tmpdir(), 'motcua-document-'))
  const local = createLocalS3({
    directory,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local-secret' },
  })
  local.createBucket(quarantineBucket)
  local.createBucket(cleanBucket)
  const server = createServer((request, response) => void local.handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const engine = await startTableEngine()
  const endpoints = {
    DYNAMODB_ENDPOINT: engine.url,
    S3_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  }
  const dynamo = createDynamo(endpoints)
  const s3 = createS3(endpoints)
  const table = 'document'
  await createTable(dynamo, table)
  return {
    dynamo,
    table,
    s3,
    endpoints,
    stop: async () => {
      dynamo.destroy()
      s3.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await engine.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
