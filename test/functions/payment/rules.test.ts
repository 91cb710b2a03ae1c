import { describe, expect, it } from 'vitest'
import { createExpiring } from '../../../functions/payment/expiring.ts'
import { entryOf } from '../../../functions/payment/ledger.ts'
import { paymentStates } from '../../../functions/payment/model.ts'
import { readReference, referenceOf } from '../../../functions/payment/reference.ts'
import { mayReturnTo } from '../../../functions/payment/return-address.ts'
import { next, sourcesOf, transitions } from '../../../functions/payment/transitions.ts'
import { createMemoryStore } from './memory-store.ts'
import { citizen, feesFor, openOffice, place, start } from './office.ts'

describe('the table of moves', () => {
  it('leads from paid to no state without money', () => {
    const reached = new Set<string>()
    const walk = (state: (typeof paymentStates)[number]): void => {
      for (const to of Object.values(transitions[state]))
        if (!reached.has(to)) {
          reached.add(to)
          walk(to)
        }
    }
    walk('paid')
    expect([...reached].toSorted()).toEqual(['partially-refunded', 'refunded'])
  })

  it('lets a success through from every state that has no money yet', () => {
    expect(sourcesOf('succeed')).toEqual([
      'created',
      'pending',
      'authorized',
      'failed',
      'expired',
      'needs-review',
    ])
    for (const state of paymentStates.slice(0, 3)) expect(next(state, 'expire')).toBe('expired')
    expect(next('paid', 'expire')).toBeUndefined()
    expect(next('paid', 'fail')).toBeUndefined()
  })
})

describe('the ledger', () => {
  it('writes nothing that does not balance or is no whole amount', () => {
    const entry = { paymentId: 'P', number: 1, at: '', why: 'fee', transactionNo: '1' } as const
    const postings = (...amounts: number[]) =>
      amounts.map((amount, index) => ({ account: `${index}`, amount }))
    expect(() => entryOf({ ...entry, postings: postings(1, -2) })).toThrow()
    expect(() => entryOf({ ...entry, postings: postings(0.5, -0.5) })).toThrow()
    expect(entryOf({ ...entry, postings: postings(3, -1, -2) }).postings).toHaveLength(3)
  })
})

describe('our number in a provider’s books', () => {
  const id = '7Q4Z0K9V3M1XN8T2R6WYC5HDBA'
  it('is 29 letters and digits, and says where it belongs', () => {
    expect(referenceOf(place, id)).toMatch(/^S37[0-9A-Z]{26}$/)
    expect(readReference(referenceOf(place, id), place)).toEqual({ kind: 'ours', paymentId: id })
    expect(readReference(`P37${id}`, place)).toEqual({ kind: 'foreign' })
    expect(readReference(`S22${id}`, place)).toEqual({ kind: 'foreign' })
    for (const text of ['', '1716257871703', `s37${id}`, `S37${id}X`, `S37${id.slice(1)}`])
      expect(readReference(text, place)).toBeUndefined()
  })
})

describe('where people may be sent back to', () => {
  const allowed = ['https://a.vn/', 'https://b.vn/back']
  it.each([
    ['https://a.vn/x/y?z=1', true],
    ['https://b.vn/back?x=1', true],
    ['https://b.vn/back/more', false],
    ['https://b.vn/backwards', false],
    ['https://a.vn.evil.vn/', false],
    ['https://a.vn@evil.vn/', false],
    ['https://x:y@a.vn/', false],
    ['http://a.vn/', false],
    ['https://a.vn:8443/', false],
    ['https://evil.vn/https://a.vn/', false],
    ['javascript:alert(1)', false],
    ['', false],
  ])('%s: %s', (address, expected) => {
    expect(mayReturnTo(address, allowed)).toBe(expected)
  })
})

