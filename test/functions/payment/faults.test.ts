import { describe, expect, it } from 'vitest'
import { balances } from '../../../functions/payment/ledger.ts'
import type { PaymentStore } from '../../../functions/payment/ports.ts'
import { type Counted, faulty } from '../../kit/faulty.ts'
import { createMemoryStore } from './memory-store.ts'
import { openOffice, type Said } from './office.ts'

const messages: [string, Omit<Said, 'paymentId'>][] = [
  ['a success', {}],
  ['a failure', { response: '24' }],
  ['a suspicion', { response: '07' }],
  ['a wrong amount', { amount: 5_000 }],
  ['an unknown order', { reference: 'S37ZZZZZZZZZZZZZZZZZZZZZZZZZZ' }],
]

/** Two attempts, the message about the older one; and everything that is left of it. */
const remains = async (said: Omit<Said, 'paymentId'>, counted: Counted | null) => {
  const memory = createMemoryStore()
  const quiet = openOffice(memory)
  const { id } = (await quiet.open('D1', 'key-1')).body
  await quiet.open('D1', 'key-2')
  const store = counted ? (faulty(memory as PaymentStore, counted) as PaymentStore) : memory
  const first = await openOffice(store).told({ paymentId: id, ...said })
  const again = await quiet.told({ paymentId: id, ...said })
  const { payments, results, locks } = await memory.money('D1')
  return {
    first,
    again,
    left: {
      payments,
      locks,
      results,
      balances: [...balances(memory.allEntries)],
      strays: [...memory.strays.values()].map(({ entry }) => entry?.postings),
      events: memory.events.map(({ type, subject, sequence }) => [type, subject, sequence]),
    },
  }
}

describe('a message and its effect are one', () => {
  it.each(messages)('%s: a fault before or after any step, then the message again', async (_, said) => {
    const plain = await remains(said, null)
    const calls = { calls: 0, at: 0, when: 'before' as const }
    await remains(said, calls)
    expect(calls.calls).toBeGreaterThan(0)
    for (const when of ['before', 'after'] as const)
      for (let at = 1; at <= calls.calls; at += 1) {
        const { first, again, left } = await remains(said, { calls: 0, at, when })
        expect(first).toBe('99')
        expect(['00', '01', '02', '04']).toContain(again)
        expect(left, `${when} call ${at}`).toEqual(plain.left)
      }
  })
})

describe('opening a payment', () => {
  it('leaves one payment, whatever step fails, when the request comes again', async () => {
    const counted = { calls: 0, at: 0, when: 'before' as const }
    await openOffice(faulty(createMemoryStore() as PaymentStore, counted)).open('D1', 'key-1')
    for (const when of ['before', 'after'] as const)
      for (let at = 1; at <= counted.calls; at += 1) {
        const memory = createMemoryStore()
        await openOffice(faulty(memory as PaymentStore, { calls: 0, at, when }))
          .open('D1', 'key-1')
          .catch(() => undefined)
        const { body } = await openOffice(memory).open('D1', 'key-1')
        const { payments, locks } = await memory.money('D1')
        expect(payments.map(({ id, state }) => [id, state])).toEqual([[body.id, 'pending']])
        expect(locks).toMatchObject([{ current: body.id, attempts: 1 }])
        expect(memory.events).toHaveLength(1)
      }
  })
})
