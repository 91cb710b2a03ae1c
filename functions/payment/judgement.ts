import type { Envelope, EventDefinition, Place } from '../../shared/events.ts'
import { type Instant, toIso } from '../../shared/time.ts'
import { nextEvent, paymentExpired, paymentFailed, paymentFlagged, paymentPaid } from './events.ts'
import { entryOf, feePostings, heldPostings, type LedgerEntry, releasedPostings } from './ledger.ts'
import { type FeeLock, type Flag, isLive, type Payment, type ProviderResult, type Verdict } from './model.ts'
import { next, type PaymentEvent } from './transitions.ts'

export interface When {
  at: Instant
  correlationId: string
}

/** A payment before and after, with the events that tell of it. */
export interface Changed {
  before: Payment
  after: Payment
  events: Envelope[]
}

/** What a message does, all or nothing. */
export interface Settlement {
  payment: Changed
  entries: LedgerEntry[]
  lock: { before: FeeLock; after: FeeLock } | null
  /** The newer attempt, which has nothing left to pay. */
  rival: Changed | null
}

export interface Judged {
  verdict: Verdict
  /** Null when there is nothing new in the message. */
  settlement: Settlement | null
}

/** The payment as it stands when the message comes, the lock of its fee, and the newest attempt if it is another. */
export interface Standing {
  payment: Payment
  lock: FeeLock
  rival: Payment | undefined
}

/** Collects what happens to one payment, so that versions, sequences and numbers follow each other. */
const changing = (before: Payment, place: Place, when: When) => {
  let after: Payment = { ...before, version: before.version + 1, changedAt: toIso(when.at) }
  const events: Envelope[] = []
  const entries: LedgerEntry[] = []
  return {
    set: (fields: Partial<Payment>): void => {
      after = { ...after, ...fields }
    },
    move: (event: PaymentEvent): void => {
      after = { ...after, state: next(after.state, event) ?? after.state }
    },
    tell: (definition: EventDefinition, more: Record<string, unknown> = {}): void => {
      after = { ...after, sequence: after.sequence + 1 }
      events.push(nextEvent(definition, place, after, when, more))
    },
    book: (entry: Pick<LedgerEntry, 'why' | 'postings' | 'transactionNo'>): void => {
      after = { ...after, entries: after.entries + 1 }
      entries.push(entryOf({ paymentId: after.id, number: after.entries, at: toIso(when.at), ...entry }))
    },
    entries,
    done: (): Changed => ({ before, after, events }),
  }
}

/** A payment that has run out. */
export const expiredPayment = (
  payment: Payment,
  because: NonNullable<Payment['expiredBecause']>,
  place: Place,
  when: When,
): Changed => {
  const change = changing(payment, place, when)
  change.move('expire')
  change.set({ expiredBecause: because })
  change.tell(paymentExpired, { because })
  return change.done()
}

/**
 * What a genuine message means for a payment. Whatever the order of the messages and however often each comes:
 * money that a provider reports is booked exactly once, one success is the fee, and the rest is held and flagged.
 */
export const judge = (
  { payment, lock, rival }: Standing,
  result: ProviderResult,
  place: Place,
  when: When,
): Judged => {
  const { transactionNo } = result
  const amount = result.amount ?? 0
  const known = payment.received.find(
    (receipt) => receipt.transactionNo === transactionNo && receipt.amount === amount,
  )
  const change = changing(payment, place, when)

  /** Books money that is not the fee, unless it is booked already. */
  const hold = (flag: Flag): void => {
    if (!known) {
      change.book({ why: 'held', transactionNo, postings: heldPostings(payment.provider, amount) })
      change.set({ received: [...payment.received, { transactionNo, amount, account: 'suspense' }] })
    }
    change.set({ flags: [...new Set([...payment.flags, flag])] })
    change.tell(paymentFlagged, { flag, received: amount })
  }
  const settled = (verdict: Verdict, lockFields?: Partial<FeeLock>, other?: Changed): Judged => ({
    verdict,
    settlement: {
      payment: change.done(),
      entries: change.entries,
      lock: lockFields
        ? { before: lock, after: { ...lock, ...lockFields, version: lock.version + 1 } }
        : null,
      rival: other ?? null,
    },
  })
  const nothingNew = (verdict: Verdict): Judged => ({ verdict, settlement: null })

  const succeed = (): Judged => {
    if (known?.account === 'revenue') return nothingNew('repeated')
    if (lock.paidBy !== null) {
      const isOwn = lock.paidBy === payment.id
      if (!isOwn) change.move('contest')
      hold('second-payment')
      return settled(isOwn ? 'repeated' : 'accepted')
    }
    const late = payment.state === 'failed' || payment.state === 'expired'
    change.move('succeed')
    change.book(
      known
        ? { why: 'released', transactionNo, postings: releasedPostings(payment) }
        : { why: 'fee', transactionNo, postings: feePostings(payment) },
    )
    change.set({
      paidAt: toIso(when.at),
      received: [
        ...payment.received.filter((receipt) => receipt !== known),
        { transactionNo, amount, account: 'revenue' },
      ],
    })
    change.tell(paymentPaid, { paidAt: toIso(when.at), late })
    if (late) {
      change.set({ flags: [...new Set<Flag>([...payment.flags, 'late-success'])] })
      change.tell(paymentFlagged, { flag: 'late-success', received: amount })
    }
    const other = rival && isLive(rival) ? expiredPayment(rival, 'paid-otherwise', place, when) : undefined
    return settled(
      'accepted',
      { paidBy: payment.id, reviewed: lock.reviewed === payment.id ? null : lock.reviewed },
      other,
    )
  }

  const suspect = (): Judged => {
    const moves = next(payment.state, 'suspect') !== undefined
    if (moves) change.move('suspect')
    hold('suspicious')
    return settled(moves ? 'accepted' : 'repeated', moves ? { reviewed: payment.id } : undefined)
  }

  if (result.amount !== payment.amount) {
    if (result.outcome === 'failure' || amount === 0) return nothingNew('amount-mismatch')
    hold('amount-mismatch')
    return settled('amount-mismatch')
  }
  switch (result.outcome) {
    case 'success':
      return succeed()
    case 'suspicious':
      return suspect()
    case 'failure':
      if (next(payment.state, 'fail') === undefined) return nothingNew('repeated')
      change.move('fail')
      change.tell(paymentFailed)
      return settled('accepted')
  }
}