describe('ending what has run out', () => {
  const places = async () => {
    const memory = createMemoryStore()
    const office = openOffice(memory)
    const ids: string[] = []
    for (const dossier of ['D1', 'D2', 'D3']) ids.push((await office.open(dossier, 'k')).body.id)
    return { memory, office, ids }
  }
  /** An index that is behind: it still lists what was settled, and what has time left. */
  const stale = (ids: readonly string[]) => async () => ({
    payments: ids.map((id) => ({ id, dossierId: 'D' })),
    next: undefined,
  })

  it('believes the payment and not the index', async () => {
    const { memory, office, ids } = await places()
    await office.told({ paymentId: ids[0] as string })
    await office.told({ paymentId: ids[1] as string, response: '24' })
    const before = memory.events.length
    const run = (listed: readonly string[], at: number) =>
      createExpiring({
        store: { ...memory, expiring: stale(listed) },
        place,
        clock: { now: () => at },
      })()
    expect(await run(ids, start + 60_000)).toEqual({ expired: 0 })
    expect(await run(ids.slice(0, 2), start + 3_600_000)).toEqual({ expired: 0 })
    const states = await Promise.all(ids.map(async (id) => (await memory.find(id))?.state))
    expect(states).toEqual(['paid', 'failed', 'pending'])
    expect(memory.events.length).toBe(before)
  })

  it('goes on after one that fails, and says so at the end', async () => {
    const { memory, ids } = await places()
    const store = {
      ...memory,
      find: async (id: string) => {
        if (id === ids[0]) throw new Error('unreadable')
        return memory.find(id)
      },
    }
    const expire = createExpiring({ store, place, clock: { now: () => start + 3_600_000 } })
    await expect(expire()).rejects.toThrow('could not be ended')
    const states = await Promise.all(ids.map(async (id) => (await memory.find(id))?.state))
    expect(states).toEqual(['pending', 'expired', 'expired'])
  })

  it('leaves alone what is paid between the look and the write', async () => {
    const { memory, office, ids } = await places()
    const [id = ''] = ids
    const store = {
      ...memory,
      expire: async (change: Parameters<typeof memory.expire>[0]) => {
        if (change.before.id === id) await office.told({ paymentId: id })
        return memory.expire(change)
      },
    }
    const expire = createExpiring({ store, place, clock: { now: () => start + 3_600_000 } })
    expect(await expire()).toEqual({ expired: 2 })
    expect((await memory.find(id))?.state).toBe('paid')
  })
})

describe('what can be paid', () => {
  const office = (more: Parameters<typeof feesFor>[1]) =>
    openOffice(createMemoryStore(), (id) => (id === 'D1' ? feesFor(id, more) : undefined))

  it.each([
    ['a draft', { state: 'draft', code: null }],
    ['what costs nothing', { lines: [], amount: 0 }],
    ['what was withdrawn', { state: 'withdrawn' }],
    ['what was declined', { state: 'declined' }],
  ])('not %s', async (_, more) => {
    await expect(office(more).open('D1', 'k')).rejects.toMatchObject({ code: 'nothing-to-pay' })
  })

  it('is nobody else’s, and not what is not there', async () => {
    await expect(office({}).open('D1', 'k', citizen('ref-binh'))).rejects.toMatchObject({ code: 'not-found' })
    await expect(office({}).open('D2', 'k')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('a payment and the money of a dossier are seen by the owner alone', async () => {
    const one = office({})
    const { id } = (await one.open('D1', 'k')).body
    expect((await one.get(citizen(), id)).id).toBe(id)
    await expect(one.get(citizen('ref-binh'), id)).rejects.toMatchObject({ code: 'not-found' })
    await expect(one.money(citizen('ref-binh'), 'D1')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('shows the address only while it can be used', async () => {
    const one = office({})
    const { id, redirectUrl } = (await one.open('D1', 'k')).body
    expect(redirectUrl).toMatch(/^https:/)
    await one.told({ paymentId: id })
    expect((await one.get(citizen(), id)).redirectUrl).toBeNull()
  })

  it('an abandoned attempt is replaced at once, a repeat of its request still answers as it did', async () => {
    const one = office({})
    const first = await one.open('D1', 'k1')
    const second = await one.open('D1', 'k2')
    expect(second.body.id).not.toBe(first.body.id)
    expect(await one.get(citizen(), first.body.id)).toMatchObject({ state: 'expired', redirectUrl: null })
    expect(await one.open('D1', 'k1')).toEqual({ body: first.body, replayed: true })
    expect((await one.money(citizen(), 'D1')).orders).toHaveLength(2)
  })

  it('a command that another call carries out in the middle of it gets that call’s answer', async () => {
    const memory = createMemoryStore()
    let twin: Awaited<ReturnType<ReturnType<typeof openOffice>['open']>> | undefined
    const store = {
      ...memory,
      attempts: async (dossierId: string, feeRequestId: string) => {
        twin ??= await openOffice(memory).open('D1', 'k')
        return memory.attempts(dossierId, feeRequestId)
      },
    }
    const answer = await openOffice(store).open('D1', 'k')
    expect(answer).toEqual({ body: twin?.body, replayed: true })
    expect((await memory.money('D1')).payments.map(({ state }) => state)).toEqual(['pending'])
  })

  it('takes no more than a hundred attempts', async () => {
    const one = office({})
    for (let index = 0; index < 100; index += 1) await one.open('D1', `k${index}`)
    await expect(one.open('D1', 'last')).rejects.toMatchObject({ code: 'too-many-requests' })
  })
})
