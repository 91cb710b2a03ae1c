import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAbandonUploads } from '../../../functions/document/abandon-uploads.ts'
import { createInspectUpload } from '../../../functions/document/inspect-upload.ts'
import type { Document, DocumentState } from '../../../functions/document/model.ts'
import type { DocumentStore } from '../../../functions/document/ports.ts'
import { transitions } from '../../../functions/document/transitions.ts'
import { createDocuments } from '../../../functions/document/use-cases.ts'
import { sha256Hex } from '../../../shared/ids.ts'
import { memoryWorld } from './memory-world.ts'
import { type Storage, startStorage } from './storage.ts'
import { bytes, commandFor, fresh, place, realWorld, tickingClock, type World } from './world.ts'

const caller = {
  actor: 'citizen',
  issuer: 'i',
  subject: 's',
  name: 'n',
  personalId: 'p',
  ref: 'owner-a',
  loa: 2,
} as const
const size = bytes.byteLength
const body = {
  fileName: 'a.pdf',
  contentType: 'application/pdf',
  size,
  sha256: sha256Hex(bytes),
  purpose: 'dossier',
}

let storage: Storage
beforeAll(async () => {
  storage = await startStorage()
})
afterAll(() => storage.stop())

const deeds = [
  'create',
  'upload',
  'upload-other',
  'complete',
  'inspect',
  'bind',
  'delete',
  'cleanup',
] as const
type Deed = (typeof deeds)[number]
type Wrap = <Port extends object>(port: Port) => Port

/** One document and everybody who may do something to it. */
const stage = async (world: World, wrap: Wrap) => {
  const clock = tickingClock()
  const paths: [DocumentState, DocumentState][] = []
  const bound = { once: false }
  const watched: DocumentStore = {
    ...world.store,
    move: async (seen, move, recorded) => {
      const result = await world.store.move(seen, move, recorded)
      if (result.outcome === 'moved') paths.push([seen.state, move.to])
      return result
    },
  }
  const ports = { store: wrap(watched), quarantine: wrap(world.quarantine), files: wrap(world.files) }
  const documents = createDocuments({ ...ports, clock, place, maxFileBytes: 1_000_000 })
  const inspectUpload = createInspectUpload({
    ...ports,
    inspect: async (given, declared) =>
      sha256Hex(given) === declared.sha256
        ? { outcome: 'clean', contentType: declared.contentType, size, sha256: declared.sha256, findings: [] }
        : { outcome: 'rejected', reason: 'checksum-mismatch' },
    clock,
    place,
  })
  const abandonUploads = createAbandonUploads({ ...ports, clock, place, abandonedAfterHours: 0 })
  const create = commandFor(fresh())
  const keys = [commandFor(fresh()), commandFor(fresh())] as const
  const { id } = (await documents.createDocument({ caller, body, command: create })).body
  const present = async (): Promise<Document> => {
    const document = await world.store.find(id)
    if (!document) throw new Error('the document is gone')
    return document
  }
  const perform: Record<Deed, (turn: number) => Promise<unknown>> = {
    create: () => documents.createDocument({ caller, body, command: create }),
    upload: () => world.upload({ id }, bytes),
    'upload-other': () => world.upload({ id }, Buffer.alloc(size, 4)),
    complete: (turn) => {
      const command = keys[turn % 2] as (typeof keys)[number]
      return documents.completeDocument({
        caller,
        params: { id },
        command,
        ifMatch: undefined,
        requestId: 'r',
      })
    },
    inspect: async () => {
      const isAnnounced = (await world.events(id)).some((event) => event.type.includes('uploaded'))
      if (isAnnounced) await inspectUpload({ documentId: id, correlationId: 'c' })
    },
    bind: async (turn) => {
      if (await world.bind(await present(), 'owner-a', `dossier-${turn % 3}`)) bound.once = true
    },
    delete: () => documents.deleteDocument({ caller, params: { id }, ifMatch: undefined }),
    cleanup: () => abandonUploads(),
  }
  /** What must hold at every moment. */
  const check = async (): Promise<void> => {
    const document = await present()
    for (const [from, to] of paths) expect(Object.values(transitions[from])).toContain(to)
    for (const [index, [from]] of paths.entries())
      expect(from).toBe(index === 0 ? 'awaiting-upload' : paths[index - 1]?.[1])
    expect(document.state).toBe(paths.at(-1)?.[1] ?? 'awaiting-upload')
    const events = await world.events(id)
    expect(events.map((event) => event.sequence)).toEqual(events.map((_, index) => index + 1))
    expect(document.sequence).toBe(events.length)
    expect(events.filter((event) => !event.type.includes('uploaded')).length).toBeLessThanOrEqual(1)
    expect(bound.once).toBe(document.boundTo.length > 0)
    if (bound.once) expect([document.state, document.deletedAt]).toEqual(['clean', null])
    const kept = await world.keptBytes(document)
    if (document.state === 'clean' || bound.once) expect(kept).toBeDefined()
    if (kept) expect(sha256Hex(kept)).toBe(document.sha256)
    expect(JSON.stringify(events)).not.toContain('a.pdf')
  }
  /** Lets everything that was begun come to its end. */
  const settle = async (): Promise<void> => {
    await perform.inspect(0)
    await perform.cleanup(0)
    const { state, deletedAt } = await present()
    if (deletedAt === null) expect(['clean', 'rejected']).toContain(state)
    expect((await world.store.uploadsBegunBefore(clock.now(), { limit: 100 })).ids).not.toContain(id)
  }
  return { perform, check, settle, present }
}

