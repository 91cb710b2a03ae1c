import * as z from 'zod'
import { defineEvent } from '../../shared/events.ts'

const about = z.object({
  dossierId: z.string(),
  /** Keyed hash of the applicant's personal number. */
  citizenRef: z.string(),
  procedureCode: z.string(),
  procedureVersion: z.int(),
  /** The resolving agency (cơ quan giải quyết). */
  agency: z.string(),
  channel: z.string(),
})

export const dossierDrafted = defineEvent({
  type: 'vn.motcua.dossier.drafted.v1',
  description: 'A citizen began a dossier. Nothing is asked of an agency yet.',
  data: about,
})

export const dossierSubmitted = defineEvent({
  type: 'vn.motcua.dossier.submitted.v1',
  description: 'A dossier was submitted, numbered and receipted (trạng thái quốc gia 1, mới đăng ký).',
  data: about.extend({ code: z.string(), receiptId: z.string() }),
})
