import type { Payment } from './model.ts'

/** One side of a booking: positive is a debit, negative a credit. Whole đồng. */
export interface Posting {
  account: string
  amount: number
}

/** A booking as kept: never changed and never removed. Its postings add up to zero. */
export interface LedgerEntry {
  paymentId: string
  /** Counts from 1 for each payment. */
  number: number
  at: string
  /** What it was for. */
  why: 'fee' | 'held' | 'released' | 'stray'
  transactionNo: string
  postings: Posting[]
}

export const accounts = {
  /** What the provider owes us until it settles with the bank. */
  clearing: (provider: string): string => `clearing/${provider}`,
  /** Revenue of an agency, for each fee; phí and lệ phí are never added up. */
  revenue: (agency: string, kind: string, code: string): string => `revenue/${agency}/${kind}/${code}`,
  /** Money that came and that nobody can say yet whose it is. */
  suspense: (provider: string): string => `suspense/${provider}`,
}

const credits = ({ agency, lines }: Pick<Payment, 'agency' | 'lines'>): Posting[] =>
  lines.map(({ kind, code, amount }) => ({ account: accounts.revenue(agency, kind, code), amount: -amount }))

/** The provider took the fee: each line is revenue of the agency. */
export const feePostings = (
  payment: Pick<Payment, 'provider' | 'agency' | 'lines' | 'amount'>,
): Posting[] => [
  { account: accounts.clearing(payment.provider), amount: payment.amount },
  ...credits(payment),
]

/** The provider took money that is no revenue, or not yet. */
export const heldPostings = (provider: string, amount: number): Posting[] => [
  { account: accounts.clearing(provider), amount },
  { account: accounts.suspense(provider), amount: -amount },
]

/** Money that was held turns out to be the fee. */
export const releasedPostings = (
  payment: Pick<Payment, 'provider' | 'agency' | 'lines' | 'amount'>,
): Posting[] => [
  { account: accounts.suspense(payment.provider), amount: payment.amount },
  ...credits(payment),
]

export const isBalanced = (postings: readonly Posting[]): boolean =>
  postings.every(({ amount }) => Number.isSafeInteger(amount)) &&
  postings.reduce((sum, { amount }) => sum + amount, 0) === 0

/** An entry, or an error: a booking that does not balance must never be written. */
export const entryOf = (entry: LedgerEntry): LedgerEntry => {
  if (!isBalanced(entry.postings)) throw new Error('a booking that does not balance')
  return entry
}

/** What each account holds; debits positive. */
export const balances = (entries: readonly LedgerEntry[]): Map<string, number> => {
  const sums = new Map<string, number>()
  for (const { postings } of entries)
    for (const { account, amount } of postings) sums.set(account, (sums.get(account) ?? 0) + amount)
  return sums
}

export interface Sums {
  received: number
  credited: number
  held: number
}

/** What the ledger says of one dossier's money. */
export const sumsOf = (entries: readonly LedgerEntry[]): Sums => {
  const total = (prefix: string): number =>
    [...balances(entries)]
      .filter(([account]) => account.startsWith(prefix))
      .reduce((sum, [, amount]) => sum + amount, 0)
  // `0 - x` and not `-x`: a negative zero would go out as it is nowhere else.
  return { received: total('clearing/'), credited: 0 - total('revenue/'), held: 0 - total('suspense/') }
}
