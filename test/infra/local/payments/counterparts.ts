import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Merchant } from '../../../../infra/local/payments/vnpay-pay-address.ts'
import { signedQuery } from '../../../../infra/local/payments/vnpay-signature.ts'
import { vnpayTime } from '../../../../infra/local/payments/vnpay-time.ts'
import { fromIso, minutes } from '../../../../shared/time.ts'

export const start = fromIso('2026-11-21T09:00:00+07:00')

/** A clock that stands until it is moved. */
export const standingClock = (at = start) => {
  let time = at
  return {
    now: () => time,
    move: (by: number): void => {
      time += by
    },
  }
}

export const merchantAt = (url: string): Merchant => ({
  tmnCode: 'MOTCUA01',
  hashSecret: 'an invented secret',
  payUrl: `${url}/_sandbox/vnpay/vpcpay.html`,
  ipnUrl: `${url}/v1/webhooks/vnpay`,
})

/** The fields of a pay address with nothing wrong in them. */
export const payFields = (more: Readonly<Record<string, string | undefined>> = {}): Map<string, string> => {
  const fields: Record<string, string | undefined> = {
    vnp_Version: '2.1.0',
    vnp_Command: 'pay',
    vnp_TmnCode: 'MOTCUA01',
    vnp_Amount: '2000000',
    vnp_CurrCode: 'VND',
    vnp_TxnRef: 'S37ABC',
    vnp_OrderInfo: 'Thanh toan phi ho so H42.101-261121-0001',
    vnp_OrderType: 'other',
    vnp_Locale: 'vn',
    vnp_IpAddr: '127.0.0.1',
    vnp_ReturnUrl: 'https://motcua.vidu.vn/thanh-toan?ho-so=7',
    vnp_CreateDate: vnpayTime(start),
    vnp_ExpireDate: vnpayTime(start + minutes(15)),
    ...more,
  }
  return new Map(Object.entries(fields).filter((pair): pair is [string, string] => pair[1] !== undefined))
}

export const payAddress = (merchant: Merchant, more: Readonly<Record<string, string | undefined>> = {}) =>
  `${merchant.payUrl}?${signedQuery(payFields(more), merchant.hashSecret)}`

export type Reply = (response: ServerResponse) => void
export const rsp =
  (RspCode: string, status = 200): Reply =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ RspCode }))

/** A merchant's webhook that answers what it is told to, and remembers what it was sent. */
export const startWebhook = async () => {
  const received: URLSearchParams[] = []
  let reply = rsp('00')
  const server = createServer((request, response) => {
    received.push(new URL(request.url ?? '', 'http://x').searchParams)
    reply(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer: (next: Reply): void => {
      reply = next
    },
    close: async (): Promise<void> => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}
