import * as z from 'zod'
import type { Caller } from '../../shared/contract.ts'
import { sha256Hex } from '../../shared/ids.ts'
import { bilingual } from '../../shared/text.ts'
import { acceptedTypes } from './inspection/accepted-types.ts'
import { rejectReasons } from './inspection/verdict.ts'

export const documentStates = ['awaiting-upload', 'inspecting', 'clean', 'rejected', 'scan-delayed'] as const
export type DocumentState = (typeof documentStates)[number]

/** Why a document was refused: what the inspection found, or what became of the upload. */
export const reasonCodes = [...rejectReasons, 'upload-missing', 'upload-abandoned'] as const
export type ReasonCode = (typeof reasonCodes)[number]

/**
 * A file name as it may be stored and shown: composed (NFC, as macOS sends NFD), the last step of a path, and
 * without characters that are invisible or that turn the direction of writing, because `gpj.exe` shown
 * backwards passes for `exe.jpg`.
 */
export const tidyFileName = (given: string): string =>
  (given.normalize('NFC').split(/[/\\]/).at(-1) ?? '')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '')
    .trim()

/** Tên tệp: at most 200 characters after tidying. */
export const fileName = z.string().overwrite(tidyFileName).min(1).max(200)

export const sha256Text = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .meta({ description: 'SHA-256 of the file, 64 lower-case hexadecimal digits' })

/** What a document is for, in a word of the portal's own, for example `dossier`. Never free text. */
export const purpose = z.string().regex(/^[A-Za-z][A-Za-z0-9._:-]{0,63}$/)

/** Tài liệu điện tử: one uploaded file from its upload ticket on. */
export const document = z.strictObject({
  id: z.string().min(1),
  /** `citizenRef`, or the keyless hash of an officer's account; see `ownerRefOf`. */
  ownerRef: z.string().min(1),
  state: z.enum(documentStates),
  reason: z.enum(reasonCodes).nullable(),
  fileName: z.string().min(1),
  contentType: z.enum(acceptedTypes),
  size: z.int().min(1),
  sha256: sha256Text,
  purpose,
  /** Dossiers that point at the document; while there is one it cannot be deleted. */
  boundTo: z.array(z.string()),
  version: z.int().min(1),
  /** Number of the last event. */
  sequence: z.int().min(0),
  createdAt: z.string(),
  changedAt: z.string(),
  /** First phase of deletion: hidden from everybody, the file still there. */
  deletedAt: z.string().nullable(),
})
export type Document = z.infer<typeof document>

/** Where the upload lies until it is inspected. Nobody but the inspection reads it. */
export const quarantineKey = (of: { id: string }): string => `uploads/${of.id}`

/** Where the inspected bytes lie. The hash is in the key, so other bytes would be another object. */
export const cleanKey = (of: { id: string; sha256: string }): string => `documents/${of.id}/${of.sha256}`

/**
 * The owner a caller stands for. An officer's reference has a prefix and covers the issuer, so no issuer can
 * mint an officer whose subject equals a citizen's reference.
 */
export const ownerRefOf = (caller: Extract<Caller, { actor: 'citizen' | 'officer' }>): string =>
  caller.actor === 'citizen'
    ? caller.ref
    : `officer:${sha256Hex(JSON.stringify([caller.issuer, caller.subject])).slice(0, 40)}`

export const isSettled = ({ state }: { state: DocumentState }): boolean =>
  state === 'clean' || state === 'rejected'

/** A limit in bytes as people read it, never more than the limit itself. */
export const spokenSize = (bytes: number): string => {
  const inUnit = (unit: number): number => Math.floor((bytes / unit) * 10) / 10
  if (bytes >= 1024 * 1024) return `${inUnit(1024 * 1024)} MB`
  return bytes >= 1024 ? `${inUnit(1024)} KB` : `${bytes} byte`
}

/** How to hand in the file: a form that storage accepts for this key, this type and at most this size. */
export const uploadTicket = z.object({
  method: z.literal('POST'),
  url: z.url(),
  fields: z.record(z.string(), z.string()),
  expiresAt: z.string(),
})
export type UploadTicket = z.infer<typeof uploadTicket>

export const opened = z.object({ id: z.string(), upload: uploadTicket })
export type Opened = z.infer<typeof opened>

/** A document as its owner sees it. */
export const documentView = z.object({
  id: z.string(),
  state: z.enum(documentStates),
  /** Lý do không tiếp nhận tệp. */
  reason: z.object({ code: z.enum(reasonCodes), ...bilingual.shape }).nullable(),
  fileName: z.string(),
  contentType: z.string(),
  size: z.int(),
  sha256: sha256Text,
  signatures: z
    .array(z.never())
    .meta({ description: 'Digital signatures found in the file; none are read yet' }),
  boundTo: z.array(z.string()).meta({ description: 'Ids of the dossiers that point at the document' }),
  version: z.int(),
  createdAt: z.string().meta({ format: 'date-time' }),
})
export type DocumentView = z.infer<typeof documentView>
