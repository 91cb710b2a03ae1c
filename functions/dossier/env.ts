import * as z from 'zod'
import { dynamoEnv } from '../../shared/dynamo.ts'
import { keysEnv } from '../../shared/keys.ts'
import { documentStorageEnv } from '../document/public.ts'

export const dossierApiEnv = z.object({
  ...dynamoEnv.shape,
  ...keysEnv.shape,
  ...documentStorageEnv.shape,
  DOSSIER_TABLE: z.string().min(1),
  CATALOGUE_TABLE: z.string().min(1),
  PROVINCE_FILE: z.string().min(1),
  CITIZEN_REF_KEY_ID: z.string().min(1),
  TRACKING_PIN_KEY_ID: z.string().min(1),
  /** Comma separated: the first signs, the others still verify. */
  RECEIPT_KEY_IDS: z.string().transform((list) => list.split(',').filter((id) => id !== '')),
})
export type DossierApiEnv = z.input<typeof dossierApiEnv>
