import { beforeAll, describe, expect, it } from 'vitest'
import { dossierDrafted, dossierSubmitted } from '../../../functions/dossier/events.ts'
import { firstHash, nextLine } from '../../../functions/dossier/history.ts'
import type { Attachment, Content, Head } from '../../../functions/dossier/model.ts'
import type { DossierStore } from '../../../functions/dossier/ports.ts'
import type { Receipt } from '../../../functions/dossier/receipt.ts'
import { AppError } from '../../../shared/errors.ts'
import { eventOf } from '../../../shared/events.ts'
import { randomId } from '../../../shared/ids.ts'
import { command, morning } from './office.ts'

const place = { province: '37', environment: 'sandbox' }
const at = '2026-11-21T09:05:00.000+07:00'
const later = '2026-11-21T09:05:20.000+07:00'

const about = (head: Head) => ({
  dossierId: head.id,
  citizenRef: head.ownerRef,
  procedureCode: head.procedureCode,
  procedureVersion: head.procedureVersion,
  agency: head.agency,
  channel: head.channel,
})

const eventAt = (head: Head) => ({
  subject: `dossier/${head.id}`,
  sequence: head.sequence,
  at: morning,
  correlationId: 'r',
})

export const newDossier = (changes: Partial<Head> = {}) => {
  const line = nextLine(
    { historySeq: 0, historyHash: firstHash },
    { at, actor: 'citizen', type: 'drafted', note: null },
  )
  const head: Head = {
    id: randomId(),
    ownerRef: randomId(),
    state: 'draft',
    version: 1,
    procedureCode: '1.001193',
    procedureVersion: 1,
    procedureName: 'Đăng ký khai sinh',
    caseCode: null,
    agency: '000.00.12.H40',
    receivingAgency: '000.00.12.H40',
    channel: 'online',
    clientApp: null,
    createdAt: at,
    updatedAt: at,
    sequence: 1,
    historySeq: line.seq,
    historyHash: line.hash,
    ...changes,
  }
  const content: Content = {
    version: 1,
    // What JSON allows and a map of the database would not.
    answers: { '': 'empty key', deep: { list: [1, [], {}, null] }, big: 1e300, text: 'Nguyễn Thị Ánh' },
    components: [],
    aside: null,
    applicant: { name: 'Nguyễn Thị Ánh', personalId: '037190001234' },
  }
  const event = eventOf(dossierDrafted, place, eventAt(head), about(head))
  return { head, content, line, event, command: command(`create ${head.id}`), answer: { id: head.id } }
}

export const claimOf = (token: string, until = later) => ({ token, until })

export const submission = (before: Head, token: string, files: Attachment[] = [], receiptId = randomId()) => {
  const line = nextLine(before, { at, actor: 'citizen', type: 'submitted', note: null })
  const { claim: _, ...rest } = before
  const code = `000.00.12.H40-261121-${randomId()}`
  const head: Head = {
    ...rest,
    state: 'submitted',
    version: before.version + 1,
    sequence: before.sequence + 1,
    historySeq: line.seq,
    historyHash: line.hash,
    code,
    submittedAt: at,
    receiptId,
  }
  const manifest: Receipt['manifest'] = {
    id: receiptId,
    code,
    ...place,
    procedure: { code: head.procedureCode, version: 1 },
    submittedAt: at,
    answersHash: 'a'.repeat(64),
    files: [],
    fees: [],
  }
  const header = Buffer.from(JSON.stringify({ alg: 'ES256', kid: 'k' })).toString('base64url')
  const jws = `${header}.${Buffer.from(JSON.stringify(manifest)).toString('base64url')}.AAAA`
  const event = eventOf(dossierSubmitted, place, eventAt(head), { ...about(head), code, receiptId })
  return {
    head,
    line,
    event,
    command: command(`submit ${head.id}`),
    answer: { submitted: head.id },
    claim: claimOf(token),
    code,
    receipt: { id: receiptId, manifest, jws },
    files,
  }
}

