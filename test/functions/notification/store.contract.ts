import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type DeliveryKey,
  defaultPreferences,
  type InboxEntry,
  leaseMs,
  type NotificationStore,
} from '../../../functions/notification/model.ts'
import { writeCursor } from '../../../shared/dynamo.ts'
import { randomId, sha256Hex } from '../../../shared/ids.ts'

const now = Date.parse('2026-11-21T09:05:00.000+07:00')

const newKey = (person = randomId()): DeliveryKey => ({
  id: randomId(),
  person,
  channel: 'email',
  eventId: randomId(),
  eventType: 'vn.motcua.dossier.submitted.v1',
})

const entryOf = (id: string, at: number): InboxEntry => ({
  id,
  type: 'vn.motcua.dossier.submitted.v1',
  at,
  title: { vi: 'Đã ghi nhận', en: 'Recorded' },
  text: { vi: 'Hồ sơ', en: 'Dossier' },
  dossierId: 'd1',
  code: 'c1',
  link: 'https://example.gov.vn/tra-cuu?ma=c1',
  readAt: null,
})

const commandOf = (key: string, body: unknown) => ({
  scope: sha256Hex(key),
  body: sha256Hex(JSON.stringify(body)),
})

const english = { language: 'en', email: { enabled: false } } as const
const vietnamese = { language: 'vi', email: { enabled: true } } as const

