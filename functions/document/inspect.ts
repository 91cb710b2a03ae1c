import { createDynamo } from '../../shared/dynamo.ts'
import { readEnv } from '../../shared/env.ts'
import { createLog } from '../../shared/log.ts'
import { readProvince } from '../../shared/province.ts'
import { consume, createBury, reaction } from '../../shared/queue.ts'
import { clock } from '../../shared/time.ts'
import { createCleanFiles } from './clean-files.ts'
import { documentInspectEnv } from './env.ts'
import { documentUploaded } from './events.ts'
import { createInspectUpload } from './inspect-upload.ts'
import { inspect } from './inspection/inspect.ts'
import { eicarScanner } from './inspection/scanner.ts'
import { createQuarantine } from './quarantine.ts'
import { createS3 } from './s3.ts'
import { createDocumentStore } from './store.ts'

const env = readEnv(documentInspectEnv)
const province = readProvince(env.PROVINCE_FILE)
const log = createLog('document-inspect')
const s3 = createS3(env)

const inspectUpload = createInspectUpload({
  store: createDocumentStore({ dynamo: createDynamo(env), table: env.DOCUMENT_TABLE }),
  quarantine: createQuarantine({ s3, bucket: env.QUARANTINE_BUCKET }),
  files: createCleanFiles({ s3, bucket: env.CLEAN_BUCKET }),
  inspect: (bytes, declared) => inspect(bytes, declared, { scanners: [eicarScanner] }),
  clock,
  place: { province: province.code, environment: province.environment },
})

const onUploaded = reaction(documentUploaded, async ({ data: { documentId }, correlationId }) => {
  const { state, reason } = await inspectUpload({ documentId, correlationId })
  log.info('upload inspected', { documentId, correlationId, code: state, reason: reason ?? undefined })
})

export const handler = consume([onUploaded], createBury(env), log)
