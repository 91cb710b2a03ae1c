import type { Command, Outcome } from '../../shared/contract.ts'
import type { Envelope } from '../../shared/events.ts'
import type { Instant } from '../../shared/time.ts'
import type { Document, DocumentState, DocumentView, Opened, ReasonCode, UploadTicket } from './model.ts'

/** A change of state: where to, why, when, and the event that tells of it. */
export interface Move {
  to: DocumentState
  reason: ReasonCode | null
  at: Instant
  event: Envelope | null
}

export type Moved =
  | { outcome: 'moved'; document: Document }
  /** The document is no longer what was seen. */
  | { outcome: 'overtaken' }
  | { outcome: 'repeated'; answer: Outcome<DocumentView> }

export type Deleted = { outcome: 'deleted' } | { outcome: 'refused'; document: Document | undefined }

export interface DocumentStore {
  find(id: string): Promise<Document | undefined>
  /** A document together with the answer that this command was given before. */
  findFor(id: string, command: Command): Promise<{ document?: Document; answer?: Outcome<DocumentView> }>
  /** Stores a new document with the answer; a repeat is given the first answer. */
  open(document: Document, command: Command, answer: Opened): Promise<Outcome<Opened>>
  /** Moves a document that is still as seen; with a command, its answer is recorded in the same write. */
  move(
    seen: Document,
    move: Move,
    recorded?: { command: Command; answer: (moved: Document) => DocumentView },
  ): Promise<Moved>
  /** Records the answer of a command that found nothing left to do. */
  record(id: string, command: Command, answer: DocumentView): Promise<Outcome<DocumentView>>
  /** Hides a document that nothing points at; with a version, only if it still has it. */
  markDeleted(id: string, ownerRef: string, at: Instant, version?: number): Promise<Deleted>
  /** Ids of uploads begun before an instant and never cleared away, oldest first, a page at a time. */
  uploadsBegunBefore(instant: Instant, page: { limit: number; after?: string }): Promise<UploadPage>
  /** Takes an upload off that list, once there is nothing of it left to clear away. */
  forgetUpload(id: string): Promise<void>
}

export interface UploadPage {
  ids: string[]
  next?: string
}

/** What of a document says where its bytes lie and which they are. */
export interface Placed {
  id: string
  sha256: string
  size: number
  contentType: string
}

/** The bucket that takes what citizens upload. */
export interface Quarantine {
  ticketFor(document: Placed): Promise<UploadTicket>
  holds(document: Placed): Promise<boolean>
  /** The bytes of an upload, no more than one beyond the declared size; undefined when there is none. */
  read(document: Placed): Promise<Uint8Array | undefined>
  /** Removes an upload; removing it again changes nothing. */
  discard(document: Placed): Promise<void>
}

export type StoredState = 'present' | 'missing' | 'altered'

/** The bucket of inspected files. There is no way to overwrite or remove one. */
export interface CleanFiles {
  keep(document: Placed, bytes: Uint8Array): Promise<void>
  stateOf(document: Placed): Promise<StoredState>
  linkTo(document: Placed & { fileName: string }): Promise<{ url: string; expiresAt: string }>
}
