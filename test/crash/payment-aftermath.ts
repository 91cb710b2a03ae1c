import { expect } from 'vitest'
import type { MortalRunner } from './mortal-runner.ts'
import { rowsOf } from './remains.ts'

interface Paid {
  dossierId: string
  paymentId: string
  /** What the provider's side shows of it. */
  provider: { transactionNo: string; calls: { rspCode: string | null }[] }
}

type Rows = Awaited<ReturnType<typeof rowsOf>>
const named = (rows: Rows, prefix: string): Rows => rows.filter(({ sk }) => sk.startsWith(prefix))

/** One booking whose two sides add up to zero, one message, and two events in a row that left for the bus. */
const checkRows = (rows: Rows, { dossierId, paymentId, provider }: Paid): void => {
  const ofDossier = rows.filter(({ pk }) => pk === `dossier#${dossierId}`)
  const [head] = named(ofDossier, 'payment#')
  expect(head).toMatchObject({ id: paymentId, state: 'paid', entries: 1, flags: [], sequence: 2 })
  const entries = named(ofDossier, 'entry#')
  expect(entries).toMatchObject([{ paymentId, why: 'fee', transactionNo: provider.transactionNo }])
  const amounts: number[] = entries.flatMap(({ postings }) =>
    postings.map(({ amount }: { amount: number }) => amount),
  )
  expect(amounts.reduce((sum, amount) => sum + amount, 0)).toBe(0)
  expect(amounts.filter((amount) => amount > 0)).toEqual([head?.amount])
  expect(named(ofDossier, 'result#')).toMatchObject([{ paymentId, verdict: 'accepted' }])
  expect(named(ofDossier, 'fee#')).toMatchObject([{ paidBy: paymentId, attempts: 1 }])
  const events = named(rows, 'event#').filter(({ pk }) => pk === `payment#${paymentId}`)
  expect(events.map(({ event }) => [event.sequence, event.type])).toEqual([
    [1, 'vn.motcua.payment.created.v1'],
    [2, 'vn.motcua.payment.paid.v1'],
  ])
  expect(rows.filter((row) => 'unpublished' in row)).toEqual([])
}

/** One letter; a second copy only where a death hid the first one from us, under the same id. */
const checkLetter = async (runner: MortalRunner, { provider }: Paid): Promise<void> => {
  const { json } = await runner.ask((portal) => portal.call('GET', '/_sandbox/messages'))
  const letters = (json.items as { messageId: string; text: string }[]).filter(({ text }) =>
    text.includes(provider.transactionNo),
  )
  const ids = new Set(letters.map(({ messageId }) => messageId))
  expect(ids.size).toBe(1)
  const [id = ''] = ids
  expect(letters.length).toBeLessThanOrEqual(1 + (runner.unrecorded.get(id) ?? 0))
}

/** What must hold of a fee after any death, once the provider has made its calls. */
export const checkMoney = async (runner: MortalRunner, paid: Paid): Promise<void> => {
  const { dossierId, paymentId, provider } = paid
  checkRows(await rowsOf((await runner.places()).databaseUrl, 'payment'), paid)
  await checkLetter(runner, paid)

  const codes = provider.calls.map(({ rspCode }) => rspCode)
  expect(['00', '02']).toContain(codes.at(-1))
  expect(codes.filter((code) => code === '00').length).toBeLessThanOrEqual(1)

  const ask = (path: string) => runner.ask((portal, token) => portal.call('GET', path, { token }))
  const payment = (await ask(`/v1/payments/${paymentId}`)).json
  expect(payment).toMatchObject({ state: 'paid', flags: [] })
  const money = (await ask(`/v1/dossiers/${dossierId}/money`)).json
  const { amount } = payment
  expect(money.sums).toMatchObject({ due: 0, received: amount, credited: amount, held: 0 })
  expect(money.receipts).toHaveLength(1)
  const buried = await runner.ask((portal) => portal.call('GET', '/_sandbox/dead-letters'))
  expect(buried.json.items.flatMap(({ messages }: { messages: unknown[] }) => messages)).toEqual([])
}
