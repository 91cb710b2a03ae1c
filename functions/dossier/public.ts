import type { Dynamo } from '../../shared/dynamo.ts'
import type { Keys } from '../../shared/keys.ts'
import type { Province } from '../../shared/province.ts'
import type { Clock } from '../../shared/time.ts'
import { createCatalogue } from '../catalogue/public.ts'
import { correspondence } from './correspondence.ts'
import { type FeeDesk, feeDesk } from './fee-desk.ts'
import { createSeals } from './seals.ts'
import { createDossierStore } from './store.ts'

export type { DossierFacts } from './correspondence.ts'
export { dossierDrafted, dossierSubmitted } from './events.ts'
export type { FeeDesk, FeeRequest } from './fee-desk.ts'

interface Reading {
  dynamo: Dynamo
  table: string
  catalogueTable: string
  keys: Keys
  trackingPinKeyId: string
  province: Province
  clock: Clock
}

const refuseToBind = () => {
  throw new Error('a reader binds no documents')
}

/** For those who collect money: what a dossier costs. Reads only. */
export const createFeeDesk = ({ dynamo, table }: Pick<Reading, 'dynamo' | 'table'>): FeeDesk =>
  feeDesk(createDossierStore(dynamo, table, refuseToBind))

/** For those who write to people: what a message about a dossier may say. Reads only. */
export const createCorrespondence = (reading: Reading) => {
  const { dynamo, table, catalogueTable, keys, trackingPinKeyId, province, clock } = reading
  return correspondence({
    store: createDossierStore(dynamo, table, refuseToBind),
    catalogue: createCatalogue({ dynamo, table: catalogueTable, clock }),
    seals: createSeals(keys, [], trackingPinKeyId),
    province,
  })
}
