import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateTableCommand } from '@aws-sdk/client-dynamodb'
import { createS3, type S3 } from '../../../functions/document/s3.ts'
import { documentTable } from '../../../functions/document/table.ts'
import { startEngine } from '../../../infra/local/cloud/engine.ts'
import { createS3 as createLocalS3 } from '../../../infra/local/cloud/s3.ts'
import { tableInput } from '../../../infra/local/tables.ts'
import { createDynamo, type Dynamo } from '../../../shared/dynamo.ts'

export const quarantineBucket = 'document-quarantine'
export const cleanBucket = 'document-clean'

export interface Storage {
  dynamo: Dynamo
  table: string
  s3: S3
  endpoints: { DYNAMODB_ENDPOINT: string; S3_ENDPOINT: string }
  stop(): Promise<void>
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
  const engine = await startEngine({ directory: null, log: () => undefined })
  const endpoints = {
    DYNAMODB_ENDPOINT: engine.url,
    S3_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  }
  const dynamo = createDynamo(endpoints)
  const s3 = createS3(endpoints)
  const table = 'document'
  await dynamo.send(new CreateTableCommand(tableInput(documentTable, table)))
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
