import { join } from 'node:path'
import { type Clock, type Instant, seconds } from '../../../shared/time.ts'
import { startWorkLoop } from '../work-loop.ts'
import { type Answer, type Call, type Message, mostCalls, type Order, openVnpayBooks } from './vnpay-books.ts'
import { callMerchant, isFinal } from './vnpay-call.ts'
import { type Merchant, type PayOrder, type Refusal, readPayAddress } from './vnpay-pay-address.ts'
import {
  type PayOutcome,
  resultQuery,
  returnAddress,
  type Transaction,
  tamperedQuery,
  wrongAmount,
} from './vnpay-result.ts'
import { vnpayTime } from './vnpay-time.ts'

/** What becomes of the message about an outcome on its way to the merchant. */
export const deliveries = ['once', 'twice', 'tampered', 'wrong-amount', 'never'] as const
export type Delivery = (typeof deliveries)[number]

export interface Decision {
  outcome: PayOutcome
  deliver: Delivery
  delaySeconds: number
}

export type Opening = { ok: true; order: Order } | { ok: false; refusals: Refusal[] }

/** VNPAY as merchants and payers meet it. */
export interface VnpaySimulator {
  merchant: Merchant
  /** A citizen opens a pay address at an instant. The same address again is the same order. */
  open(address: string, at: Instant): Opening
  /** The order of an address that was opened before. */
  known(address: string): Order | undefined
  /** Brings an order to an end; resolves when the first call, if one is due now, was answered. */
  decide(order: Order, decision: Decision): Promise<Message | undefined>
  /** Where the browser of the payer goes when the order has an end. */
  returnAddress(order: Order): string | undefined
  calls(order: Order): Call[]
  /** When the next call of an order is due, if there is one. */
  nextCallAt(order: Order): Instant | null
  /** Makes every call that is due now; true when there was one. */
  sendDue(): Promise<boolean>
  wake(): void
  stop(): Promise<void>
}

export interface VnpayOptions {
  merchant: Merchant
  clock: Clock
  /** Folder for its books; null keeps none. */
  directory: string | null
  onError: (error: unknown) => void
  /** Around every call, for whoever counts calls. */
  onCall?: () => void
  onAnswered?: () => void
  /** Real milliseconds. How long VNPAY waits is not published. */
  patienceMs?: number
}

const inUse: Refusal = {
  field: 'vnp_TxnRef',
  why: { vi: 'đã dùng trong ngày cho đơn hàng khác', en: 'was used for another order of that day' },
}

export const startVnpay = (options: VnpayOptions): VnpaySimulator => {
  const { merchant, clock, onError, patienceMs = seconds(15) } = options
  const path = options.directory === null ? ':memory:' : join(options.directory, 'vnpay.sqlite')
  const books = openVnpayBooks(path)
  const stopped = new AbortController()
  const atWork = new Map<number, Promise<void>>()

  const send = async (message: Message): Promise<void> => {
    const calls = books.claim(message, clock.now())
    const answers = await Promise.all(
      calls.map(async (call): Promise<Answer> => {
        options.onCall?.()
        const url = `${merchant.ipnUrl}?${message.query}`
        const answer = await callMerchant(url, patienceMs, stopped.signal)
        options.onAnswered?.()
        // Cut off by our own stop: as after a kill, nothing is known of it.
        if (!stopped.signal.aborted) books.noteAnswer(call, answer)
        return answer
      }),
    )
    if (answers.some(isFinal)) books.end(message.id, 'confirmed')
    else if (message.attempts + 1 >= mostCalls && !stopped.signal.aborted) books.end(message.id, 'given-up')
  }

  /** One call of a message at a time, however many ask for it. */
  const attempt = (message: Message): Promise<void> => {
    const running = atWork.get(message.id)
    if (running) return running
    // The last call was cut off by a kill: there is no eleventh.
    if (message.attempts >= mostCalls) {
      books.end(message.id, 'given-up')
      return Promise.resolve()
    }
    const work = send(message).finally(() => atWork.delete(message.id))
    atWork.set(message.id, work)
    return work
  }

  const sendDue = async (): Promise<boolean> => {
    const due = books.due(clock.now())
    await Promise.all(due.map(attempt))
    return due.length > 0
  }

  const loop = startWorkLoop({ turn: sendDue, everyMs: 500, onError })

  const transactionOf = (order: Order, outcome: PayOutcome, payDate: string): Transaction => {
    const { transactionNo, txnRef, amount, orderInfo } = order
    return { transactionNo, txnRef, amount, orderInfo, outcome, payDate }
  }

  const queryOf = (transaction: Transaction, deliver: Delivery): string => {
    if (deliver === 'tampered') return tamperedQuery(transaction, merchant)
    if (deliver === 'wrong-amount')
      return resultQuery({ ...transaction, amount: wrongAmount(transaction.amount) }, merchant)
    return resultQuery(transaction, merchant)
  }

  const keep = (order: PayOrder, at: Instant): Order | undefined => {
    if (!books.order(order.day, order.txnRef)) books.keepOrder(order, at)
    return books.order(order.day, order.txnRef)
  }

  return {
    merchant,
    open: (address, at) => {
      const reading = readPayAddress(address, merchant, at)
      if (!reading.ok) return reading
      const order = keep(reading.order, at)
      return order?.query === reading.order.query ? { ok: true, order } : { ok: false, refusals: [inUse] }
    },
    known: (address) => {
      const fields = new URLSearchParams(address.slice(address.indexOf('?') + 1))
      const day = (fields.get('vnp_CreateDate') ?? '').slice(0, 8)
      return books.order(day, fields.get('vnp_TxnRef') ?? '')
    },
    decide: async (order, { outcome, deliver, delaySeconds }) => {
      const now = clock.now()
      const before = books.order(order.day, order.txnRef) ?? order
      // The same end again is the same transaction, which happened when it happened.
      const payDate = before.outcome === outcome && before.payDate ? before.payDate : vnpayTime(now)
      books.setOutcome(order.id, outcome, payDate)
      if (deliver === 'never') return undefined
      const query = queryOf(transactionOf(order, outcome, payDate), deliver)
      const copies = deliver === 'twice' ? 2 : 1
      const dueAt = now + seconds(delaySeconds)
      const message = books.addMessage({ orderId: order.id, deliver, query, copies }, now, dueAt)
      if (delaySeconds === 0) await attempt(message)
      return books.message(message.id)
    },
    returnAddress: ({ day, txnRef }) => {
      const order = books.order(day, txnRef)
      if (!order?.outcome || !order.payDate) return undefined
      const transaction = transactionOf(order, order.outcome, order.payDate)
      return returnAddress(order.returnUrl, resultQuery(transaction, merchant))
    },
    calls: ({ id }) => books.calls(id),
    nextCallAt: ({ id }) => {
      const waiting = books.messages(id).filter(({ state }) => state === 'waiting')
      return waiting.length === 0 ? null : Math.min(...waiting.map(({ dueAt }) => dueAt))
    },
    sendDue,
    wake: loop.wake,
    stop: async () => {
      stopped.abort()
      await loop.stop()
      await Promise.allSettled(atWork.values())
      books.close()
    },
  }
}
