import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Order } from '../../../../infra/local/payments/vnpay-books.ts'
import {
  type Decision,
  startVnpay,
  type VnpaySimulator,
} from '../../../../infra/local/payments/vnpay-simulator.ts'
import { minutes } from '../../../../shared/time.ts'
import { merchantAt, payAddress, standingClock, start, startWebhook } from './counterparts.ts'

/** A merchant's webhook, a clock that is moved by hand, and a provider that can be started again on its folder. */
export const openStand = async () => {
  const webhook = await startWebhook()
  const clock = standingClock()
  const directory = mkdtempSync(join(tmpdir(), 'vnpay-'))
  const running = new Set<VnpaySimulator>()
  const stop = async (vnpay: VnpaySimulator): Promise<void> => {
    running.delete(vnpay)
    await vnpay.stop()
  }
  return {
    webhook,
    clock,
    boot: (patienceMs = 5_000): VnpaySimulator => {
      const vnpay = startVnpay({
        merchant: merchantAt(webhook.url),
        clock,
        directory,
        patienceMs,
        onError: (error) => {
          throw error
        },
      })
      running.add(vnpay)
      return vnpay
    },
    stop,
    close: async (): Promise<void> => {
      for (const vnpay of running) await stop(vnpay)
      await webhook.close()
      rmSync(directory, { recursive: true })
    },
  }
}

export type Stand = Awaited<ReturnType<typeof openStand>>

export const orderOf = (vnpay: VnpaySimulator, txnRef = 'S37ABC'): Order => {
  const opening = vnpay.open(payAddress(vnpay.merchant, { vnp_TxnRef: txnRef }), start)
  if (!opening.ok) throw new Error(JSON.stringify(opening.refusals))
  return opening.order
}

export const once: Decision = { outcome: 'success', deliver: 'once', delaySeconds: 0 }

export const sendAllDue = async (vnpay: VnpaySimulator): Promise<void> => {
  while (await vnpay.sendDue());
}

/** When each call went out, in minutes after the first moment. */
export const minutesOf = (vnpay: VnpaySimulator, txnRef?: string): number[] =>
  vnpay.calls(orderOf(vnpay, txnRef)).map(({ at }) => (at - start) / minutes(1))
