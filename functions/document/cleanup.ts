import { createDynamo } from '../../shared/dynamo.ts'
import { readEnv } from '../../shared/env.ts'
import { createLog } from '../../shared/log.ts'
import { readProvince } from '../../shared/province.ts'
import { clock } from '../../shared/time.ts'
import { createAbandonUploads } from './abandon-uploads.ts'
import { documentCleanupEnv } from './env.ts'
import { createQuarantine } from './quarantine.ts'
import { createS3 } from './s3.ts'
import { createDocumentStore } from './store.ts'

const env = readEnv(documentCleanupEnv)
const province = readProvince(env.PROVINCE_FILE)
const log = createLog('document-cleanup')

const abandonUploads = createAbandonUploads({
  store: createDocumentStore({ dynamo: createDynamo(env), table: env.DOCUMENT_TABLE }),
  quarantine: createQuarantine({ s3: createS3(env), bucket: env.QUARANTINE_BUCKET }),
  clock,
  place: { province: province.code, environment: province.environment },
  abandonedAfterHours: province.documents.abandonedAfterHours,
})

export const handler = async (): Promise<void> => {
  const { cleared } = await abandonUploads()
  log.info('abandoned uploads cleared', { count: cleared })
}
