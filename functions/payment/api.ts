import { createDynamo } from '../../shared/dynamo.ts'
import { readEnv } from '../../shared/env.ts'
import { serve } from '../../shared/http.ts'
import { createKeys } from '../../shared/keys.ts'
import { createLog } from '../../shared/log.ts'
import { readProvince } from '../../shared/province.ts'
import { clock } from '../../shared/time.ts'
import { createFeeDesk } from '../dossier/public.ts'
import { createAuthenticate, createCitizenRef } from '../identity/public.ts'
import { paymentBehaviours } from './behaviours.ts'
import { paymentContracts } from './contract.ts'
import { paymentApiEnv } from './env.ts'
import { createProviders } from './providers/registry.ts'
import { createPaymentStore } from './store.ts'
import { createUseCases } from './use-cases.ts'

const env = readEnv(paymentApiEnv)
const dynamo = createDynamo(env)
const province = readProvince(env.PROVINCE_FILE)
const place = { province: province.code, environment: province.environment }
const useCases = createUseCases({
  store: createPaymentStore(dynamo, env.PAYMENT_TABLE),
  fees: createFeeDesk({ dynamo, table: env.DOSSIER_TABLE }),
  providers: createProviders(env, place),
  province,
  clock,
})
const citizenRef = createCitizenRef({ keys: createKeys(env), keyId: env.CITIZEN_REF_KEY_ID })

export const handler = serve(paymentContracts, paymentBehaviours(useCases), {
  authenticate: createAuthenticate({ issuers: province.issuers, citizenRef, clock }),
  log: createLog('payment-api'),
})
