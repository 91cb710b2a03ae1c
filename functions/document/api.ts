import { createDynamo } from '../../shared/dynamo.ts'
import { readEnv } from '../../shared/env.ts'
import { serve } from '../../shared/http.ts'
import { createKeys } from '../../shared/keys.ts'
import { createLog } from '../../shared/log.ts'
import { readProvince } from '../../shared/province.ts'
import { clock } from '../../shared/time.ts'
import { createAuthenticate, createCitizenRef } from '../identity/public.ts'
import { createCleanFiles } from './clean-files.ts'
import { documentContracts } from './contract.ts'
import { documentApiEnv } from './env.ts'
import { createQuarantine } from './quarantine.ts'
import { createS3 } from './s3.ts'
import { createDocumentStore } from './store.ts'
import { createDocuments } from './use-cases.ts'

const env = readEnv(documentApiEnv)
const province = readProvince(env.PROVINCE_FILE)
const s3 = createS3(env)
const citizenRef = createCitizenRef({ keys: createKeys(env), keyId: env.CITIZEN_REF_KEY_ID })

const documents = createDocuments({
  store: createDocumentStore({ dynamo: createDynamo(env), table: env.DOCUMENT_TABLE }),
  quarantine: createQuarantine({ s3, bucket: env.QUARANTINE_BUCKET }),
  files: createCleanFiles({ s3, bucket: env.CLEAN_BUCKET }),
  clock,
  place: { province: province.code, environment: province.environment },
  maxFileBytes: province.documents.maxFileBytes,
})

export const handler = serve(documentContracts, documents, {
  authenticate: createAuthenticate({ issuers: province.issuers, citizenRef, clock }),
  log: createLog('document-api'),
})