/** What every store of dossiers must do, whatever it is made of. */
export const storeContract = (name: string, given: () => DossierStore) =>
  describe(name, () => {
    let store: DossierStore
    beforeAll(() => {
      store = given()
    })

    const created = async (changes: Partial<Head> = {}) => {
      const step = newDossier(changes)
      expect(await store.create(step)).toBeUndefined()
      return step
    }
    const claimed = async (head: Head, token: string, now = at) =>
      await store.claim(head.id, { ownerRef: head.ownerRef, claim: claimOf(token), now, ifMatch: undefined })

    it('gives back what was written, to the letter', async () => {
      const { head, content } = await created()
      expect(await store.load(head.id)).toEqual({ head, content })
      expect(await store.head(head.id)).toEqual(head)
      expect(await store.content(head.id)).toEqual(content)
      expect(await store.load('nothing')).toBeUndefined()
      expect(await store.content('nothing')).toBeUndefined()
    })

    it('makes a dossier once: a repeat gets the recorded answer, another body an error', async () => {
      const step = await created()
      expect(await store.create(step)).toEqual({ body: step.answer, replayed: true })
      const other = { ...step, command: { ...step.command, body: 'other' } }
      await expect(store.create(other)).rejects.toThrowError(AppError)
      expect((await store.history(step.head.id, { limit: 9, cursor: undefined })).items).toHaveLength(1)
    })

    it('writes a draft only over the version that was seen', async () => {
      const { head, content } = await created()
      const next = { ...head, version: 2 }
      const changed = { ...content, version: 2, answers: { a: 1 } }
      expect(await store.redraft(head, next, changed, at)).toBe('saved')
      expect(await store.redraft(head, next, content, at)).toBe('changed')
      expect((await store.content(head.id))?.answers).toEqual({ a: 1 })
    })

    it('lets one claim at a time, of the owner, while it is a draft', async () => {
      const { head } = await created()
      expect(await claimed({ ...head, ownerRef: 'somebody else' }, 't')).toEqual({ kind: 'absent' })
      expect(await claimed({ ...head, id: 'nothing' }, 't')).toEqual({ kind: 'absent' })
      expect(await store.isClaimed(head.id, at)).toBe(false)
      expect(await claimed(head, 'one')).toMatchObject({
        kind: 'claimed',
        head: { version: 1, claim: { token: 'one' } },
      })
      expect(await claimed(head, 'two')).toEqual({ kind: 'busy' })
      expect(await store.isClaimed(head.id, at)).toBe(true)
      // The lease has ended: another may take over, and the first can no longer finish.
      const after = '2026-11-21T09:06:00.000+07:00'
      expect(await store.isClaimed(head.id, after)).toBe(false)
      expect(await claimed(head, 'two', after)).toMatchObject({ kind: 'claimed' })
      expect(await store.finish(submission(head, 'one'))).toEqual({ kind: 'lost' })
    })

    it('refuses a claim for another version than the caller saw', async () => {
      const { head } = await created()
      const by = { ownerRef: head.ownerRef, claim: claimOf('t'), now: at, ifMatch: 2 }
      expect(await store.claim(head.id, by)).toMatchObject({ kind: 'changed', head: { version: 1 } })
    })

    it('keeps a draft as it is while it is being submitted', async () => {
      const { head, content } = await created()
      await claimed(head, 't')
      expect(await store.redraft(head, { ...head, version: 2 }, content, at)).toBe('changed')
      const after = '2026-11-21T09:06:00.000+07:00'
      expect(await store.redraft(head, { ...head, version: 2 }, { ...content, version: 2 }, after)).toBe(
        'saved',
      )
      // A patch that overrode a dead claim has ended it.
      expect(await store.finish(submission(head, 't'))).toEqual({ kind: 'lost' })
    })

    it('gives a claim back with the number that was taken, and only by its holder', async () => {
      const { head } = await created()
      await claimed(head, 'mine')
      await store.release(head.id, 'not mine', 'X').catch(() => undefined)
      expect(await store.isClaimed(head.id, at)).toBe(true)
      await store.release(head.id, 'mine', 'N-1')
      expect(await store.head(head.id)).toEqual({ ...head, reservedCode: 'N-1' })
    })

    it('submits once, and everything that belongs to it is there', async () => {
      const { head } = await created()
      await claimed(head, 't')
      const step = submission(head, 't')
      expect(await store.finish(step)).toEqual({ kind: 'done' })
      // The answer was lost and the caller tries again: it is still done, by this very receipt.
      expect(await store.finish(step)).toEqual({ kind: 'done' })
      expect(await store.finish(submission(head, 't'))).toEqual({ kind: 'lost' })
      expect(await store.head(head.id)).toEqual(step.head)
      expect(await store.idOfCode(step.code)).toBe(head.id)
      expect(await store.receipt(step.receipt.id)).toMatchObject({
        dossierId: head.id,
        receipt: { id: step.receipt.id, manifest: step.receipt.manifest },
      })
      expect(await store.replay(head.id, step.command)).toEqual({ body: step.answer, replayed: true })
      expect((await store.history(head.id, { limit: 9, cursor: undefined })).items).toHaveLength(2)
      expect(await claimed(head, 'again')).toMatchObject({ kind: 'closed', head: { state: 'submitted' } })
    })

    it('never gives a code to two dossiers', async () => {
      const [one, two] = [await created(), await created()]
      await claimed(one.head, 't')
      await claimed(two.head, 't')
      const first = submission(one.head, 't')
      expect(await store.finish(first)).toEqual({ kind: 'done' })
      const second = { ...submission(two.head, 't'), code: first.code }
      expect(await store.finish(second)).toEqual({ kind: 'code-taken' })
      expect(await store.head(two.head.id)).toMatchObject({ state: 'draft' })
    })

    it('counts without a gap, however many ask at once', async () => {
      const agency = randomId()
      const numbers = await Promise.all(Array.from({ length: 40 }, () => store.nextNumber(agency, '261121')))
      expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n + 1))
      expect(await store.nextNumber(agency, '261122')).toBe(1)
    })

    it('lists the owner’s dossiers newest first, each once, for any page size', async () => {
      const ownerRef = randomId()
      const ids: string[] = []
      for (let n = 0; n < 7; n += 1) {
        const createdAt = `2026-11-21T09:0${n}:00.000+07:00`
        ids.unshift((await created({ ownerRef, createdAt })).head.id)
      }
      for (const limit of [1, 2, 3, 7, 20]) {
        const seen: string[] = []
        let cursor: string | undefined
        do {
          const page = await store.ofOwner(ownerRef, { limit, cursor })
          expect(page.items.length).toBeLessThanOrEqual(limit)
          seen.push(...page.items.map(({ id }) => id))
          cursor = page.nextCursor ?? undefined
        } while (cursor)
        expect(seen).toEqual(ids)
      }
    })

    it('pages through the history in order', async () => {
      const { head } = await created()
      await claimed(head, 't')
      await store.finish(submission(head, 't'))
      const first = await store.history(head.id, { limit: 1, cursor: undefined })
      expect(first.items.map(({ seq }) => seq)).toEqual([1])
      const second = await store.history(head.id, { limit: 5, cursor: first.nextCursor ?? '' })
      expect(second).toMatchObject({ items: [{ seq: 2 }], nextCursor: null })
      await expect(store.history(head.id, { limit: 1, cursor: '%%%' })).rejects.toThrowError(AppError)
    })

    it('books ten tries an hour and no more, however many come at once', async () => {
      const code = randomId()
      const tries = await Promise.all(
        Array.from({ length: 30 }, () => store.bookTry(code, 'h1', 2_000_000_000)),
      )
      expect(tries.filter((booked) => booked)).toHaveLength(10)
      await store.unbookTry(code, 'h1')
      expect(await store.bookTry(code, 'h1', 2_000_000_000)).toBe(true)
      expect(await store.bookTry(code, 'h2', 2_000_000_000)).toBe(true)
    })
  })
