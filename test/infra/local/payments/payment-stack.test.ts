import { afterAll, beforeAll, expect, it } from 'vitest'
import { hours, minutes } from '../../../../shared/time.ts'
import { type Stack, startStack } from '../../../kit/stack.ts'

let stack: Stack
let token: string
beforeAll(async () => {
  stack = await startStack()
  token = await stack.citizen()
})
afterAll(() => stack.stop())

const answers = {
  requester: {
    fullName: 'Nguyễn Thị Ánh',
    personalId: '037190001234',
    dateOfBirth: '1990-05-20',
    gender: 'female',
    nationality: 'Việt Nam',
    permanentAddress: 'Phường Hoa Lư',
    phone: '0912345678',
    email: 'anh.nguyen@vidu.vn',
  },
  certificateKind: 'no1',
  purpose: 'Xin việc làm',
}

/** A payment somebody has begun, in a dossier of its own. */
const begun = async (): Promise<string> => {
  token = await stack.citizen()
  const key = stack.newKey()
  const body = { procedureCode: '2.000488', agency: '000.00.05.H42', answers }
  const draft = await stack.call('POST', '/v1/dossiers', { token, key, body })
  await stack.submit(token, draft.json.id)
  const payment = await stack.call('POST', `/v1/dossiers/${draft.json.id}/payments`, {
    token,
    key,
    body: { provider: 'vnpay', returnUrl: 'https://motcua.ninhbinh.gov.vn/thanh-toan' },
  })
  expect(payment.status, payment.text).toBe(201)
  return payment.json.id
}
const play = async (id: string, body: unknown): Promise<(string | null)[]> => {
  const told = await stack.call('POST', `/_sandbox/payments/${id}/outcome`, { body })
  expect(told.status, told.text).toBe(200)
  return told.json.sent.map(({ rspCode }: { rspCode: string | null }) => rspCode)
}
const stateOf = async (id: string): Promise<string> =>
  (await stack.call('GET', `/v1/payments/${id}`, { token })).json.state

it.each<[outcome: string, deliver: string, codes: readonly string[], state: string]>([
  ['success', 'once', ['00'], 'paid'],
  ['success', 'twice', ['00', '02'], 'paid'],
  ['failure', 'once', ['00'], 'failed'],
  ['failure', 'tampered', ['97'], 'pending'],
  ['success', 'tampered', ['97'], 'pending'],
  ['success', 'wrong-amount', ['04'], 'pending'],
  ['suspicious', 'once', ['00'], 'needs-review'],
  ['success', 'never', [], 'pending'],
])('%s, delivered %s, is answered %j and leaves the payment %s', async (outcome, deliver, codes, state) => {
  const id = await begun()
  expect((await play(id, { outcome, deliver })).sort()).toEqual(codes)
  expect(await stateOf(id)).toBe(state)
})

it('calls again when the clock has come that far, and drain waits for every call that is due', async () => {
  const id = await begun()
  const { clock, drain } = stack.runner
  await play(id, { outcome: 'success', deliver: 'tampered' })
  const calls = async (): Promise<number> =>
    (await stack.call('GET', `/_sandbox/payments/${id}`)).json.calls.length
  clock.travel(clock.now() + minutes(5))
  await drain()
  expect(await calls()).toBe(2)
  clock.travel(clock.now() + hours(1))
  await drain()
  expect(await calls()).toBe(10)
  token = await stack.citizen()
  expect(await stateOf(id)).toBe('expired')
  // Money that was taken in time and told late.
  expect(await play(id, { outcome: 'success' })).toEqual(['00'])
  expect(await stateOf(id)).toBe('paid')
})

it('knows no payment that we do not know', async () => {
  const answer = await stack.call('POST', '/_sandbox/payments/nobody/outcome', {
    body: { outcome: 'success' },
  })
  expect(answer).toMatchObject({ status: 404, json: { code: 'not-found' } })
})
