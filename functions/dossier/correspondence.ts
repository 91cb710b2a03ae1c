import type { Province } from '../../shared/province.ts'
import { agencyOn } from '../../shared/province.ts'
import type { Bilingual } from '../../shared/text.ts'
import { fromIso, vietnamDate } from '../../shared/time.ts'
import type { Catalogue } from '../catalogue/public.ts'
import { valueAt } from '../catalogue/public.ts'
import type { DossierStore, Seals } from './ports.ts'
import { pinOf } from './view.ts'

/** What a message about a dossier may say, and to whom it goes. */
export interface DossierFacts {
  dossierId: string
  ownerRef: string
  code: string
  procedureName: string
  agencyName: Bilingual
  submittedAt: string
  applicantName: string
  /** The address the citizen gave in the form; undefined when none was given. */
  email: string | undefined
  trackingPin: string
  receiptId: string
  dueAt: string | null
}

interface CorrespondenceDeps {
  store: Pick<DossierStore, 'load'>
  catalogue: Catalogue
  seals: Pick<Seals, 'pinMac'>
  province: Province
}

/** Reads what a message needs from the dossier itself: events carry no personal data. */
export const correspondence = ({ store, catalogue, seals, province }: CorrespondenceDeps) => ({
  forDossier: async (dossierId: string): Promise<DossierFacts | undefined> => {
    const found = await store.load(dossierId)
    if (!found) return undefined
    const { head, content } = found
    const { code, submittedAt, receiptId } = head
    if (code === undefined || submittedAt === undefined || receiptId === undefined) return undefined
    const procedure = await catalogue.version(head.procedureCode, head.procedureVersion)
    const email = procedure && valueAt(content.answers, procedure.contact.email)
    const agency = agencyOn(province, head.agency, vietnamDate(fromIso(submittedAt)))
    return {
      dossierId,
      ownerRef: head.ownerRef,
      code,
      procedureName: head.procedureName,
      agencyName: agency?.name ?? { vi: head.agency, en: head.agency },
      submittedAt,
      applicantName: content.applicant.name,
      email: typeof email === 'string' ? email : undefined,
      trackingPin: pinOf(await seals.pinMac(dossierId)),
      receiptId,
      dueAt: null,
    }
  },
})