/** What every store of notifications must do, whatever it keeps them in. */
export const storeContract = (name: string, open: () => NotificationStore): void => {
  describe(`store of notifications: ${name}`, () => {
    describe('deliveries', () => {
      it('gives a new delivery to one of many workers', async () => {
        const store = open()
        const key = newKey()
        const claims = await Promise.all(Array.from({ length: 20 }, () => store.claim(key, now)))
        expect(claims.filter((claim) => claim.kind === 'claimed')).toEqual([{ kind: 'claimed', attempt: 1 }])
        expect(claims.filter((claim) => claim.kind === 'busy')).toHaveLength(19)
      })

      it('gives it on when the lease has ended, and not before', async () => {
        const store = open()
        const key = newKey()
        await store.claim(key, now)
        expect(await store.claim(key, now + leaseMs - 1)).toEqual({ kind: 'busy' })
        expect(await store.claim(key, now + leaseMs)).toEqual({ kind: 'claimed', attempt: 2 })
      })

      it('gives it on at once when it was released', async () => {
        const store = open()
        const key = newKey()
        await store.claim(key, now)
        await store.release(key, 1)
        expect(await store.claim(key, now)).toEqual({ kind: 'claimed', attempt: 2 })
      })

      it.each([
        { state: 'sent' },
        { state: 'failed', reason: 'smtp-550' },
        { state: 'skipped', reason: 'no-address' },
      ] as const)('never gives one away that is $state', async (how) => {
        const store = open()
        const key = newKey()
        await store.claim(key, now)
        expect(await store.settle(key, 1, how, now)).toBe(true)
        expect(await store.claim(key, now + leaseMs * 100)).toEqual({ kind: 'settled' })
      })

      it('takes the same settlement twice from the worker whose first answer was lost', async () => {
        const store = open()
        const key = newKey()
        await store.claim(key, now)
        await store.settle(key, 1, { state: 'sent' }, now)
        expect(await store.settle(key, 1, { state: 'sent' }, now)).toBe(true)
        expect(await store.settle(key, 1, { state: 'failed', reason: 'smtp-550' }, now)).toBe(false)
      })

      it('lets a worker that lost its claim neither settle nor release', async () => {
        const store = open()
        const key = newKey()
        await store.claim(key, now)
        await store.claim(key, now + leaseMs)
        expect(await store.settle(key, 1, { state: 'sent' }, now)).toBe(false)
        await store.release(key, 1)
        expect(await store.claim(key, now + leaseMs + 1)).toEqual({ kind: 'busy' })
      })

      it('does not release what is settled', async () => {
        const store = open()
        const key = newKey()
        await store.claim(key, now)
        await store.settle(key, 1, { state: 'sent' }, now)
        await store.release(key, 1)
        expect(await store.claim(key, now + leaseMs)).toEqual({ kind: 'settled' })
      })

      it('keeps the same id of two persons apart', async () => {
        const store = open()
        const key = newKey()
        await store.claim(key, now)
        expect(await store.claim({ ...key, person: randomId() }, now)).toEqual({
          kind: 'claimed',
          attempt: 1,
        })
      })
    })

    describe('inbox', () => {
      it('takes an entry once, however many bring it at once', async () => {
        const store = open()
        const key = { ...newKey(), channel: 'inbox' as const }
        const entry = entryOf(key.id, now)
        const taken = await Promise.all(Array.from({ length: 10 }, () => store.deliverEntry(key, entry, now)))
        expect(taken.filter(Boolean)).toHaveLength(1)
        expect((await store.entries(key.person, { limit: 100 })).items).toEqual([entry])
        expect(await store.claim(key, now + leaseMs)).toEqual({ kind: 'settled' })
      })

      it('leaves no entry when the mark was there, and no mark when it refuses', async () => {
        const store = open()
        const key = newKey()
        await store.claim(key, now)
        expect(await store.deliverEntry(key, entryOf(key.id, now), now)).toBe(false)
        expect((await store.entries(key.person, { limit: 100 })).items).toEqual([])
        expect(await store.claim(key, now + leaseMs)).toEqual({ kind: 'claimed', attempt: 2 })
      })

      it('pages through everything once, newest first, whatever the size of a page', async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 12 }),
            fc.integer({ min: 1, max: 5 }),
            async (ages, limit) => {
              const store = open()
              const person = randomId()
              for (const age of ages) {
                const key = newKey(person)
                await store.deliverEntry(key, entryOf(key.id, now - age), now)
              }
              const seen: InboxEntry[] = []
              let cursor: string | undefined
              do {
                const page = await store.entries(person, { limit, cursor })
                expect(page.items.length).toBeLessThanOrEqual(limit)
                seen.push(...page.items)
                cursor = page.nextCursor ?? undefined
              } while (cursor)
              expect(new Set(seen.map(({ id }) => id)).size).toBe(ages.length)
              expect(seen.map(({ at }) => at)).toEqual(ages.map((age) => now - age).sort((a, b) => b - a))
            },
          ),
          { numRuns: 20 },
        )
      })

      it('shows a person nothing of another, also with the cursor of the other', async () => {
        const store = open()
        const mine = newKey()
        const theirs = newKey()
        for (const key of [mine, theirs, newKey(theirs.person)])
          await store.deliverEntry({ ...key, id: randomId() }, entryOf(key.id, now), now)
        const { nextCursor } = await store.entries(theirs.person, { limit: 1 })
        expect(nextCursor).not.toBeNull()
        const page = await store.entries(mine.person, { limit: 100, cursor: nextCursor ?? undefined })
        for (const entry of page.items) expect(entry.id).toBe(mine.id)
      })

      it.each(['x', '', '"x"', writeCursor({ sk: 'preferences' }, ['sk']), writeCursor({ sk: 'z' }, ['sk'])])(
        'refuses the cursor %j as a bad request',
        async (cursor) => {
          const refused = open().entries(randomId(), { limit: 1, cursor: cursor ?? '' })
          await expect(refused).rejects.toMatchObject({ code: 'invalid-request' })
        },
      )
    })

    describe('preferences', () => {
      it('has defaults for whoever never chose', async () => {
        expect(await open().of(randomId())).toEqual(defaultPreferences)
      })

      it('keeps what was chosen and counts the versions', async () => {
        const store = open()
        const person = randomId()
        const first = await store.choose(person, english, { command: commandOf('a', 1), ifMatch: 0 })
        expect(first).toEqual({ body: { ...english, version: 1 }, replayed: false })
        const second = await store.choose(person, vietnamese, { command: commandOf('b', 2), ifMatch: 1 })
        expect(second.body.version).toBe(2)
        expect(await store.of(person)).toEqual({ ...vietnamese, version: 2 })
      })

      it('answers a repeat as the first time, although the version has moved on', async () => {
        const store = open()
        const person = randomId()
        const by = { command: commandOf('a', 1), ifMatch: 0 }
        const first = await store.choose(person, english, by)
        await store.choose(person, vietnamese, { command: commandOf('b', 2), ifMatch: undefined })
        expect(await store.choose(person, english, by)).toEqual({ body: first.body, replayed: true })
        expect(await store.of(person)).toEqual({ ...vietnamese, version: 2 })
      })

      it('refuses the same key with another body', async () => {
        const store = open()
        const person = randomId()
        await store.choose(person, english, { command: commandOf('a', 1), ifMatch: undefined })
        await expect(
          store.choose(person, vietnamese, { command: commandOf('a', 2), ifMatch: undefined }),
        ).rejects.toMatchObject({ code: 'idempotency-key-reused' })
        expect(await store.of(person)).toEqual({ ...english, version: 1 })
      })

      it('refuses a version that was not the last, and names the last', async () => {
        const store = open()
        const person = randomId()
        await store.choose(person, english, { command: commandOf('a', 1), ifMatch: undefined })
        await expect(
          store.choose(person, vietnamese, { command: commandOf('b', 2), ifMatch: 0 }),
        ).rejects.toMatchObject({ code: 'version-conflict', details: { params: { version: 1 } } })
        expect(await store.of(person)).toEqual({ ...english, version: 1 })
      })

      it('makes one change of many equal commands at once, and all get the same answer', async () => {
        const store = open()
        const person = randomId()
        const by = { command: commandOf('a', 1), ifMatch: 0 }
        const outcomes = await Promise.all(
          Array.from({ length: 10 }, () => store.choose(person, english, by)),
        )
        expect(outcomes.filter(({ replayed }) => !replayed)).toHaveLength(1)
        for (const { body } of outcomes) expect(body).toEqual({ ...english, version: 1 })
      })

      it('loses no version of different commands at once, and lets one win of those that saw the same', async () => {
        const store = open()
        const person = randomId()
        const free = await Promise.all(
          Array.from({ length: 5 }, (_, index) =>
            store.choose(person, english, { command: commandOf(`f${index}`, index), ifMatch: undefined }),
          ),
        )
        expect(free.map(({ body }) => body.version).sort()).toEqual([1, 2, 3, 4, 5])
        const bound = await Promise.allSettled(
          Array.from({ length: 5 }, (_, index) =>
            store.choose(person, vietnamese, { command: commandOf(`b${index}`, index), ifMatch: 5 }),
          ),
        )
        expect(bound.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
        for (const one of bound)
          if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'version-conflict' })
      })
    })
  })
}
