import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type PayAddress, paymentEndpoints } from '../../../../infra/local/payments/payment-endpoints.ts'
import { startVnpay, type VnpaySimulator } from '../../../../infra/local/payments/vnpay-simulator.ts'
import { createSandboxHttp } from '../../../../infra/local/sandbox-http.ts'
import { hours, toIso } from '../../../../shared/time.ts'
import { clientOf } from '../fixture/sandbox-client.ts'
import { merchantAt, payAddress, rsp, standingClock, start, startWebhook } from './counterparts.ts'

let webhook: Awaited<ReturnType<typeof startWebhook>>
let vnpay: VnpaySimulator
let clock: ReturnType<typeof standingClock>
let address: string
let url: string
let client: ReturnType<typeof clientOf>
let close: () => Promise<void>
const known = new Map<string, PayAddress>()

beforeEach(async () => {
  webhook = await startWebhook()
  clock = standingClock()
  const errors: unknown[] = []
  const onError = (error: unknown): void => void errors.push(error)
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? ''
    const deps = { vnpay, clock, findPayAddress: async (id: string) => known.get(id) }
    void createSandboxHttp(paymentEndpoints(deps), onError)(request, response, path)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const merchant = { ...merchantAt(url), ipnUrl: merchantAt(webhook.url).ipnUrl }
  vnpay = startVnpay({ merchant, clock, directory: null, onError })
  address = payAddress(merchant)
  known.set('p1', { address, madeAt: toIso(start) })
  client = clientOf(url)
  close = async () => {
    server.closeAllConnections()
    server.close()
    await vnpay.stop()
    await webhook.close()
    expect(errors).toEqual([])
  }
})
afterEach(() => close())

const outcome = (body: unknown, id = 'p1') => client.json('POST', `/_sandbox/payments/${id}/outcome`, body)

it('plays an outcome and tells what the webhook answered', async () => {
  const answer = await outcome({ outcome: 'success', deliver: 'twice' })
  expect(answer.status).toBe(200)
  const call = { deliver: 'twice', attempt: 1, at: toIso(start), status: 200, rspCode: '00', failure: null }
  expect(answer.body).toEqual({
    paymentId: 'p1',
    provider: 'vnpay',
    txnRef: 'S37ABC',
    transactionNo: expect.stringMatching(/^\d{8}$/),
    amount: 20_000,
    nextCallAt: null,
    outcome: 'success',
    deliver: 'twice',
    sent: [call, call],
  })
  const shown = await client.json('GET', '/_sandbox/payments/p1')
  expect(shown.body).toMatchObject({ outcome: 'success', payUrl: address, calls: [call, call] })
})

it('says when it will call again, or call at all', async () => {
  webhook.answer(rsp('99'))
  const refused = await outcome({ outcome: 'success' })
  expect(refused.body).toMatchObject({
    sent: [{ rspCode: '99' }],
    nextCallAt: '2026-11-21T09:05:00.000+07:00',
  })
  known.set('p2', { address: payAddress(vnpay.merchant, { vnp_TxnRef: 'S37DEF' }), madeAt: toIso(start) })
  const late = await outcome({ outcome: 'failure', delaySeconds: 3_600 }, 'p2')
  expect(late.body).toMatchObject({ sent: [], nextCallAt: '2026-11-21T10:00:00.000+07:00' })
  const never = await outcome({ outcome: 'success', deliver: 'never' }, 'p2')
  expect(never.body).toMatchObject({ sent: [], outcome: 'success' })
})

it('tells late what happened in time, and shows a payment nobody has touched', async () => {
  expect((await client.json('GET', '/_sandbox/payments/p1')).body).toEqual({
    paymentId: 'p1',
    provider: 'vnpay',
    payUrl: address,
    outcome: null,
    calls: [],
  })
  clock.move(hours(3))
  expect((await outcome({ outcome: 'success' })).body).toMatchObject({ sent: [{ rspCode: '00' }] })
})

it('refuses a pay address that VNPAY would refuse, and says why', async () => {
  const wrong = { vnp_OrderInfo: 'Lệ phí', vnp_Amount: '20050' }
  known.set('p3', { address: payAddress(vnpay.merchant, wrong), madeAt: toIso(start) })
  const answer = await outcome({ outcome: 'success' }, 'p3')
  expect(answer.status).toBe(422)
  expect(answer.body.errors).toMatchObject([
    { parameter: 'vnp_Amount', message: expect.stringContaining('nhân 100') },
    { parameter: 'vnp_OrderInfo', message: expect.stringContaining('không dấu') },
  ])
  expect(webhook.received).toEqual([])
})

it.each<[name: string, body: unknown, id: string, status: number, code: string]>([
  ['an unknown payment', { outcome: 'success' }, 'nobody', 404, 'not-found'],
  ['an unknown outcome', { outcome: 'maybe' }, 'p1', 422, 'invalid-request'],
  ['no outcome', {}, 'p1', 422, 'invalid-request'],
  ['an unknown delivery', { outcome: 'success', deliver: 'thrice' }, 'p1', 422, 'invalid-request'],
  ['a delay into the past', { outcome: 'success', delaySeconds: -1 }, 'p1', 422, 'invalid-request'],
  ['a member it does not know', { outcome: 'success', amount: 1 }, 'p1', 422, 'invalid-request'],
  ['an id that is none', { outcome: 'success' }, '%00', 422, 'invalid-request'],
])('answers %s with a problem document', async (_, body, id, status, code) => {
  const answer = await outcome(body, id)
  expect(answer).toMatchObject({ status, body: { code } })
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  expect(webhook.received).toEqual([])
  const other = await client.json('DELETE', '/_sandbox/payments/p1/outcome')
  expect(other).toMatchObject({ status: 405 })
})

const press = (query: string, choice: string) =>
  fetch(vnpay.merchant.payUrl, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ query, outcome: choice }),
  })
/** The form as a browser would send it. */
const queryIn = (html: string): string =>
  (/name="query" value="([^"]*)"/.exec(html)?.[1] ?? '').replace(/&#(\d+);/g, (_, code: string) =>
    String.fromCharCode(Number(code)),
  )

it('lets a person pay in a browser: order, button, and back with the signed result', async () => {
  const page = await fetch(address)
  const html = await page.text()
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(html).toContain('20.000 đ')
  expect(html).not.toContain('<script')
  const back = await press(queryIn(html), 'failure')
  expect(back.status).toBe(303)
  const location = new URL(back.headers.get('location') ?? '')
  expect(`${location.origin}${location.pathname}`).toBe('https://motcua.vidu.vn/thanh-toan')
  expect(Object.fromEntries(location.searchParams)).toMatchObject({ 'ho-so': '7', vnp_ResponseCode: '24' })
  expect(webhook.received).toHaveLength(1)

  const again = await press(queryIn(html), 'success')
  expect(again.headers.get('location')).toBe(location.href)
  expect(webhook.received).toHaveLength(1)
  clock.move(hours(1))
  expect(await (await fetch(address)).text()).toContain('Giao dịch đã kết thúc')
})

it('shows what is wrong with an address, without running what it says', async () => {
  clock.move(hours(1))
  const late = await fetch(address)
  expect(late.status).toBe(400)
  expect(await late.text()).toContain('hết hạn thanh toán')
  const page = await fetch(`${vnpay.merchant.payUrl}?%3Cscript%3Ealert(1)%3C/script%3E=1`)
  expect(page.status).toBe(400)
  expect(await page.text()).not.toContain('<script')
  expect((await press('vnp_Amount=1', 'success')).status).toBe(400)
  expect(webhook.received).toEqual([])
})
