import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signedQuery } from '../../../functions/payment/providers/vnpay.ts'
import { sandboxMerchant } from '../../../infra/local/payments/sandbox-merchant.ts'
import { minutes } from '../../../shared/time.ts'
import { type Stack, startStack } from '../../kit/stack.ts'
import { fieldsOf, returnUrl, type Said } from './office.ts'

let stack: Stack
let anh: string
let binh: string
beforeAll(async () => {
  stack = await startStack()
  anh = await stack.citizen(1)
  binh = await stack.citizen(2)
})
afterAll(() => stack.stop())

const fee = 200_000
const answersTo = (email: string) => ({
  requester: {
    fullName: 'Nguyễn Thị Ánh',
    personalId: '037190001234',
    dateOfBirth: '1990-05-20',
    gender: 'female',
    nationality: 'Việt Nam',
    permanentAddress: 'Phường Hoa Lư, tỉnh Ninh Bình',
    phone: '0912345678',
    email,
  },
  certificateKind: 'no1',
  purpose: 'Xin việc làm',
})

/** A dossier that costs 200,000 đồng: a criminal record asked for online. */
const drafted = async (email = 'tien@vidu.vn'): Promise<string> => {
  const created = await stack.call('POST', '/v1/dossiers', {
    token: anh,
    key: stack.newKey(),
    body: { procedureCode: '2.000488', agency: '000.00.05.H42', answers: answersTo(email) },
  })
  expect(created.status, created.text).toBe(201)
  return created.json.id
}
const submitted = async (email?: string): Promise<string> => {
  const id = await drafted(email)
  const answer = await stack.submit(anh, id)
  expect(answer.status, answer.text).toBe(200)
  return id
}

const pay = (dossierId: string, more: Record<string, unknown> = {}, as: string = anh, key = stack.newKey()) =>
  stack.call('POST', `/v1/dossiers/${dossierId}/payments`, {
    token: as,
    key,
    body: { provider: 'vnpay', returnUrl, ...more },
  })
const money = (dossierId: string, as = anh) =>
  stack.call('GET', `/v1/dossiers/${dossierId}/money`, { token: as })
const hook = (query: string, headers: Record<string, string> = {}) =>
  stack.call('GET', `/v1/webhooks/vnpay${query === '' ? '' : `?${query}`}`, { headers })
const said = (one: Said): string => {
  const { tmnCode, hashSecret } = sandboxMerchant(stack.url)
  return signedQuery({ ...fieldsOf({ amount: fee, ...one }), vnp_TmnCode: tmnCode }, hashSecret)
}

