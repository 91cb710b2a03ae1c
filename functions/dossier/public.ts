import type { Dynamo } from '../../shared/dynamo.ts'
import type { Keys } from '../../shared/keys.ts'
import type { Province } from '../../shared/province.ts'
import type { Clock } from '../../shared/time.ts'
import { createCatalogue } from '../catalogue/public.ts'
import { correspondence } from './correspondence.ts'
import { createSeals } from './seals.ts'
import { createDossierStore } from './store.ts'

export type { DossierFacts } from './correspondence.ts'
export { dossierDrafted, dossierSubmitted } from './events.ts'

interface Reading {
  dynamo: Dynamo
  table: string
  catalogueTable: string
  keys: Keys
  trackingPinKeyId: string
  province: Province
  clock: Clock
}

/** For those who write to people: what a message about a dossier may say. Reads only. */
export const createCorrespondence = (reading: Reading) => {
  const { dynamo, table, catalogueTable, keys, trackingPinKeyId, province, clock } = reading
  const refuse = () => {
    throw new Error('correspondence binds no documents')
  }
  return correspondence({
    store: createDossierStore(dynamo, table, refuse),
    catalogue: createCatalogue({ dynamo, table: catalogueTable, clock }),
    seals: createSeals(keys, [], trackingPinKeyId),
    province,
  })
}
