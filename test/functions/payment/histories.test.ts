import { describe, expect, it } from 'vitest'
import { balances, isBalanced, type LedgerEntry } from '../../../functions/payment/ledger.ts'
import type { Payment } from '../../../functions/payment/model.ts'
import { minutes } from '../../../shared/time.ts'
import { createMemoryStore } from './memory-store.ts'
import { due, type Office, openOffice, type Said } from './office.ts'

const wrong = 5_000
const unknownId = 'Z'.repeat(26)

/** Everything a provider can say about one payment, and its time running out between two messages. */
const steps = {
  success: (office: Office, paymentId: string) => office.told({ paymentId }),
  failure: (office: Office, paymentId: string) => office.told({ paymentId, response: '24', status: '02' }),
  suspicious: (office: Office, paymentId: string) => office.told({ paymentId, response: '07', status: '00' }),
  'wrong amount': (office: Office, paymentId: string) => office.told({ paymentId, amount: wrong }),
  unknown: (office: Office) => office.told({ paymentId: unknownId }),
  'time is over': async (office: Office) => {
    office.pass(minutes(16))
    await office.expireDue()
    return 'expired'
  },
} as const
type Step = keyof typeof steps
const names = Object.keys(steps) as Step[]

/** All histories of at most so many steps, repetitions included. */
const histories = (longest: number, from: readonly Step[] = names): Step[][] => {
  let last: Step[][] = [[]]
  const all: Step[][] = []
  for (let length = 1; length <= longest; length += 1) {
    last = last.flatMap((history) => from.map((step) => [...history, step]))
    all.push(...last)
  }
  return all
}

const stateAfter = (history: readonly Step[]): Payment['state'] => {
  if (history.includes('success')) return 'paid'
  if (history.includes('suspicious')) return 'needs-review'
  const ended = history.find((step) => step === 'failure' || step === 'time is over')
  return ended === undefined ? 'pending' : ended === 'failure' ? 'failed' : 'expired'
}

const total = (entries: readonly LedgerEntry[], prefix: string): number =>
  [...balances(entries)].reduce((sum, [name, held]) => (name.startsWith(prefix) ? sum + held : sum), 0)

const answerOf = (step: Step, before: readonly Step[]): string => {
  const isNew = !before.includes(step)
  switch (step) {
    case 'wrong amount':
      return '04'
    case 'unknown':
      return '01'
    case 'success':
      return isNew ? '00' : '02'
    case 'suspicious':
      return isNew && !before.includes('success') ? '00' : '02'
    case 'failure':
      return stateAfter(before) === 'pending' ? '00' : '02'
    case 'time is over':
      return 'expired'
  }
}

const live = async (history: readonly Step[]) => {
  const store = createMemoryStore()
  const office = openOffice(store)
  const { body } = await office.open('D1', 'key-1')
  const answers: string[] = []
  for (const step of history) answers.push(await steps[step](office, body.id))
  return { store, office, answers, payment: (await store.find(body.id)) as Payment }
}

describe('whatever a provider says, in whatever order and however often', () => {
  it('there is one truth about a payment, and its money is booked exactly once', async () => {
    const all = histories(5)
    expect(all.length).toBe(6 + 6 ** 2 + 6 ** 3 + 6 ** 4 + 6 ** 5)
    for (const history of all) {
      const { store, answers, payment } = await live(history)
      const about = history.join(', ')
      expect(answers, about).toEqual(history.map((step, at) => answerOf(step, history.slice(0, at))))
      expect(payment.state, about).toBe(stateAfter(history))
      const isPaid = payment.state === 'paid'
      for (const { postings } of store.allEntries) expect(isBalanced(postings), about).toBe(true)
      const held =
        (history.includes('wrong amount') ? wrong : 0) + (history.includes('suspicious') && !isPaid ? due : 0)
      expect(0 - total(store.allEntries, 'revenue/'), about).toBe(isPaid ? due : 0)
      expect(0 - total(store.allEntries, 'suspense/'), about).toBe(held)
      expect(total(store.allEntries, 'clearing/'), about).toBe(held + (isPaid ? due : 0))
      const paidEvents = store.events.filter(({ type }) => type === 'vn.motcua.payment.paid.v1')
      expect(paidEvents.length, about).toBe(isPaid ? 1 : 0)
      const sequences = store.events.map(({ sequence }) => sequence)
      expect(sequences, about).toEqual(sequences.map((_, index) => index + 1))
      expect(store.strays.size, about).toBe(history.includes('unknown') ? 1 : 0)
    }
  }, 240_000)

  it('phí and lệ phí are booked apart', async () => {
    const { store } = await live(['success'])
    expect(Object.fromEntries(balances(store.allEntries))).toEqual({
      'clearing/vnpay': 24_000,
      'revenue/000.00.12.H40/le-phi/le-phi-ho-tich': -8_000,
      'revenue/000.00.12.H40/phi/phi-ban-sao': -16_000,
    })
  })

  it.each([
    [['failure', 'success'], ['late-success']],
    [['time is over', 'success'], ['late-success']],
    [['suspicious', 'success'], ['suspicious']],
    [['success', 'suspicious'], ['suspicious']],
    [['wrong amount'], ['amount-mismatch']],
    [['success', 'failure', 'success', 'time is over'], []],
  ] as [Step[], string[]][])('%s is flagged %s, and each flag told once', async (history, flags) => {
    const { store, payment } = await live(history)
    expect(payment.flags).toEqual(flags)
    const told = store.events.filter(({ type }) => type.includes('flagged'))
    expect(told.map(({ data }) => (data as { flag: string }).flag)).toEqual(flags)
  })

  it('a second transaction for a payment that is paid is held and flagged', async () => {
    const { office, payment, store } = await live(['success'])
    expect(await office.told({ paymentId: payment.id, transactionNo: '99' })).toBe('02')
    const after = await store.find(payment.id)
    expect(after).toMatchObject({ state: 'paid', flags: ['second-payment'] })
    expect(total(store.allEntries, 'suspense/')).toBe(-due)
  })
})