const refusals = /upload-missing|not-found|document-in-use|unavailable|announced|faster/

const attempt = async (deed: Promise<unknown>): Promise<void> => {
  await deed.catch((error: unknown) => expect(String((error as Error).message)).toMatch(refusals))
}

describe('any history of a document', () => {
  it('keeps its promises however the steps of its actors are mixed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.constantFrom(...deeds), { minLength: 3, maxLength: 12 }),
        async (scheduler, chosen) => {
          let isMixed = false
          const wrap: Wrap = (port) =>
            new Proxy(port, {
              get: (target, name) => {
                const method = Reflect.get(target, name) as (...input: unknown[]) => Promise<unknown>
                return (...input: unknown[]) =>
                  isMixed
                    ? scheduler
                        .schedule(Promise.resolve(), String(name))
                        .then(() => method.apply(target, input))
                    : method.apply(target, input)
              },
            })
          const { perform, check, settle } = await stage(memoryWorld(), wrap)
          isMixed = true
          const running = ['upload' as const, 'complete' as const, ...chosen].map((deed, turn) =>
            scheduler
              .schedule(Promise.resolve(), deed)
              .then(() => attempt(perform[deed](turn)))
              .then(check),
          )
          await scheduler.waitFor(Promise.all(running))
          isMixed = false
          await settle()
          await check()
        },
      ),
      { numRuns: 1_500 },
    )
  })

  it('keeps its promises against the table and the buckets too', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.constantFrom(...deeds), { minLength: 1, maxLength: 5 }), {
          minLength: 2,
          maxLength: 6,
        }),
        async (rounds) => {
          const { perform, check, settle } = await stage(realWorld(storage), (port) => port)
          await perform.upload(0)
          for (const round of rounds) {
            await Promise.all(round.map((deed, turn) => attempt(perform[deed](turn))))
            await check()
          }
          await settle()
          await check()
        },
      ),
      { numRuns: 40 },
    )
  })

  it.each([
    ['upload complete inspect bind delete', 'clean bound'],
    ['upload complete inspect delete bind', 'clean deleted'],
    ['upload complete inspect upload-other inspect complete cleanup', 'clean'],
    ['upload-other complete inspect bind', 'rejected'],
    ['upload cleanup complete inspect', 'rejected'],
    ['delete upload complete cleanup', 'awaiting-upload deleted'],
  ] as const)('ends as it should: %s', async (script, end) => {
    const { perform, check, present } = await stage(memoryWorld(), (port) => port)
    for (const [turn, deed] of script.split(' ').entries()) {
      await attempt(perform[deed as Deed](turn))
      await check()
    }
    const { state, boundTo, deletedAt } = await present()
    const said = [state, boundTo.length > 0 ? 'bound' : '', deletedAt === null ? '' : 'deleted']
    expect(said.filter((word) => word !== '').join(' ')).toBe(end)
  })
})
