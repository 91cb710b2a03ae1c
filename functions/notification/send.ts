import { createDynamo } from '../../shared/dynamo.ts'
import { readEnv } from '../../shared/env.ts'
import { createKeys } from '../../shared/keys.ts'
import { createLog } from '../../shared/log.ts'
import { readProvince } from '../../shared/province.ts'
import { consume, createBury, reaction } from '../../shared/queue.ts'
import { clock } from '../../shared/time.ts'
import { createCorrespondence } from '../dossier/public.ts'
import { createPaidDesk } from '../payment/public.ts'
import { announcements } from './announcements.ts'
import { createEmailChannel } from './channels/email.ts'
import { createInboxChannel } from './channels/inbox.ts'
import { createPost } from './channels/post.ts'
import { sendEnv } from './env.ts'
import { createNotificationStore } from './store.ts'
import { telling } from './use-cases.ts'

const env = readEnv(sendEnv)
const province = readProvince(env.PROVINCE_FILE)
const log = createLog('notification-send')
const dynamo = createDynamo(env)
const store = createNotificationStore({ dynamo, table: env.NOTIFICATION_TABLE })
const correspondence = createCorrespondence({
  dynamo,
  table: env.DOSSIER_TABLE,
  catalogueTable: env.CATALOGUE_TABLE,
  keys: createKeys(env),
  trackingPinKeyId: env.TRACKING_PIN_KEY_ID,
  province,
  clock,
})
const post = createPost(env, province.mail)
const host = province.mail.from.split('@').at(-1) ?? 'localhost'
const channels = [
  createInboxChannel({ deliveries: store, clock }),
  createEmailChannel({ deliveries: store, post, clock, log, host }),
]
const payments = createPaidDesk({ dynamo, table: env.PAYMENT_TABLE })
const { notify } = telling({ correspondence, payments, preferences: store, channels, province })

export const handler = consume(
  Object.values(announcements).map((event) => reaction(event, notify)),
  createBury(env),
  log,
)