describe('paying over HTTP', () => {
  it('goes from the fee to the receipt in the mail', async () => {
    const id = await submitted('bien-lai@vidu.vn')
    const opened = await pay(id)
    expect(opened.status, opened.text).toBe(201)
    expect(opened.json).toMatchObject({
      dossierId: id,
      feeRequestId: `${id}-submission`,
      amount: fee,
      currency: 'VND',
      provider: 'vnpay',
      qr: null,
      state: 'pending',
      version: 1,
    })
    expect(opened.headers.get('etag')).toBe('"1"')
    const address = new URL(opened.json.redirectUrl)
    expect(address.searchParams.get('vnp_Amount')).toBe(String(fee * 100))
    expect(address.searchParams.get('vnp_TxnRef')).toBe(`S37${opened.json.id}`)
    expect(address.searchParams.get('vnp_IpAddr')).toMatch(/^(127\.0\.0\.1|::1)$/)

    const before = await money(id)
    expect(before.json).toMatchObject({
      feeRequests: [{ state: 'pending', amount: fee, lines: [{ kind: 'phi', amount: fee }] }],
      sums: { due: fee, received: 0, credited: 0, held: 0, refunded: 0 },
      receipts: [],
    })

    const query = said({ paymentId: opened.json.id })
    const taken = await hook(query)
    expect([taken.status, taken.json]).toEqual([200, { RspCode: '00', Message: 'Confirm Success' }])
    expect((await hook(query)).json).toEqual({ RspCode: '02', Message: 'Order already confirmed' })

    const paid = await stack.call('GET', `/v1/payments/${opened.json.id}`, { token: anh })
    expect(paid.json).toMatchObject({ state: 'paid', redirectUrl: null, version: 2 })
    const after = await money(id)
    expect(after.json).toMatchObject({
      feeRequests: [{ state: 'paid', paidBy: opened.json.id }],
      sums: { due: 0, received: fee, credited: fee, held: 0 },
      results: [{ outcome: 'success', verdict: 'accepted', transactionNo: '14422574', bankCode: 'NCB' }],
      receipts: [{ kind: 'phi', amount: fee, transactionNo: '14422574', paymentId: opened.json.id }],
      refunds: [],
    })
    await stack.runner.drain()
    const letters = stack.runner
      .messages('bien-lai@vidu.vn')
      .filter((mail) => JSON.stringify(mail).includes('14422574'))
    expect(letters).toHaveLength(1)
  })

  it('takes nothing from a header about where a caller is', async () => {
    const id = await submitted()
    const opened = await stack.call('POST', `/v1/dossiers/${id}/payments`, {
      token: anh,
      key: stack.newKey(),
      body: { provider: 'vnpay', returnUrl },
      headers: { 'X-Forwarded-For': '9.9.9.9' },
    })
    expect(opened.json.redirectUrl).not.toContain('9.9.9.9')
  })

  it('answers a repeat as it did, and names the payment for another body', async () => {
    const id = await submitted()
    const first = await pay(id, {}, anh, 'pay-once')
    const again = await pay(id, {}, anh, 'pay-once')
    expect(again.json).toEqual(first.json)
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    const other = await pay(id, { returnUrl: `${returnUrl}?x=1` }, anh, 'pay-once')
    expect([other.status, other.json.code, other.json.existing]).toEqual([
      422,
      'idempotency-key-reused',
      first.json.id,
    ])
  })

  it('50 at once leave one live payment, which can be replaced at once', async () => {
    const id = await submitted()
    const answers = await Promise.all(Array.from({ length: 50 }, () => pay(id)))
    for (const { status, json } of answers)
      expect(status === 201 || json.code === 'payment-pending' || json.code === 'unavailable').toBe(true)
    const pending = answers.find(({ json }) => json.code === 'payment-pending')
    expect(pending?.json).toMatchObject({ status: 409, existing: expect.stringMatching(/^[0-9A-Z]{26}$/) })
    const states = (await money(id)).json.orders.map(({ state }: { state: string }) => state)
    expect(states.filter((state: string) => state === 'pending')).toHaveLength(1)
    expect(states.filter((state: string) => state !== 'pending' && state !== 'expired')).toEqual([])
    expect((await pay(id)).status).toBe(201)
  })

  it('says why something cannot be paid', async () => {
    const draft = await drafted()
    expect((await pay(draft)).json).toMatchObject({ status: 409, code: 'nothing-to-pay' })
    expect((await money(draft)).json.feeRequests).toEqual([])
    const id = await submitted()
    const at = async (more: Record<string, unknown>) => (await pay(id, more)).json.errors?.[0]?.pointer
    expect(await at({ returnUrl: 'https://evil.example/' })).toBe('#/returnUrl')
    expect(await at({ returnUrl: 'javascript:alert(1)' })).toBe('#/returnUrl')
    expect(await at({ provider: 'none' })).toBe('#/provider')
    expect(await at({ feeRequestId: 'another' })).toBe('#/feeRequestId')
    expect((await pay(id, {}, binh)).status).toBe(404)
    expect((await money(id, binh)).status).toBe(404)
    const { json } = await pay(id)
    const others = await stack.call('GET', `/v1/payments/${json.id}`, { token: binh })
    expect([others.status, others.json.code]).toEqual([404, 'not-found'])
    await hook(said({ paymentId: json.id, response: '07' }))
    expect((await pay(id)).json).toMatchObject({ code: 'payment-under-review', existing: json.id })
    await hook(said({ paymentId: json.id }))
    expect((await pay(id)).json).toMatchObject({ code: 'already-paid', existing: json.id })
  })

  it('refuses the hundred and first attempt', async () => {
    const id = await submitted()
    for (let index = 0; index < 100; index += 1) expect((await pay(id)).status).toBe(201)
    expect((await pay(id)).json).toMatchObject({ status: 429, code: 'too-many-requests' })
  })

  it('an attempt runs out by the schedule, and money that comes later is still the fee', async () => {
    const id = await submitted()
    const { json } = await pay(id)
    const back = stack.runner.clock.now()
    stack.runner.clock.travel(back + minutes(21))
    await stack.runner.drain()
    const state = async () => {
      const token = await stack.citizen(1)
      return (await stack.call('GET', `/v1/payments/${json.id}`, { token })).json
    }
    expect(await state()).toMatchObject({ state: 'expired' })
    expect((await hook(said({ paymentId: json.id }))).json.RspCode).toBe('00')
    expect(await state()).toMatchObject({ state: 'paid', flags: ['late-success'] })
    stack.runner.clock.travel(back)
    await stack.runner.drain()
  })
})

describe('the address for VNPAY', () => {
  it('answers bad input in VNPAY’s way, with 200, whatever else is wrong with the request', async () => {
    const id = await submitted()
    const { json } = await pay(id)
    const good = said({ paymentId: json.id })
    const codeOf = async (query: string, headers?: Record<string, string>) => {
      const answer = await hook(query, headers)
      expect(answer.status, query).toBe(200)
      expect(answer.headers.get('content-type')).toContain('application/json')
      expect(Object.keys(answer.json)).toEqual(['RspCode', 'Message'])
      return answer.json.RspCode
    }
    expect(await codeOf('')).toBe('99')
    expect(await codeOf('a=1&a=2')).toBe('99')
    expect(await codeOf('__proto__=1')).toBe('99')
    expect(await codeOf('%00=%00')).toBe('99')
    expect(await codeOf('%E0%A4%A')).toBe('99')
    expect(await codeOf('vnp_TxnRef=1')).toBe('97')
    expect(await codeOf(`${good}&vnp_Amount=1`)).toBe('97')
    expect(await codeOf(good.replace('20000000', '20000001'))).toBe('97')
    expect(await codeOf(said({ paymentId: json.id, amount: fee + 1 }))).toBe('04')
    expect(await codeOf(said({ paymentId: 'Z'.repeat(26) }))).toBe('01')
    expect(await codeOf(said({ paymentId: json.id, reference: `P37${json.id}` }))).toBe('01')
    expect(await codeOf(said({ paymentId: json.id, reference: '' }))).toBe('01')
    expect((await stack.call('GET', `/v1/payments/${json.id}`, { token: anh })).json.state).toBe('pending')
    expect(await codeOf(`utm=1&utm=2&${good}`, { Prefer: 'preview', 'If-Match': 'nonsense' })).toBe('00')
  })

  it('writes nobody’s name or number into its answers', async () => {
    const answer = await hook('vnp_OrderInfo=037190001234&vnp_SecureHash=Nguyen')
    expect(answer.text).toBe('{"RspCode":"97","Message":"Invalid signature"}')
  })
})