describe('two attempts at one fee', () => {
  const said: Said[] = [
    { paymentId: 'old', transactionNo: '1' },
    { paymentId: 'new', transactionNo: '2' },
    { paymentId: 'old', transactionNo: '3', response: '24' },
    { paymentId: 'new', transactionNo: '4', response: '24' },
  ]
  const orders = (rest: readonly number[]): number[][] =>
    rest.length === 0
      ? [[]]
      : rest.flatMap((one) => orders(rest.filter((other) => other !== one)).map((more) => [one, ...more]))

  it('one of them pays it, and all other money is held, in every order and with every message twice', async () => {
    for (const chosen of [[0], [1], [0, 1], [0, 2], [1, 3], [0, 1, 2], [0, 1, 3], [0, 1, 2, 3]])
      for (const order of [...orders(chosen), ...orders(chosen).map((one) => [...one, ...one])]) {
        const store = createMemoryStore()
        const office = openOffice(store)
        const old = (await office.open('D1', 'key-1')).body
        const fresh = (await office.open('D1', 'key-2')).body
        const ids: Record<string, string> = { old: old.id, new: fresh.id }
        expect((await store.find(old.id))?.state).toBe('expired')
        for (const index of order) {
          const one = said[index] as Said
          await office.told({ ...one, paymentId: ids[one.paymentId] as string })
        }
        const successes = chosen.filter((index) => index < 2).length
        const about = JSON.stringify(order)
        expect(0 - total(store.allEntries, 'revenue/'), about).toBe(due)
        expect(0 - total(store.allEntries, 'suspense/'), about).toBe((successes - 1) * due)
        const states = [(await store.find(old.id))?.state, (await store.find(fresh.id))?.state]
        expect(states.filter((state) => state === 'paid').length, about).toBe(1)
        expect(states.filter((state) => state === 'needs-review').length, about).toBe(successes - 1)
        expect(states, about).not.toContain('pending')
        const money = await office.money({ ref: 'ref-anh' } as Parameters<Office['money']>[0], 'D1')
        expect(money.sums, about).toMatchObject({
          due: 0,
          received: successes * due,
          credited: due,
          held: (successes - 1) * due,
        })
        expect(money.receipts.map(({ amount }) => amount)).toEqual([8_000, 16_000])
      }
  })

  it('the newer one ends when the older one pays, and can be told of it', async () => {
    const store = createMemoryStore()
    const office = openOffice(store)
    const old = (await office.open('D1', 'key-1')).body
    const fresh = (await office.open('D1', 'key-2')).body
    expect(await office.told({ paymentId: old.id })).toBe('00')
    expect(await store.find(old.id)).toMatchObject({ state: 'paid', flags: ['late-success'] })
    expect(await store.find(fresh.id)).toMatchObject({
      state: 'expired',
      expiredBecause: 'paid-otherwise',
    })
    await expect(office.open('D1', 'key-3')).rejects.toMatchObject({
      code: 'already-paid',
      details: { extensions: { existing: old.id } },
    })
  })

  it('nobody pays again while the provider looks into the money', async () => {
    const office = openOffice(createMemoryStore())
    const { id } = (await office.open('D1', 'key-1')).body
    await office.told({ paymentId: id, response: '07' })
    await expect(office.open('D1', 'key-2')).rejects.toMatchObject({ code: 'payment-under-review' })
  })
})

describe('messages that are not ours', () => {
  it.each([
    ['P37', 'production'],
    ['T37', 'staging'],
    ['S22', 'another province'],
  ])('of %s (%s) are refused, counted and leave nothing', async (mark) => {
    const store = createMemoryStore()
    const office = openOffice(store)
    const { id } = (await office.open('D1', 'key-1')).body
    const events = store.events.length
    expect(await office.told({ paymentId: id, reference: `${mark}${id}` })).toBe('01')
    expect(office.logged.filter(({ reason }) => reason === 'foreign-order')).toHaveLength(1)
    expect(store.strays.size).toBe(0)
    expect(store.events.length).toBe(events)
    expect((await store.find(id))?.state).toBe('pending')
  })

  it('10,000 forged ones reach no storage, and a genuine one among them is taken', async () => {
    const memory = createMemoryStore()
    let calls = 0
    const counting = new Proxy(memory, {
      get: (target, name, receiver) => {
        calls += 1
        return Reflect.get(target, name, receiver)
      },
    })
    const office = openOffice(counting)
    const { id } = (await office.open('D1', 'key-1')).body
    const { ipn } = await import('./office.ts')
    const genuine = ipn({ paymentId: id })
    calls = 0
    for (let index = 0; index < 10_000; index += 1) {
      if (index === 5_000) {
        expect(calls).toBe(0)
        expect(await office.hear(genuine)).toBe('00')
        calls = 0
      }
      const bad = genuine.slice(0, -6) + index.toString(16).padStart(6, '0')
      expect(await office.hear(bad)).toBe('97')
    }
    expect(calls).toBe(0)
    expect((await memory.find(id))?.state).toBe('paid')
  })

  it.each(['', 'a=b', '%%%', 'vnp', '\u0000', '&'.repeat(1000)])('%j is answered 99', async (query) => {
    expect(await openOffice(createMemoryStore()).hear(query)).toBe('99')
  })
})
