import * as z from 'zod'
import { dynamoEnv } from '../../shared/dynamo.ts'
import { keysEnv } from '../../shared/keys.ts'
import { queueEnv } from '../../shared/queue.ts'
import { secretsEnv } from '../../shared/secrets.ts'

const base = dynamoEnv.extend(keysEnv.shape).extend({
  NOTIFICATION_TABLE: z.string().min(3),
  PROVINCE_FILE: z.string().min(1),
})

export const apiEnv = base.extend({ CITIZEN_REF_KEY_ID: z.string().min(1) })

/** For example `smtps://user:password@host`. */
export const smtpSettings = z.object({ SMTP_URL: z.url({ protocol: /^smtps?$/ }) })

export const sendEnv = base
  .extend(queueEnv.shape)
  .extend(secretsEnv.shape)
  .extend({
    DOSSIER_TABLE: z.string().min(3),
    CATALOGUE_TABLE: z.string().min(3),
    PAYMENT_TABLE: z.string().min(3),
    TRACKING_PIN_KEY_ID: z.string().min(1),
    /** The secret with `SMTP_URL` in it; the variable itself wins where it is set. */
    SMTP_SECRET_ARN: z.string().min(1).optional(),
    ...smtpSettings.partial().shape,
  })
