import type { Command, Outcome } from '../../shared/contract.ts'
import type { Envelope } from '../../shared/events.ts'
import type { HistoryLine } from './history.ts'
import type { Attachment, Claim, Content, Head } from './model.ts'
import type { Receipt } from './receipt.ts'

export interface Page<Item> {
  items: Item[]
  nextCursor: string | null
}

/** What one step of a dossier's life writes, all or nothing. */
export interface Step {
  head: Head
  line: HistoryLine
  event: Envelope
  command: Command
  /** The answer to record, so that a repeat of the command gets the same. */
  answer: unknown
}

export type Claimed =
  | { kind: 'claimed'; head: Head }
  | { kind: 'absent' }
  /** Somebody is submitting this dossier now. */
  | { kind: 'busy' }
  /** No longer in a state from which it can be submitted. */
  | { kind: 'closed'; head: Head }
  | { kind: 'changed'; head: Head }

export type Finished =
  | { kind: 'done' }
  /** The claim was lost to another caller. */
  | { kind: 'lost' }
  /** The number is taken: a counter that was set back. */
  | { kind: 'code-taken' }
  /** These files are no longer what was inspected. */
  | { kind: 'files'; documentIds: string[] }

export interface DossierStore {
  /** Undefined when it was made now; the recorded answer when the same command made it before. */
  create(step: Step & { content: Content }): Promise<Outcome<unknown> | undefined>
  /** Head and content as last written. */
  load(id: string): Promise<{ head: Head; content: Content } | undefined>
  head(id: string): Promise<Head | undefined>
  content(id: string): Promise<Content | undefined>
  /** True while somebody else's submission is at work. */
  isClaimed(id: string, now: string): Promise<boolean>
  /** Writes a changed draft if it is still the version that was read and nobody is submitting it. */
  redraft(before: Head, head: Head, content: Content, now: string): Promise<'saved' | 'changed'>
  claim(
    id: string,
    by: { ownerRef: string; claim: Claim; now: string; ifMatch: number | undefined },
  ): Promise<Claimed>
  /** Gives a claim back; a number already taken stays with the dossier. */
  release(id: string, token: string, reservedCode: string | undefined): Promise<void>
  /** The next running number of an agency and a Vietnamese day; atomic. */
  nextNumber(agency: string, date: string): Promise<number>
  finish(
    step: Step & { claim: Claim; code: string; receipt: Receipt; files: readonly Attachment[] },
  ): Promise<Finished>
  replay(id: string, command: Command): Promise<Outcome<unknown> | undefined>
  history(id: string, page: { limit: number; cursor: string | undefined }): Promise<Page<HistoryLine>>
  ofOwner(ownerRef: string, page: { limit: number; cursor: string | undefined }): Promise<Page<Head>>
  idOfCode(code: string): Promise<string | undefined>
  receipt(id: string): Promise<{ dossierId: string; receipt: Receipt } | undefined>
  /** Books a try at a code before it is judged. False when the hour's tries are used up. */
  bookTry(code: string, hour: string, removeAfter: number): Promise<boolean>
  /** Takes the booking back after a right PIN. */
  unbookTry(code: string, hour: string): Promise<void>
}

export type StoredState = 'present' | 'missing' | 'altered'

/** The signing and hashing keys of the province. */
export interface Seals {
  /** Signs the text of a receipt with the present key. */
  sign(signingInput: string): Promise<Buffer>
  /** The present key first, then every earlier one. */
  publicKeys(): Promise<Buffer[]>
  /** Keyed hash of a dossier id, from which its tracking PIN is made. */
  pinMac(dossierId: string): Promise<Buffer>
}
