import * as z from 'zod'
import { dynamoEnv } from '../../shared/dynamo.ts'
import { keysEnv } from '../../shared/keys.ts'
import { providerSettings } from './providers/registry.ts'

const common = dynamoEnv.extend({ PAYMENT_TABLE: z.string().min(3), PROVINCE_FILE: z.string().min(1) })

export const paymentApiEnv = common
  .extend(keysEnv.shape)
  .extend(providerSettings.shape)
  .extend({ DOSSIER_TABLE: z.string().min(3), CITIZEN_REF_KEY_ID: z.string().min(1) })

/** Nobody signs in here, so it can reach neither dossiers nor keys. */
export const paymentWebhookEnv = common.extend(providerSettings.shape)

export const paymentExpireEnv = common
