import type { Entry } from '../../functions/entries.ts'
import { deadLetterOf } from './consumers.ts'
import type { Merchant } from './payments/vnpay-pay-address.ts'
import { tableName } from './tables-setup.ts'

export const busName = 'motcua-events'
export const buckets = { quarantine: 'motcua-quarantine', clean: 'motcua-clean' } as const
export const keyAliases = {
  receipt: 'alias/receipt',
  citizenRef: 'alias/citizen-ref',
  pin: 'alias/tracking-pin',
}
export const region = 'ap-southeast-1'
/** Accepted by the embedded services and by nothing else. */
export const credentials = { accessKeyId: 'local', secretAccessKey: 'local-secret' }

export interface Places {
  storageUrl: string
  smtpUrl: string
  provinceFile: string
  merchant: Merchant
  tables: readonly string[]
}

/** The variables of one function: the same names as in a deployed stack, with the addresses of this machine. */
export const environmentOf =
  ({ storageUrl, smtpUrl, provinceFile, merchant, tables }: Places) =>
  (entry: Entry): Record<string, string> => ({
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    CATALOGUE_TABLE: tableName('catalogue'),
    DOSSIER_TABLE: tableName('dossier'),
    DOCUMENT_TABLE: tableName('document'),
    NOTIFICATION_TABLE: tableName('notification'),
    PAYMENT_TABLE: tableName('payment'),
    VNPAY_TMN_CODE: merchant.tmnCode,
    VNPAY_HASH_SECRET: process.env.VNPAY_HASH_SECRET ?? merchant.hashSecret,
    VNPAY_PAY_URL: merchant.payUrl,
    OUTBOX_TABLES: tables.join(','),
    QUARANTINE_BUCKET: buckets.quarantine,
    CLEAN_BUCKET: buckets.clean,
    RECEIPT_KEY_IDS: keyAliases.receipt,
    CITIZEN_REF_KEY_ID: keyAliases.citizenRef,
    TRACKING_PIN_KEY_ID: keyAliases.pin,
    EVENT_BUS_NAME: busName,
    PROVINCE_FILE: provinceFile,
    SMTP_URL: smtpUrl,
    DEAD_LETTER_QUEUE_URL: `${storageUrl}/000000000000/${deadLetterOf(entry.name)}`,
    DYNAMODB_ENDPOINT: storageUrl,
    S3_ENDPOINT: storageUrl,
    KMS_ENDPOINT: storageUrl,
    EVENTS_ENDPOINT: storageUrl,
    SQS_ENDPOINT: storageUrl,
  })
