import { unmarshall } from '@aws-sdk/util-dynamodb'
import { createDynamo } from '../../shared/dynamo.ts'
import { readEnv } from '../../shared/env.ts'
import { createLog } from '../../shared/log.ts'
import { createBus } from './bus.ts'
import { relayEnv } from './env.ts'
import { createOutbox } from './outbox.ts'
import { createPublish } from './publish.ts'
import { createRelay } from './use-cases.ts'

const env = readEnv(relayEnv)
const log = createLog('ops-relay')

export const handler = createRelay({
  publish: createPublish({ bus: createBus(env), outbox: createOutbox(createDynamo(env)), log }),
  readImage: (image) => unmarshall(image as Parameters<typeof unmarshall>[0]),
  log,
})
