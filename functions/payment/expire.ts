import { createDynamo } from '../../shared/dynamo.ts'
import { readEnv } from '../../shared/env.ts'
import { createLog } from '../../shared/log.ts'
import { readProvince } from '../../shared/province.ts'
import { clock } from '../../shared/time.ts'
import { paymentExpireEnv } from './env.ts'
import { createExpiring } from './expiring.ts'
import { createPaymentStore } from './store.ts'

const env = readEnv(paymentExpireEnv)
const province = readProvince(env.PROVINCE_FILE)
const log = createLog('payment-expire')
const expireDue = createExpiring({
  store: createPaymentStore(createDynamo(env), env.PAYMENT_TABLE),
  place: { province: province.code, environment: province.environment },
  clock,
})

export const handler = async (): Promise<void> => {
  const { expired } = await expireDue()
  log.info('payments ended', { count: expired })
}
