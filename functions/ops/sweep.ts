import type { Context, ScheduledEvent } from 'aws-lambda'
import { createDynamo } from '../../shared/dynamo.ts'
import { readEnv } from '../../shared/env.ts'
import { createLog } from '../../shared/log.ts'
import { clock } from '../../shared/time.ts'
import { createBus } from './bus.ts'
import { sweepEnv } from './env.ts'
import { createOutbox } from './outbox.ts'
import { createPublish } from './publish.ts'
import { createSweep } from './use-cases.ts'

const env = readEnv(sweepEnv)
const log = createLog('ops-sweep')
const outbox = createOutbox(createDynamo(env))
const sweep = createSweep({
  publish: createPublish({ bus: createBus(env), outbox, log }),
  outbox,
  clock,
  log,
  tables: env.OUTBOX_TABLES,
})

export const handler = async (_: ScheduledEvent, context: Context): Promise<void> => {
  await sweep(() => context.getRemainingTimeInMillis())
}
