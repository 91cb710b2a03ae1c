import { dossierSubmitted } from '../dossier/public.ts'
import { paymentPaid } from '../payment/public.ts'

/**
 * The events that people are told of. Each must have its template in `templates.ts`, and no template may stand
 * there without its event here: either mistake does not compile.
 */
export const announcements = { dossierSubmitted, paymentPaid } as const
export type Announcements = typeof announcements
