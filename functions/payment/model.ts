import * as z from 'zod'
import { money } from '../../shared/money.ts'

export const paymentStates = [
  'created',
  'pending',
  'authorized',
  'paid',
  'failed',
  'expired',
  'needs-review',
  'partially-refunded',
  'refunded',
] as const
export type PaymentState = (typeof paymentStates)[number]

/** Why a person must look at a payment although the machine did its part. */
export const flags = [
  /** Paid after it had failed, run out or been replaced. */
  'late-success',
  /** The provider holds money and suspects fraud. */
  'suspicious',
  /** Money came, and it is not the amount that was asked for. */
  'amount-mismatch',
  /** Money came for a fee that was paid already. */
  'second-payment',
] as const
export type Flag = (typeof flags)[number]

/** A line of the fee request. Phí (a price for a service) and lệ phí (a charge) are booked apart. */
export const feeLine = z.object({
  code: z.string(),
  kind: z.enum(['phi', 'le-phi']),
  name: z.string(),
  amount: money.shape.amount,
  currency: money.shape.currency,
})
export type FeeLine = z.infer<typeof feeLine>

/** Money that a provider reported for a payment, and where it is booked. Number and amount together name it. */
export interface Receipt {
  transactionNo: string
  amount: number
  account: 'revenue' | 'suspense'
}

/** One attempt to pay a fee request. */
export interface Payment {
  id: string
  dossierId: string
  feeRequestId: string
  /** Keyed hash of the owner's personal number. */
  ownerRef: string
  /** The resolving agency, whose revenue the fee is. */
  agency: string
  procedureCode: string
  provider: string
  /** Our number in the provider's books. */
  reference: string
  lines: FeeLine[]
  amount: number
  state: PaymentState
  version: number
  /** Number of events published about this payment. */
  sequence: number
  /** Number of entries in the ledger about this payment. */
  entries: number
  flags: Flag[]
  received: Receipt[]
  redirectUrl: string
  qr: string | null
  createdAt: string
  changedAt: string
  expiresAt: string
  paidAt: string | null
  /** Why a payment ran out: its time, a newer attempt, or another attempt that was paid. */
  expiredBecause: 'time' | 'replaced' | 'paid-otherwise' | null
}

/** What is due and how it stands; every attempt to pay it changes this in its own transaction. */
export interface FeeLock {
  feeRequestId: string
  dossierId: string
  /** The newest attempt: the only one that can be live. */
  current: string
  /** The attempt that paid it. */
  paidBy: string | null
  /** An attempt whose money the provider holds back. */
  reviewed: string | null
  attempts: number
  version: number
}

/** States in which a citizen can still pay. */
export const liveStates: readonly PaymentState[] = ['created', 'pending', 'authorized']
export const isLive = ({ state }: Pick<Payment, 'state'>): boolean => liveStates.includes(state)

/** Attempts at one fee request. Nobody needs so many, and all are read when somebody asks for their money. */
export const mostAttempts = 100

/** Dossiers nobody should pay for: not yet submitted, or ended without a service. */
export const unpayableDossiers: ReadonlySet<string> = new Set(['draft', 'declined', 'withdrawn', 'stopped'])

/** What a provider says has happened. `suspicious`: it has the money and holds it back. */
export type ProviderOutcome = 'success' | 'failure' | 'suspicious'

/** A genuine message of a provider, in our words. */
export interface ProviderResult {
  outcome: ProviderOutcome
  /** As sent to the provider. */
  reference: string
  /** Đồng; null when the provider sent what is no whole amount. */
  amount: number | null
  /** The provider's number of the transaction. */
  transactionNo: string
  /** The provider's own result, for people who talk to it. */
  code: string
  bankCode: string | null
  /** When the provider took the money, if it says so. */
  paidAt: string | null
}

/** How a message was judged; each provider has its own words for it. */
export type Verdict = 'accepted' | 'repeated' | 'unknown' | 'amount-mismatch' | 'forged' | 'fault'

/** A message as kept: what was said, how it was judged, when. */
export interface KeptResult extends ProviderResult {
  paymentId: string
  provider: string
  verdict: Verdict
  at: string
}

/** One message has one key, however often and in whatever order it comes. */
export const resultKey = ({ transactionNo, outcome, code, amount }: ProviderResult): string =>
  [transactionNo, outcome, code, amount ?? 'none'].join('#')
