import { beforeAll, describe, expect, it } from 'vitest'
import { documentUploaded, nextEvent } from '../../../functions/document/events.ts'
import type { Document } from '../../../functions/document/model.ts'
import type { Move } from '../../../functions/document/ports.ts'
import { viewOf } from '../../../functions/document/reasons.ts'
import { sha256Hex } from '../../../shared/ids.ts'
import { toIso } from '../../../shared/time.ts'
import { answerFor, bytes, commandFor, fresh, newDocument, place, start, type World } from './world.ts'

/** What every store of documents must hold, with its quarantine and its clean files. */
export const describeStorage = (name: string, open: () => World): void => {
  describe(name, () => {
    let world: World
    beforeAll(() => {
      world = open()
    })

    const opened = async (more: Partial<Document> = {}): Promise<Document> => {
      const document = newDocument(more)
      await world.store.open(document, commandFor(document.id), answerFor(document))
      return document
    }
    const to = (document: Document, state: Document['state'], more: Partial<Move> = {}): Move => ({
      to: state,
      reason: null,
      at: start + 5,
      event: nextEvent(documentUploaded, place, document, { at: start + 5, correlationId: 'c' }),
      ...more,
    })
    const moved = async (document: Document, state: Document['state'], more: Partial<Move> = {}) => {
      const result = await world.store.move(document, to(document, state, more))
      if (result.outcome !== 'moved') throw new Error(result.outcome)
      return result.document
    }
    const listed = async (): Promise<string[]> => {
      const ids: string[] = []
      let after: string | undefined
      do {
        const page = await world.store.uploadsBegunBefore(start + 1, {
          limit: 3,
          ...(after === undefined ? {} : { after }),
        })
        expect(page.ids.length).toBeLessThanOrEqual(3)
        ids.push(...page.ids)
        after = page.next
      } while (after !== undefined)
      return ids
    }

    it('gives back what was opened, and nothing for an unknown id', async () => {
      const document = await opened()
      expect(await world.store.find(document.id)).toEqual(document)
      expect(await world.store.find(fresh())).toBeUndefined()
      expect(await world.store.findFor(fresh(), commandFor('none'))).toEqual({})
    })

    it('opens once: a repeat gets the first answer, another body is refused with the id', async () => {
      const document = newDocument()
      const command = commandFor(document.id)
      const first = await world.store.open(document, command, answerFor(document))
      const other = {
        ...answerFor(document),
        upload: { ...answerFor(document).upload, url: 'https://b.test/' },
      }
      expect(await world.store.open({ ...document, fileName: 'b.pdf' }, command, other)).toEqual({
        body: first.body,
        replayed: true,
      })
      expect((await world.store.find(document.id))?.fileName).toBe(document.fileName)
      const reused = commandFor(document.id, { other: true })
      await expect(world.store.open(document, reused, other)).rejects.toMatchObject({
        code: 'idempotency-key-reused',
        details: { extensions: { existing: document.id } },
      })
    })

    it('moves only what is still as seen, and keeps the event and the answer with it', async () => {
      const document = await opened()
      const command = commandFor(fresh())
      const recorded = { command, answer: viewOf }
      const result = await world.store.move(document, to(document, 'inspecting'), recorded)
      expect(result).toMatchObject({
        outcome: 'moved',
        document: { state: 'inspecting', version: 2, sequence: 1 },
      })
      expect(await world.store.find(document.id)).toEqual({
        ...document,
        state: 'inspecting',
        version: 2,
        sequence: 1,
        changedAt: toIso(start + 5),
      })
      expect((await world.events(document.id)).map((event) => event.sequence)).toEqual([1])
      expect((await world.store.findFor(document.id, command)).answer).toMatchObject({
        replayed: true,
        body: { state: 'inspecting', version: 2 },
      })
      expect(await world.store.move(document, to(document, 'inspecting'))).toEqual({ outcome: 'overtaken' })
      expect(await world.store.move(document, to(document, 'inspecting'), recorded)).toMatchObject({
        outcome: 'repeated',
        answer: { replayed: true },
      })
      expect(await world.events(document.id)).toHaveLength(1)
    })

    it('refuses a right version in the wrong state', async () => {
      const document = await opened()
      const claimed = { ...document, state: 'inspecting' as const }
      expect(await world.store.move(claimed, to(document, 'clean'))).toEqual({ outcome: 'overtaken' })
      expect((await world.store.find(document.id))?.state).toBe('awaiting-upload')
    })

    it('lets one of many movers through', async () => {
      const document = await opened()
      const results = await Promise.all(
        Array.from({ length: 12 }, () => world.store.move(document, to(document, 'inspecting'))),
      )
      expect(results.filter((result) => result.outcome === 'moved')).toHaveLength(1)
      expect(await world.events(document.id)).toHaveLength(1)
    })

    it('keeps the reason of a refusal, and no event when there is none to tell', async () => {
      const document = await opened()
      const inspecting = await moved(document, 'inspecting')
      const delayed = await moved(inspecting, 'scan-delayed', { event: null })
      expect(delayed).toMatchObject({ version: 3, sequence: 1 })
      await moved(delayed, 'rejected', { reason: 'malware-found' })
      expect(await world.store.find(document.id)).toMatchObject({
        state: 'rejected',
        reason: 'malware-found',
      })
      expect(await world.events(document.id)).toHaveLength(2)
    })

    it('records the answer of a command that had nothing to do, once', async () => {
      const document = await opened()
      const command = commandFor(fresh())
      const view = viewOf(document)
      expect(await world.store.record(document.id, command, view)).toEqual({ body: view, replayed: false })
      const later = { ...view, version: 9 }
      expect(await world.store.record(document.id, command, later)).toEqual({ body: view, replayed: true })
    })

    it('binds a clean document of this owner with these bytes, and nothing else', async () => {
      const document = await opened()
      expect(await world.bind(document, 'owner-a', 'd-1')).toBe(false)
      await moved(await moved(document, 'inspecting'), 'clean')
      expect(await world.bind(document, 'owner-b', 'd-1')).toBe(false)
      expect(await world.bind({ ...document, sha256: sha256Hex('x') }, 'owner-a', 'd-1')).toBe(false)
      expect(await world.bind({ ...document, size: document.size + 1 }, 'owner-a', 'd-1')).toBe(false)
      expect(await world.bind({ ...document, contentType: 'image/png' }, 'owner-a', 'd-1')).toBe(false)
      expect(await world.bind(newDocument(), 'owner-a', 'd-1')).toBe(false)
      expect(await world.bind(document, 'owner-a', 'd-2')).toBe(true)
      expect(await world.bind(document, 'owner-a', 'd-1')).toBe(true)
      expect(await world.bind(document, 'owner-a', 'd-2')).toBe(true)
      expect(await world.store.find(document.id)).toMatchObject({ boundTo: ['d-1', 'd-2'], version: 6 })
    })

    it('deletes what nothing points at, for its owner only, and binds nothing deleted', async () => {
      const document = await opened()
      await moved(await moved(document, 'inspecting'), 'clean')
      const remove = (owner: string, version?: number) =>
        world.store.markDeleted(document.id, owner, start + 9, version)
      expect(await remove('owner-b')).toMatchObject({ outcome: 'refused', document: { ownerRef: 'owner-a' } })
      expect(await remove('owner-a', 2)).toMatchObject({ outcome: 'refused', document: { version: 3 } })
      expect(await remove('owner-a', 3)).toEqual({ outcome: 'deleted' })
      expect(await remove('owner-a')).toMatchObject({ outcome: 'refused', document: { version: 4 } })
      expect(await world.store.find(document.id)).toMatchObject({
        deletedAt: toIso(start + 9),
        state: 'clean',
      })
      expect(await world.bind(document, 'owner-a', 'd-1')).toBe(false)
      expect(await world.store.markDeleted(fresh(), 'owner-a', start)).toEqual({
        outcome: 'refused',
        document: undefined,
      })
    })

    it('never has a document both bound and deleted', async () => {
      for (let round = 0; round < 8; round += 1) {
        const document = await opened()
        await moved(await moved(document, 'inspecting'), 'clean')
        const [bound, deleted] = await Promise.all([
          world.bind(document, 'owner-a', 'd-1'),
          world.store.markDeleted(document.id, 'owner-a', start + 9),
        ])
        expect([bound, deleted.outcome === 'deleted'].filter(Boolean)).toHaveLength(1)
      }
    })

    it('lists uploads that wait, in pages, until completed or cleared', async () => {
      const old = await Promise.all(
        Array.from({ length: 8 }, (_, index) => opened({ createdAt: toIso(start - 1_000 + index) })),
      )
      const young = await opened({ createdAt: toIso(start + 60_000) })
      const mine = async () => (await listed()).filter((id) => old.some((document) => document.id === id))
      expect(await mine()).toEqual(old.map((document) => document.id))
      expect(await listed()).not.toContain(young.id)
      const [first, second, third] = old as [Document, Document, Document]
      await moved(first, 'inspecting')
      await moved(second, 'rejected', { reason: 'upload-abandoned' })
      await world.store.forgetUpload(third.id)
      expect(await mine()).toEqual(old.slice(1).map((document) => document.id))
      await world.store.forgetUpload(second.id)
      await world.store.markDeleted(third.id, 'owner-a', start)
      await world.store.forgetUpload(third.id)
      expect(await mine()).toEqual(old.slice(3).map((document) => document.id))
    })

    it('reads an upload no further than one byte beyond its declared size', async () => {
      const document = newDocument()
      expect(await world.quarantine.holds(document)).toBe(false)
      expect(await world.quarantine.read(document)).toBeUndefined()
      await world.upload(document, bytes)
      expect(await world.quarantine.holds(document)).toBe(true)
      expect(Buffer.from((await world.quarantine.read(document)) ?? [])).toEqual(bytes)
      await world.upload(document, Buffer.alloc(3_000_000, 7))
      expect((await world.quarantine.read(document))?.byteLength).toBe(document.size + 1)
      await world.quarantine.discard(document)
      await world.quarantine.discard(document)
      expect(await world.quarantine.holds(document)).toBe(false)
    })

    it('keeps clean bytes once and never overwrites them', async () => {
      const document = newDocument()
      expect(await world.files.stateOf(document)).toBe('missing')
      await world.files.keep(document, bytes)
      await world.files.keep(document, bytes)
      expect(await world.files.stateOf(document)).toBe('present')
      expect(Buffer.from((await world.keptBytes(document)) ?? [])).toEqual(bytes)
      expect(await world.files.stateOf({ ...document, size: 1 })).toBe('altered')
      const other = newDocument()
      await expect(world.files.keep(other, Buffer.from('something else'))).rejects.toThrow()
      expect(await world.files.stateOf(other)).toBe('missing')
      await world.putClean(other, Buffer.alloc(other.size, 1))
      expect(await world.files.stateOf(other)).toBe('altered')
      await expect(world.files.keep(other, bytes)).rejects.toThrow('clean key')
      expect(Buffer.from((await world.keptBytes(other)) ?? [])).toEqual(Buffer.alloc(other.size, 1))
    })
  })
}
