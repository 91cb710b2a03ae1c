import type { Bilingual } from '../../shared/text.ts'
import type { DocumentState } from './model.ts'

export const documentEvents = ['complete', 'accept', 'reject', 'delay', 'abandon'] as const
export type DocumentEvent = (typeof documentEvents)[number]

/** What may happen in each state. `clean` and `rejected` are for ever: a better file is a new document. */
export const transitions: Record<DocumentState, Partial<Record<DocumentEvent, DocumentState>>> = {
  'awaiting-upload': { complete: 'inspecting', abandon: 'rejected' },
  inspecting: { accept: 'clean', reject: 'rejected', delay: 'scan-delayed' },
  'scan-delayed': { accept: 'clean', reject: 'rejected' },
  clean: {},
  rejected: {},
}

export const next = (state: DocumentState, event: DocumentEvent): DocumentState | undefined =>
  transitions[state][event]

/** The states as citizens know them. */
export const stateNames: Record<DocumentState, Bilingual> = {
  'awaiting-upload': { vi: 'chờ tải tệp lên', en: 'waiting for its upload' },
  inspecting: { vi: 'đang kiểm tra', en: 'being inspected' },
  clean: { vi: 'đã kiểm tra xong', en: 'inspected' },
  rejected: { vi: 'không được chấp nhận', en: 'not accepted' },
  'scan-delayed': { vi: 'chờ quét mã độc', en: 'waiting for the malware scan' },
}
