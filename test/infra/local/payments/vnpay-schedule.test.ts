import { afterEach, beforeEach, expect, it } from 'vitest'
import { isSigned } from '../../../../infra/local/payments/vnpay-signature.ts'
import type { Decision } from '../../../../infra/local/payments/vnpay-simulator.ts'
import { hours, minutes, seconds } from '../../../../shared/time.ts'
import { payAddress, type Reply, rsp, start } from './counterparts.ts'
import { minutesOf, once, openStand, orderOf, type Stand, sendAllDue } from './stand.ts'

let stand: Stand
let webhook: Stand['webhook']
let clock: Stand['clock']
let boot: Stand['boot']
beforeEach(async () => {
  stand = await openStand()
  ;({ webhook, clock, boot } = stand)
})
afterEach(() => stand.close())

const redirect: Reply = (response) => void response.writeHead(302, { location: '/elsewhere' }).end()
const text: Reply = (response) => void response.writeHead(200).end('OK')
const silent: Reply = () => undefined
const cut: Reply = (response) => void response.destroy()

it.each<[string, Reply]>([
  ['01', rsp('01')],
  ['04', rsp('04')],
  ['97', rsp('97')],
  ['99', rsp('99')],
  ['a code nobody knows', rsp('77')],
  ['00 with status 500', rsp('00', 500)],
  ['00 with status 404', rsp('00', 404)],
  ['a redirect', redirect],
  ['what is no JSON', text],
  ['a broken connection', cut],
])('calls ten times, five minutes apart, after %s', async (_, reply) => {
  webhook.answer(reply)
  const vnpay = boot()
  await vnpay.decide(orderOf(vnpay), once)
  for (let minute = 0; minute < 120; minute += 1) {
    clock.move(minutes(1))
    await sendAllDue(vnpay)
  }
  expect(minutesOf(vnpay)).toEqual([0, 5, 10, 15, 20, 25, 30, 35, 40, 45])
  expect(webhook.received).toHaveLength(10)
  expect(new Set(webhook.received.map(String)).size).toBe(1)
  expect(vnpay.nextCallAt(orderOf(vnpay))).toBeNull()
})

it('takes no answer for one that says: call again', async () => {
  webhook.answer(silent)
  const vnpay = boot(50)
  await vnpay.decide(orderOf(vnpay), once)
  expect(vnpay.calls(orderOf(vnpay))).toMatchObject([{ status: null, rspCode: null, failure: 'timeout' }])
  webhook.answer(rsp('00'))
  clock.move(minutes(5) - 1)
  await sendAllDue(vnpay)
  expect(webhook.received).toHaveLength(1)
  clock.move(1)
  await sendAllDue(vnpay)
  clock.move(hours(2))
  await sendAllDue(vnpay)
  expect(minutesOf(vnpay)).toEqual([0, 5])
})

it.each(['00', '02'])('ends with %s, at once or later', async (final) => {
  const vnpay = boot()
  webhook.answer(rsp(final))
  await vnpay.decide(orderOf(vnpay, 'first'), once)
  webhook.answer(rsp('99'))
  await vnpay.decide(orderOf(vnpay, 'second'), once)
  clock.move(minutes(5))
  await sendAllDue(vnpay)
  webhook.answer(rsp(final))
  clock.move(minutes(5))
  await sendAllDue(vnpay)
  clock.move(hours(2))
  await sendAllDue(vnpay)
  expect(minutesOf(vnpay, 'first')).toEqual([0])
  expect(minutesOf(vnpay, 'second')).toEqual([0, 5, 10])
})

it('makes every call that a leap of the clock made due, and starts a wait anew when the clock goes back', async () => {
  webhook.answer(rsp('99'))
  const vnpay = boot()
  await vnpay.decide(orderOf(vnpay, 'leap'), once)
  clock.move(minutes(21))
  await sendAllDue(vnpay)
  expect(minutesOf(vnpay, 'leap')).toEqual([0, 21, 21, 21, 21])
  clock.move(hours(-10))
  await sendAllDue(vnpay)
  expect(vnpay.calls(orderOf(vnpay, 'leap'))).toHaveLength(5)
  clock.move(minutes(5))
  await sendAllDue(vnpay)
  expect(vnpay.calls(orderOf(vnpay, 'leap'))).toHaveLength(6)
  clock.move(hours(5))
  await sendAllDue(vnpay)
  expect(vnpay.calls(orderOf(vnpay, 'leap'))).toHaveLength(10)
})

