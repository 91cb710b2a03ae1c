import { describe, expect, it } from 'vitest'
import { isLive } from '../../../functions/payment/model.ts'
import type { PaymentStore } from '../../../functions/payment/ports.ts'
import { derivedId } from '../../../shared/ids.ts'
import { minutes, toIso } from '../../../shared/time.ts'
import { citizen, due, openOffice, start } from './office.ts'

let made = 0
/** Names that no other test uses, so that tests share a table. */
const fresh = (): string => {
  made += 1
  return derivedId('test', String(made), String(process.pid))
}

/** What every store of payments must hold, driven by the use cases as they drive it. */
export const describeStore = (name: string, open: () => PaymentStore): void => {
  describe(`store of payments: ${name}`, () => {
    it('gives back what was opened, and nothing for an unknown id', async () => {
      const office = openOffice(open())
      const { body } = await office.open(fresh(), 'k')
      expect(await open().find(body.id)).toMatchObject({ id: body.id, version: 1, amount: due, received: [] })
      expect(await open().find(fresh())).toBeUndefined()
      expect(await open().standing(fresh(), 'x')).toBeUndefined()
      expect(await open().attempts(fresh(), 'x')).toBeUndefined()
    })

    it('opens once for a command: repeats get the first answer, another body is refused', async () => {
      const dossier = fresh()
      const office = openOffice(open())
      const answers = await Promise.all(Array.from({ length: 20 }, () => office.open(dossier, 'k')))
      expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
      expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1)
      const { payments, locks } = await open().money(dossier)
      expect(payments).toHaveLength(1)
      expect(locks).toMatchObject([{ attempts: 1 }])
    })

    it('50 at once with keys of their own end with one live payment', async () => {
      const dossier = fresh()
      const office = openOffice(open())
      const answers = await Promise.allSettled(
        Array.from({ length: 50 }, (_, index) => office.open(dossier, `k${index}`)),
      )
      for (const answer of answers)
        if (answer.status === 'rejected')
          expect(answer.reason).toMatchObject({
            code: expect.stringMatching(/^(payment-pending|unavailable)$/),
          })
      const opened = answers.filter(({ status }) => status === 'fulfilled')
      const { payments, locks } = await open().money(dossier)
      expect(payments).toHaveLength(opened.length)
      const live = payments.filter(isLive)
      expect(live).toHaveLength(1)
      expect(locks[0]?.current).toBe(live[0]?.id)
      expect(answers.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0)
      // And the one that is left can be replaced at once.
      const next = await office.open(dossier, 'after')
      expect((await open().money(dossier)).payments.filter(isLive).map(({ id }) => id)).toEqual([
        next.body.id,
      ])
    })

    it('messages at once about two attempts: one pays, the rest is held, every message kept once', async () => {
      const dossier = fresh()
      const office = openOffice(open())
      const old = (await office.open(dossier, 'k1')).body.id
      const newer = (await office.open(dossier, 'k2')).body.id
      const said = [
        { paymentId: old, transactionNo: '1' },
        { paymentId: newer, transactionNo: '2' },
        { paymentId: newer, transactionNo: '3', response: '24' },
      ]
      const heard = await Promise.all(
        Array.from({ length: 5 }, () => said)
          .flat()
          .map((one) => office.told(one)),
      )
      expect(heard.every((code) => ['00', '02', '99'].includes(code))).toBe(true)
      for (const one of said) await office.told(one)
      const money = await office.money(citizen(), dossier)
      expect(money.sums).toMatchObject({ due: 0, received: 2 * due, credited: due, held: due })
      expect(money.results).toHaveLength(3)
      expect(money.orders.map(({ state }) => state).toSorted()).toEqual(['needs-review', 'paid'])
      expect(money.feeRequests).toMatchObject([{ state: 'paid', amount: due }])
    })

    it('refuses what has been overtaken, and then has written nothing of it', async () => {
      const store = open()
      const dossier = fresh()
      const office = openOffice(store)
      const { id } = (await office.open(dossier, 'k')).body
      const seen = await store.standing(id, 'x')
      await office.told({ paymentId: id })
      const before = await store.money(dossier)
      if (!seen) throw new Error('nothing stands')
      const { payment } = seen
      const after = { ...payment, version: payment.version + 1, state: 'expired' as const }
      expect(await store.expire({ before: payment, after, events: [] })).toBe('overtaken')
      const kept = {
        ...{ outcome: 'failure' as const, reference: 'r', amount: 1, transactionNo: '9', code: '24/02' },
        ...{ bankCode: null, paidAt: null, paymentId: id, provider: 'vnpay', at: toIso(start) },
        verdict: 'accepted' as const,
      }
      const settlement = {
        payment: { before: payment, after, events: [] },
        entries: [],
        lock: null,
        rival: null,
      }
      expect(await store.settle(kept, settlement)).toBe('overtaken')
      expect(await store.money(dossier)).toEqual(before)
      expect(await store.settle(kept, null)).toBe('settled')
      expect(await store.settle(kept, null)).toBe('overtaken')
    })

    it('keeps a stray message once', async () => {
      const store = open()
      const kept = {
        ...{ outcome: 'success' as const, reference: fresh(), amount: 1, transactionNo: '9', code: '00/00' },
        ...{ bankCode: null, paidAt: null, paymentId: '', provider: 'vnpay', at: toIso(start) },
        verdict: 'unknown' as const,
      }
      expect(await store.keepStray(kept, null)).toBe(true)
      expect(await store.keepStray(kept, null)).toBe(false)
      expect(await store.keepStray({ ...kept, transactionNo: '10' }, null)).toBe(true)
    })

    it('ends what has run out and nothing else, however often it is asked', async () => {
      const office = openOffice(open())
      const [waiting, paid, failed] = [fresh(), fresh(), fresh()]
      const ids = await Promise.all(
        [waiting, paid, failed].map(async (dossier) => (await office.open(dossier, 'k')).body.id),
      )
      await office.told({ paymentId: ids[1] as string })
      await office.told({ paymentId: ids[2] as string, response: '24' })
      await office.expireDue()
      expect((await open().find(ids[0] as string))?.state).toBe('pending')
      office.pass(minutes(15) + 1)
      await Promise.all([office.expireDue(), office.expireDue()])
      const states = await Promise.all(ids.map(async (id) => (await open().find(id))?.state))
      expect(states).toEqual(['expired', 'paid', 'failed'])
      expect(await office.expireDue()).toEqual({ expired: 0 })
      expect(await open().find(ids[0] as string)).toMatchObject({ expiredBecause: 'time', sequence: 2 })
      // Late, and not lost.
      expect(await office.told({ paymentId: ids[0] as string })).toBe('00')
      expect(await open().find(ids[0] as string)).toMatchObject({ state: 'paid', flags: ['late-success'] })
    })

    it('lists what runs out a page at a time', async () => {
      const store = open()
      const office = openOffice(store)
      const ids = await Promise.all(
        Array.from({ length: 7 }, async () => (await office.open(fresh(), 'k')).body.id),
      )
      const found: string[] = []
      let after: string | undefined
      do {
        const page = await store.expiring(toIso(start + minutes(60)), { limit: 3, after })
        expect(page.payments.length).toBeLessThanOrEqual(3)
        found.push(...page.payments.map(({ id }) => id))
        after = page.next
      } while (after !== undefined)
      expect(new Set(found).size).toBe(found.length)
      for (const id of ids) expect(found).toContain(id)
    })
  })
}
