import { join } from 'node:path'
import type { Clock } from '../../shared/time.ts'
import { type BusEvent, createEvents } from './cloud/events.ts'
import type { Faults } from './cloud/faults.ts'
import { createKms } from './cloud/kms.ts'
import type { Queues } from './cloud/queues.ts'
import { createS3 } from './cloud/s3.ts'
import { type Cloud, type CloudCall, startCloud } from './cloud/server.ts'
import { createSqs } from './cloud/sqs.ts'
import { buckets, busName, credentials, keyAliases, region } from './environment.ts'

export interface CloudSetup {
  host: string
  /** The port wanted, and whether any other will do when it is taken. */
  port: number
  orElseAny: boolean
  directory: string
  dynamodbUrl: string
  queues: Queues
  faults: Faults
  clock: Clock
  accept: (events: BusEvent[]) => void
  onCall: (call: CloudCall) => void
  onAnswered: (call: CloudCall) => void
  onError: (error: unknown) => void
  measured: boolean
}

/** Storage, keys, bus and queues behind one address. Signatures are checked by real time, whatever the sandbox's. */
export const setUpCloud = async (setup: CloudSetup): Promise<Cloud> => {
  const s3 = createS3({
    directory: join(setup.directory, 'objects'),
    credentials,
    region,
    // Pages of any origin may upload here, as any page of this machine may call the API.
    corsOrigins: ['*'],
    onFailure: setup.onError,
  })
  for (const bucket of Object.values(buckets)) s3.createBucket(bucket)
  const start = (port: number): Promise<Cloud> =>
    startCloud({
      host: setup.host,
      port,
      dynamodbUrl: setup.dynamodbUrl,
      faults: setup.faults,
      services: {
        s3,
        kms: createKms({
          directory: join(setup.directory, 'keys'),
          region,
          keys: [
            { alias: keyAliases.receipt, spec: 'ECC_NIST_P256' },
            { alias: keyAliases.citizenRef, spec: 'HMAC_256' },
            { alias: keyAliases.pin, spec: 'HMAC_256' },
          ],
        }),
        events: createEvents({
          busName,
          region,
          accept: setup.accept,
          now: () => new Date(setup.clock.now()),
        }),
        sqs: createSqs(setup.queues),
      },
      onCall: setup.onCall,
      onAnswered: setup.onAnswered,
      onFailure: setup.onError,
      measured: setup.measured,
    })
  try {
    return await start(setup.port)
  } catch (error) {
    if (!setup.orElseAny || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    return start(0)
  }
}
