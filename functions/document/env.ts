import * as z from 'zod'
import { dynamoEnv } from '../../shared/dynamo.ts'
import { keysEnv } from '../../shared/keys.ts'
import { queueEnv } from '../../shared/queue.ts'
import { s3Env } from './s3.ts'

const name = z.string().min(3)

const common = dynamoEnv
  .extend(s3Env.shape)
  .extend({ PROVINCE_FILE: z.string().min(1), DOCUMENT_TABLE: name, QUARANTINE_BUCKET: name })

export const documentApiEnv = common
  .extend(keysEnv.shape)
  .extend({ CLEAN_BUCKET: name, CITIZEN_REF_KEY_ID: z.string().min(1) })

export const documentInspectEnv = common.extend(queueEnv.shape).extend({ CLEAN_BUCKET: name })

export const documentCleanupEnv = common
