import { setTimeout as wait } from 'node:timers/promises'
import { createDynamo } from '../../shared/dynamo.ts'
import { readEnv } from '../../shared/env.ts'
import { serve } from '../../shared/http.ts'
import { createKeys } from '../../shared/keys.ts'
import { createLog } from '../../shared/log.ts'
import { readProvince } from '../../shared/province.ts'
import { clock } from '../../shared/time.ts'
import { createCatalogue } from '../catalogue/public.ts'
import { createDocumentDesk, createS3 } from '../document/public.ts'
import { createAuthenticate, createCitizenRef } from '../identity/public.ts'
import { dossierBehaviours } from './behaviours.ts'
import { dossierContracts } from './contract.ts'
import { dossierApiEnv } from './env.ts'
import { createSeals } from './seals.ts'
import { createDossierStore } from './store.ts'
import { createUseCases } from './use-cases.ts'

const env = readEnv(dossierApiEnv)
const dynamo = createDynamo(env)
const keys = createKeys(env)
const province = readProvince(env.PROVINCE_FILE)
const documents = createDocumentDesk({
  dynamo,
  table: env.DOCUMENT_TABLE,
  s3: createS3(env),
  cleanBucket: env.CLEAN_BUCKET,
})
const citizenRef = createCitizenRef({ keys, keyId: env.CITIZEN_REF_KEY_ID })
const store = createDossierStore(dynamo, env.DOSSIER_TABLE, documents.bindWrite)
const catalogue = createCatalogue({ dynamo, table: env.CATALOGUE_TABLE, clock })
const seals = createSeals(keys, env.RECEIPT_KEY_IDS, env.TRACKING_PIN_KEY_ID)
const useCases = createUseCases({ store, catalogue, documents, seals, province, clock, wait })

export const handler = serve(dossierContracts, dossierBehaviours(useCases), {
  authenticate: createAuthenticate({ issuers: province.issuers, citizenRef, clock }),
  log: createLog('dossier-api'),
})
