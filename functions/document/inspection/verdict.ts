import type { FileKind } from './file-kinds.ts'

/** Every reason for which an upload is refused; the words for each are in `reject-texts.ts`. */
export const rejectReasons = [
  'empty-file',
  'size-mismatch',
  'checksum-mismatch',
  'type-not-accepted',
  'type-mismatch',
  'malware-found',
  'pdf-encrypted',
  'pdf-active-content',
  'pdf-embedded-file',
  'pdf-damaged',
  'office-encrypted',
  'office-macro',
  'office-active-content',
  'office-damaged',
  'xml-doctype',
  'xml-active-content',
  'xml-malformed',
  'image-damaged',
  'archive-bomb',
  'too-complex',
] as const

export type RejectReason = (typeof rejectReasons)[number]

/** What a clean file carries that an official may want to know. None of these is a danger. */
export type Finding = 'pdf-form' | 'pdf-embedded-xml' | 'image-trailing-data' | 'office-external-link'

/** What the uploader said about the file; `sha256` is 64 hexadecimal digits in either case. */
export type Declared = { contentType: string; size: number; sha256: string; fileName: string }

export type Rejection = {
  outcome: 'rejected'
  reason: RejectReason
  params?: Record<string, string | number>
}

export type Clean = {
  outcome: 'clean'
  contentType: string
  size: number
  sha256: string
  findings: Finding[]
}

/** `scan-delayed`: nothing wrong was found, but a scanner gave no answer; inspect again later. */
export type Verdict = Clean | Rejection | { outcome: 'scan-delayed' }

/** The answer of one format's inspection. */
export type Inspection = { ok: true; findings: Finding[] } | Refusal

export type Refusal = { ok: false; reason: RejectReason; params?: Record<string, string | number> }

export function refuse(reason: RejectReason, params?: Record<string, string | number>): Refusal {
  return params === undefined ? { ok: false, reason } : { ok: false, reason, params }
}

export function mismatch(declared: FileKind, looksLike: FileKind): Refusal {
  return refuse('type-mismatch', { declared, looksLike })
}
