import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { isDeep } from '../kit/runs.ts'
import type { Answer } from '../kit/stack.ts'
import { killEveryRunner, type MortalRunner, startMortalRunner } from './mortal-runner.ts'
import { checkMoney } from './payment-aftermath.ts'
import { damagedFiles } from './remains.ts'

let folder: string
let environment: Record<string, string>
let template: string
let dossierId: string

const must = (answer: Answer): Answer => {
  if (answer.status >= 300) throw new Error(answer.text)
  return answer
}

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

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'crash-payment-'))
  environment = { NODE_COMPILE_CACHE: join(folder, 'compiled') }
  template = join(folder, 'prepared')
  const runner = await startMortalRunner(template, environment)
  await runner.ask(async (portal, token) => {
    const body = { procedureCode: '2.000488', agency: '000.00.05.H42', answers }
    dossierId = must(await portal.call('POST', '/v1/dossiers', { token, key: 'draft', body })).json.id
    return must(await portal.submit(token, dossierId, 'submit'))
  })
  await runner.drain()
  await runner.stop()
}, 120_000)
afterAll(async () => {
  await killEveryRunner()
  rmSync(folder, { recursive: true, force: true })
})

const pay = (runner: MortalRunner): Promise<Answer> =>
  runner.ask((portal, token) =>
    portal.call('POST', `/v1/dossiers/${dossierId}/payments`, {
      token,
      key: 'pay',
      body: { provider: 'vnpay', returnUrl: 'https://motcua.ninhbinh.gov.vn/thanh-toan' },
    }),
  )

const atProvider = async (runner: MortalRunner, paymentId: string) =>
  must(await runner.ask((portal) => portal.call('GET', `/_sandbox/payments/${paymentId}`))).json

/** Travels to every call that the provider still has to make. A call that is answered 00 or 02 is the last. */
const awaitProvider = async (runner: MortalRunner, paymentId: string): Promise<void> => {
  for (let calls = 0; calls <= 20; calls += 1) {
    await runner.drain()
    const { nextCallAt } = await atProvider(runner, paymentId)
    if (nextCallAt === null) return
    const sandbox = await runner.ask((portal) => portal.call('GET', '/_sandbox/clock'))
    // A restart has its own leap of time; never back.
    if (Date.parse(sandbox.json.now) < Date.parse(nextCallAt))
      await runner.ask((portal) => portal.call('PUT', '/_sandbox/clock', { body: { now: nextCallAt } }))
  }
  throw new Error('the provider never ends')
}

type Kind = 'die-before' | 'die-after'

/** The whole way from "pay" to the letter, with a death at one call. */
const live = async (kind: Kind, count: number): Promise<{ died: boolean; calls: number }> => {
  const directory = join(folder, `${kind}-${count}`)
  cpSync(template, directory, { recursive: true })
  const runner = await startMortalRunner(directory, environment)
  const plan = { target: 'process', kind, count }
  await runner.ask((portal) => portal.call('POST', '/_sandbox/faults', { body: plan }))

  const opened = await pay(runner)
  expect(opened.status, opened.text).toBe(201)
  const paymentId: string = opened.json.id
  // A minute later, so that nobody but the provider's own schedule repeats a call that a death cut off.
  const told = await runner.ask((portal) =>
    portal.call('POST', `/_sandbox/payments/${paymentId}/outcome`, {
      body: { outcome: 'success', delaySeconds: 60 },
    }),
  )
  expect(told.status, told.text).toBe(200)
  await awaitProvider(runner, paymentId)
  await runner.ask((portal) => portal.call('DELETE', '/_sandbox/faults'))

  const repeat = await pay(runner)
  expect(repeat.headers.get('idempotent-replayed')).toBe('true')
  expect(repeat.json).toEqual(opened.json)
  const provider = await atProvider(runner, paymentId)
  await checkMoney(runner, { dossierId, paymentId, provider })
  await runner.stop()
  expect(damagedFiles(directory)).toEqual([])
  rmSync(directory, { recursive: true })
  expect(runner.deaths()).toBeLessThanOrEqual(1)
  return { died: runner.deaths() === 1, calls: provider.calls.length }
}

/** Every third call; the deep run takes all. A fixed third, so that a run means the same on every day. */
const step = isDeep ? 1 : 3
const first = 1
const plausibleCalls = 20

it('takes the fee once, whichever call it dies at', { timeout: 30 * 60_000 }, async () => {
  let retried = 0
  const walk = async (kind: Kind): Promise<number> => {
    for (let count = first; ; count += step)
      try {
        const { died, calls } = await live(kind, count)
        if (calls > 1) retried += 1
        if (!died) return count
      } catch (error) {
        const what = error instanceof Error ? error.message : String(error)
        throw new Error(`${kind}, call ${count}: ${what}`, { cause: error })
      }
  }
  const unreached = await Promise.all([walk('die-before'), walk('die-after')])
  for (const count of unreached) expect(count).toBeGreaterThan(plausibleCalls)
  // Deaths in the middle of the provider's call were among them.
  expect(retried).toBeGreaterThan(0)
})
