import { createDynamo } from '../../shared/dynamo.ts'
import { readEnv } from '../../shared/env.ts'
import { AppError } from '../../shared/errors.ts'
import { serve } from '../../shared/http.ts'
import { createLog } from '../../shared/log.ts'
import { readProvince } from '../../shared/province.ts'
import { clock } from '../../shared/time.ts'
import { webhookBehaviours } from './behaviours.ts'
import { webhookContracts } from './contract.ts'
import { paymentWebhookEnv } from './env.ts'
import { createProviders } from './providers/registry.ts'
import { createReceiving } from './receiving.ts'
import { createPaymentStore } from './store.ts'

const env = readEnv(paymentWebhookEnv)
const province = readProvince(env.PROVINCE_FILE)
const place = { province: province.code, environment: province.environment }
const log = createLog('payment-webhook')
const receive = createReceiving({
  store: createPaymentStore(createDynamo(env), env.PAYMENT_TABLE),
  providers: createProviders(env, place),
  place,
  clock,
  log,
})

export const handler = serve(webhookContracts, webhookBehaviours(webhookContracts, receive), {
  authenticate: async () => {
    throw new AppError('unauthenticated')
  },
  log,
})
