import { createDynamo } from '../../shared/dynamo.ts'
import { readEnv } from '../../shared/env.ts'
import { serve } from '../../shared/http.ts'
import { createKeys } from '../../shared/keys.ts'
import { createLog } from '../../shared/log.ts'
import { readProvince } from '../../shared/province.ts'
import { clock } from '../../shared/time.ts'
import { createAuthenticate, createCitizenRef } from '../identity/public.ts'
import { notificationContracts } from './contract.ts'
import { apiEnv } from './env.ts'
import { createNotificationStore } from './store.ts'
import { reading } from './use-cases.ts'

const env = readEnv(apiEnv)
const { issuers } = readProvince(env.PROVINCE_FILE)
const citizenRef = createCitizenRef({ keys: createKeys(env), keyId: env.CITIZEN_REF_KEY_ID })
const store = createNotificationStore({ dynamo: createDynamo(env), table: env.NOTIFICATION_TABLE })
const my = reading({ inbox: store, preferences: store })

export const handler = serve(
  notificationContracts,
  {
    listNotifications: my.list,
    getNotificationPreferences: my.preferences,
    putNotificationPreferences: my.choose,
  },
  { authenticate: createAuthenticate({ issuers, citizenRef, clock }), log: createLog('notification-api') },
)
