import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { KMSClient } from '@aws-sdk/client-kms'
import { S3Client } from '@aws-sdk/client-s3'
import { SQSClient } from '@aws-sdk/client-sqs'
import { onTestFinished } from 'vitest'
import { type BusEvent, createEvents } from '../../../../infra/local/cloud/events.ts'
import { createFaults } from '../../../../infra/local/cloud/faults.ts'
import { createKms } from '../../../../infra/local/cloud/kms.ts'
import { createQueues } from '../../../../infra/local/cloud/queues.ts'
import { createS3 } from '../../../../infra/local/cloud/s3.ts'
import { type CloudOptions, startCloud } from '../../../../infra/local/cloud/server.ts'
import { createSqs } from '../../../../infra/local/cloud/sqs.ts'
import { credentials, region, temporaryDirectory } from './s3-stand.ts'

/** All services behind one address, with a client of each; everything ends with the test. */
export async function cloudStand(
  more: Partial<CloudOptions> & { accept?: (events: BusEvent[]) => void } = {},
) {
  const directory = temporaryDirectory()
  const clock = { at: Date.parse('2026-01-01T00:00:00Z') }
  const events: BusEvent[] = []
  const accept = more.accept ?? ((accepted: BusEvent[]) => void events.push(...accepted))
  const queues = createQueues({
    path: ':memory:',
    now: () => clock.at,
    queues: [
      { name: 'work', deadLetter: 'dead', maxReceives: 2, visibilitySeconds: 30 },
      { name: 'dead', deadLetter: null, maxReceives: 1, visibilitySeconds: 30 },
    ],
  })
  const s3 = createS3({ directory: join(directory, 's3'), credentials, region })
  s3.createBucket('papers')
  const keys = [
    { alias: 'alias/receipt', spec: 'ECC_NIST_P256' },
    { alias: 'alias/tracking-pin', spec: 'HMAC_256' },
  ] as const
  const faults = createFaults()
  const cloud = await startCloud({
    host: '127.0.0.1',
    port: 0,
    dynamodbUrl: 'http://127.0.0.1:1',
    faults,
    services: {
      s3,
      kms: createKms({ directory, keys }),
      events: createEvents({ busName: 'motcua', accept, now: () => new Date(clock.at) }),
      sqs: createSqs(queues),
    },
    ...more,
  })
  const config = { endpoint: cloud.url, region, credentials, maxAttempts: 1 }
  const clients = {
    s3: new S3Client({ ...config, forcePathStyle: true }),
    kms: new KMSClient(config),
    events: new EventBridgeClient(config),
    sqs: new SQSClient(config),
    dynamodb: new DynamoDBClient(config),
  }
  onTestFinished(async () => {
    for (const client of Object.values(clients)) client.destroy()
    await cloud.close()
    queues.close()
  })
  return { cloud, clients, faults, queues, events, clock, directory, config, keys }
}
