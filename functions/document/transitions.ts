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
