import type { Dynamo } from '../../shared/dynamo.ts'
import type { FeeLine } from './model.ts'
import { createPaymentStore } from './store.ts'
import { transactionOf } from './view.ts'

export {
  paymentCreated,
  paymentExpired,
  paymentFailed,
  paymentFlagged,
  paymentPaid,
} from './events.ts'
export type { FeeLine, PaymentState } from './model.ts'

/** What a message about a paid fee may say. */
export interface PaidFacts {
  paymentId: string
  dossierId: string
  /** Keyed hash of the owner's personal number. */
  ownerRef: string
  provider: string
  lines: FeeLine[]
  /** Đồng, the sum of the lines. */
  amount: number
  /** ISO 8601 with offset. */
  paidAt: string
  /** The provider's number of the transaction. */
  transactionNo: string
}

export interface PaidDesk {
  /** Undefined when there is no such payment or it is not paid. */
  paid(paymentId: string): Promise<PaidFacts | undefined>
}

/** For those who write to people about money. Reads only. */
export const createPaidDesk = ({ dynamo, table }: { dynamo: Dynamo; table: string }): PaidDesk => {
  const store = createPaymentStore(dynamo, table)
  return {
    paid: async (paymentId) => {
      const payment = await store.find(paymentId)
      if (!payment || payment.paidAt === null) return undefined
      const { dossierId, ownerRef, provider, lines, amount, paidAt } = payment
      const transactionNo = transactionOf(payment)
      return { paymentId, dossierId, ownerRef, provider, lines, amount, paidAt, transactionNo }
    },
  }
}
