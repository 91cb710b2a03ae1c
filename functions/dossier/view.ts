import { crockford } from '../../shared/ids.ts'
import type { DossierSummary, DossierView } from './contract.ts'
import { type Content, type Head, waitingOnOf } from './model.ts'
import { nationalStatus } from './transitions.ts'

/** The tracking PIN: 8 Crockford base32 characters of the keyed hash of the dossier id, never stored. */
export const pinOf = (mac: Buffer): string => crockford(mac, 8)

export const summaryOf = (head: Head): DossierSummary => ({
  id: head.id,
  code: head.code ?? null,
  state: head.state,
  nationalStatus: nationalStatus[head.state],
  procedureCode: head.procedureCode,
  procedureName: head.procedureName,
  caseCode: head.caseCode,
  agency: head.agency,
  channel: head.channel,
  version: head.version,
  createdAt: head.createdAt,
  updatedAt: head.updatedAt,
  submittedAt: head.submittedAt ?? null,
})

/** The dossier as its owner sees it. The PIN is put in by whoever holds the key. */
export const viewOf = (head: Head, content: Content, trackingPin: string | null = null): DossierView => ({
  ...summaryOf(head),
  procedureVersion: head.procedureVersion,
  receivingAgency: head.receivingAgency,
  answers: content.answers,
  components: content.components,
  setAside: content.aside,
  fees: head.fees ?? [],
  dueAt: null,
  waitingOn: waitingOnOf(head),
  receiptId: head.receiptId ?? null,
  trackingPin,
})
