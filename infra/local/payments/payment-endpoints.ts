import * as z from 'zod'
import { idText } from '../../../shared/contract.ts'
import { AppError, type FieldError, invalidRequest } from '../../../shared/errors.ts'
import { type Clock, fromIso, toIso } from '../../../shared/time.ts'
import { type SandboxEndpoints, SandboxPage } from '../sandbox-http.ts'
import type { Call, Order } from './vnpay-books.ts'
import { endedPage, orderPage, refusedPage } from './vnpay-page.ts'
import type { Refusal } from './vnpay-pay-address.ts'
import { outcomes } from './vnpay-result.ts'
import { deliveries, type VnpaySimulator } from './vnpay-simulator.ts'

/** What our side says of a payment: where its citizen was sent to pay, and when. */
export interface PayAddress {
  address: string
  /** ISO 8601. */
  madeAt: string
}

export interface PaymentEndpointsDeps {
  vnpay: VnpaySimulator
  clock: Clock
  findPayAddress(paymentId: string): Promise<PayAddress | undefined>
}

const decision = z.strictObject({
  outcome: z.enum(outcomes),
  deliver: z.enum(deliveries).default('once'),
  delaySeconds: z
    .number()
    .min(0)
    .max(30 * 86_400)
    .default(0),
})
const chosen = z.strictObject({ query: z.string().min(1).max(8_000), outcome: z.enum(outcomes) })
const byId = z.strictObject({ paymentId: idText })

const asFieldError = ({ field, why }: Refusal): FieldError => ({
  code: 'bad-format',
  parameter: field,
  params: { expected: { vi: `: ${why.vi}`, en: `: ${why.en}` } },
})

const shown = ({ deliver, attempt, at, status, rspCode, failure }: Call) => ({
  deliver,
  attempt,
  at: toIso(at),
  status,
  rspCode,
  failure,
})

export const paymentEndpoints = ({
  vnpay,
  clock,
  findPayAddress,
}: PaymentEndpointsDeps): SandboxEndpoints => {
  const addressOf = async (paymentId: string): Promise<PayAddress> => {
    const found = await findPayAddress(paymentId)
    if (!found) throw new AppError('not-found')
    return found
  }
  const view = (paymentId: string, order: Order) => {
    const next = vnpay.nextCallAt(order)
    return {
      paymentId,
      provider: 'vnpay',
      txnRef: order.txnRef,
      transactionNo: order.transactionNo,
      amount: order.amount / 100,
      nextCallAt: next === null ? null : toIso(next),
    }
  }
  const open = (query: string) => {
    const address = `${vnpay.merchant.payUrl}?${query}`
    // What has ended is shown as it ended, also when it is too late to pay.
    const known = vnpay.known(address)
    if (known?.outcome && known.query === query) return { ok: true as const, order: known }
    return vnpay.open(address, clock.now())
  }

  return {
    'POST /payments/{paymentId}/outcome': async ({ params, body }) => {
      const { paymentId } = params(byId)
      const wanted = body(decision)
      const { address, madeAt } = await addressOf(paymentId)
      // The citizen was sent there at once and was in time; what VNPAY tells of it may be as late as it likes.
      const opening = vnpay.open(address, fromIso(madeAt))
      if (!opening.ok) throw invalidRequest(...opening.refusals.map(asFieldError))
      const message = await vnpay.decide(opening.order, wanted)
      const sent = vnpay.calls(opening.order).filter(({ messageId }) => messageId === message?.id)
      const { outcome, deliver } = wanted
      return { ...view(paymentId, opening.order), outcome, deliver, sent: sent.map(shown) }
    },
    'GET /payments/{paymentId}': async ({ params }) => {
      const { paymentId } = params(byId)
      const { address } = await addressOf(paymentId)
      const order = vnpay.known(address)
      if (!order) return { paymentId, provider: 'vnpay', payUrl: address, outcome: null, calls: [] }
      const calls = vnpay.calls(order).map(shown)
      return { ...view(paymentId, order), payUrl: address, outcome: order.outcome, calls }
    },
    'GET /vnpay/vpcpay.html': ({ rawQuery }) => {
      const opening = open(rawQuery)
      if (!opening.ok) return new SandboxPage(400, refusedPage(opening.refusals))
      const back = vnpay.returnAddress(opening.order)
      return new SandboxPage(200, back ? endedPage(opening.order, back) : orderPage(opening.order))
    },
    'POST /vnpay/vpcpay.html': async ({ form }) => {
      const { query, outcome } = form(chosen)
      const opening = open(query)
      if (!opening.ok) return new SandboxPage(400, refusedPage(opening.refusals))
      const { order } = opening
      // A second press of a button, or the way back and another button, changes nothing.
      if (!order.outcome) await vnpay.decide(order, { outcome, deliver: 'once', delaySeconds: 0 })
      return new SandboxPage(303, '', vnpay.returnAddress(order))
    },
  }
}
