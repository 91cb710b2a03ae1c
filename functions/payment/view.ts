import { dong } from '../../shared/money.ts'
import type { FeeRequest } from '../dossier/public.ts'
import type { MoneyView, PaymentView } from './contract.ts'
import { sumsOf } from './ledger.ts'
import { type FeeLock, isLive, type Payment } from './model.ts'
import type { Money } from './ports.ts'

/** A payment as its owner sees it. */
export const viewOf = (payment: Payment): PaymentView => ({
  id: payment.id,
  dossierId: payment.dossierId,
  feeRequestId: payment.feeRequestId,
  ...dong(payment.amount),
  provider: payment.provider,
  redirectUrl: isLive(payment) ? payment.redirectUrl : null,
  qr: isLive(payment) ? payment.qr : null,
  state: payment.state,
  flags: payment.flags,
  version: payment.version,
  createdAt: payment.createdAt,
  expiresAt: payment.expiresAt,
  paidAt: payment.paidAt,
})

/** The provider's number of the money that paid a fee. */
export const transactionOf = ({ received }: Payment): string =>
  received.find(({ account }) => account === 'revenue')?.transactionNo ?? ''

const stateOf = (
  lock: FeeLock | undefined,
  payments: readonly Payment[],
): MoneyView['feeRequests'][number]['state'] => {
  if (!lock) return 'due'
  if (lock.paidBy !== null) return 'paid'
  if (lock.reviewed !== null) return 'under-review'
  return payments.some((payment) => payment.id === lock.current && isLive(payment)) ? 'pending' : 'due'
}

const receiptsOf = (payments: readonly Payment[]): MoneyView['receipts'] =>
  payments.flatMap((payment) => {
    const { paidAt, feeRequestId, id: paymentId } = payment
    if (paidAt === null) return []
    const transactionNo = transactionOf(payment)
    return payment.lines.map((line) => ({ ...line, paymentId, feeRequestId, paidAt, transactionNo }))
  })

const resultsOf = ({ results }: Money): MoneyView['results'] =>
  results
    .toSorted((a, b) => (a.at < b.at ? -1 : 1))
    .flatMap(
      ({ verdict, at, paymentId, provider, outcome, code, transactionNo, bankCode, amount, paidAt }) =>
        verdict === 'accepted' || verdict === 'repeated' || verdict === 'amount-mismatch'
          ? [
              {
                paymentId,
                provider,
                outcome,
                verdict,
                code,
                transactionNo,
                bankCode,
                amount,
                paidAt,
                receivedAt: at,
              },
            ]
          : [],
    )

/** Where the money of a dossier is. What is due comes from the dossier, all else from messages and ledger. */
export const moneyView = (fees: FeeRequest, money: Money): MoneyView => {
  const { payments, entries, locks } = money
  const lock = locks.find(({ feeRequestId }) => feeRequestId === fees.feeRequestId)
  const paidBy = lock?.paidBy ?? null
  return {
    dossierId: fees.dossierId,
    feeRequests:
      fees.lines.length === 0
        ? []
        : [
            {
              id: fees.feeRequestId,
              ...dong(fees.amount),
              lines: fees.lines,
              state: stateOf(lock, payments),
              paidBy,
            },
          ],
    orders: payments.toSorted((a, b) => (a.createdAt > b.createdAt ? -1 : 1)).map(viewOf),
    results: resultsOf(money),
    sums: { due: paidBy === null ? fees.amount : 0, ...sumsOf(entries), refunded: 0, currency: 'VND' },
    receipts: receiptsOf(payments),
    refunds: [],
  }
}
