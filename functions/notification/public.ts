/** What a dossier must tell so that its owner can be written to; the dossier context answers it. */
export type { Correspondence, DossierFacts, PaymentFacts, Payments } from './model.ts'