it('waits as long as it is told to', async () => {
  const vnpay = boot()
  await vnpay.decide(orderOf(vnpay), { ...once, delaySeconds: 90 })
  clock.move(seconds(90) - 1)
  await sendAllDue(vnpay)
  expect(webhook.received).toEqual([])
  clock.move(1)
  await sendAllDue(vnpay)
  expect(minutesOf(vnpay)).toEqual([1.5])
})

it('delivers once, twice, tampered, with another amount or never', async () => {
  const vnpay = boot()
  const { merchant } = vnpay
  const sent = async (deliver: Decision['deliver'], outcome: Decision['outcome'] = 'success') => {
    webhook.received.length = 0
    await vnpay.decide(orderOf(vnpay, `ref${deliver.replace('-', '')}${outcome}`), {
      ...once,
      outcome,
      deliver,
    })
    return webhook.received.map((query) => new Map(query))
  }
  const [single] = await sent('once')
  expect(Object.fromEntries(single ?? [])).toEqual({
    vnp_Amount: '2000000',
    vnp_BankCode: 'NCB',
    vnp_BankTranNo: `VNP${single?.get('vnp_TransactionNo')}`,
    vnp_CardType: 'ATM',
    vnp_OrderInfo: 'Thanh toan phi ho so H42.101-261121-0001',
    vnp_PayDate: '20261121090000',
    vnp_ResponseCode: '00',
    vnp_TmnCode: 'MOTCUA01',
    vnp_TransactionNo: expect.stringMatching(/^\d{8}$/),
    vnp_TransactionStatus: '00',
    vnp_TxnRef: 'refoncesuccess',
    vnp_SecureHash: expect.stringMatching(/^[0-9a-f]{128}$/),
  })
  const twice = await sent('twice')
  expect(twice).toHaveLength(2)
  expect(twice[0]).toEqual(twice[1])
  const [tampered] = await sent('tampered')
  expect(isSigned(tampered ?? new Map(), merchant.hashSecret)).toBe(false)
  const [other] = await sent('wrong-amount')
  expect(isSigned(other ?? new Map(), merchant.hashSecret)).toBe(true)
  expect(other?.get('vnp_Amount')).toBe('1900000')
  expect(await sent('never')).toEqual([])
  expect(vnpay.returnAddress(orderOf(vnpay, 'refneversuccess'))).toContain('vnp_ResponseCode=00')
  const codes = async (outcome: Decision['outcome']) =>
    (await sent('once', outcome)).map((query) => [
      query.get('vnp_ResponseCode'),
      query.get('vnp_TransactionStatus'),
    ])
  expect(await codes('failure')).toEqual([['24', '02']])
  expect(await codes('suspicious')).toEqual([['07', '07']])
})

it('knows one transaction for one order, whatever is said of it and however often', async () => {
  const vnpay = boot()
  const numbers = async (txnRef: string): Promise<(string | null)[]> => {
    webhook.received.length = 0
    for (const outcome of ['suspicious', 'success', 'success'] as const) {
      await vnpay.decide(orderOf(vnpay, txnRef), { ...once, outcome })
      clock.move(minutes(1))
    }
    const dates = webhook.received.map((query) => query.get('vnp_PayDate'))
    expect(dates[1]).toBe(dates[2])
    return webhook.received.map((query) => query.get('vnp_TransactionNo'))
  }
  const [first, second] = [await numbers('a'), await numbers('b')]
  expect(first).toHaveLength(3)
  expect(new Set(first).size).toBe(1)
  expect(new Set([...first, ...second]).size).toBe(2)
})

it('takes one reference a day for one order', () => {
  const vnpay = boot()
  const address = payAddress(vnpay.merchant)
  const [first, again] = [vnpay.open(address, start), vnpay.open(address, start)]
  expect(first).toEqual(again)
  const other = vnpay.open(payAddress(vnpay.merchant, { vnp_Amount: '3000000' }), start)
  expect(other).toMatchObject({ ok: false, refusals: [{ field: 'vnp_TxnRef' }] })
  const tomorrow = { vnp_CreateDate: '20261122090000', vnp_ExpireDate: '20261122091500' }
  expect(vnpay.open(payAddress(vnpay.merchant, tomorrow), start).ok).toBe(true)
})
