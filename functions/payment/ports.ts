import type { Command, Outcome } from '../../shared/contract.ts'
import type { Envelope } from '../../shared/events.ts'
import type { Changed, Settlement, Standing } from './judgement.ts'
import type { LedgerEntry } from './ledger.ts'
import type { FeeLock, KeptResult, Payment } from './model.ts'

/** A new attempt: the payment, the lock it moves, the attempt it replaces and the answer to record. */
export interface Opening {
  payment: Payment
  event: Envelope
  lock: { before: FeeLock | undefined; after: FeeLock }
  replaced: Changed | null
  command: Command
  answer: unknown
}

/** What is kept about the money of one dossier. */
export interface Money {
  payments: Payment[]
  results: KeptResult[]
  entries: LedgerEntry[]
  locks: FeeLock[]
}

export interface ExpiringPage {
  payments: { id: string; dossierId: string }[]
  next: string | undefined
}

export interface PaymentStore {
  /** The lock of a fee request and its newest attempt; undefined before the first. */
  attempts(
    dossierId: string,
    feeRequestId: string,
  ): Promise<{ lock: FeeLock; current: Payment | undefined } | undefined>
  /** What the same command was answered before. */
  replay(id: string, command: Command): Promise<Outcome<unknown> | undefined>
  /** `overtaken` when lock or replaced attempt are no longer what was seen, or the payment is there already. */
  open(opening: Opening): Promise<'opened' | 'overtaken'>
  find(id: string): Promise<Payment | undefined>
  /** All that a provider's message is judged by, and how the same message was judged before. */
  standing(id: string, resultKey: string): Promise<(Standing & { kept: KeptResult | undefined }) | undefined>
  /** Message, payment, lock, ledger and events in one write; `overtaken` when one of them has changed. */
  settle(kept: KeptResult, settlement: Settlement | null): Promise<'settled' | 'overtaken'>
  /** Keeps a genuine message about a payment that nobody knows, once. False when it was there. */
  keepStray(kept: KeptResult, entry: LedgerEntry | null): Promise<boolean>
  /** Moves a payment that is still as seen. */
  expire(change: Changed): Promise<'expired' | 'overtaken'>
  /** Payments that can still run out and whose time is over, a page at a time. */
  expiring(before: string, page: { limit: number; after: string | undefined }): Promise<ExpiringPage>
  /** Everything about the money of a dossier, as last written. */
  money(dossierId: string): Promise<Money>
}
