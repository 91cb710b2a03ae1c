import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createInspectUpload, type InspectionDeps } from '../../../functions/document/inspect-upload.ts'
import type { Verdict } from '../../../functions/document/inspection/verdict.ts'
import type { Document } from '../../../functions/document/model.ts'
import { createDocuments } from '../../../functions/document/use-cases.ts'
import { sha256Hex } from '../../../shared/ids.ts'
import { createFaults } from './faulty.ts'
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

let storage: Storage
beforeAll(async () => {
  storage = await startStorage()
})
afterAll(() => storage.stop())

/** Accepts what is declared and refuses everything else; `scanner` says whether a scanner answers. */
const inspecting = (scanner: { up: boolean }): InspectionDeps['inspect'] => {
  return async (given, declared): Promise<Verdict> => {
    const sha256 = sha256Hex(given)
    if (sha256 !== declared.sha256) return { outcome: 'rejected', reason: 'checksum-mismatch' }
    if (!scanner.up) return { outcome: 'scan-delayed' }
    return {
      outcome: 'clean',
      contentType: declared.contentType,
      size: given.byteLength,
      sha256,
      findings: [],
    }
  }
}

describe.each([
  ['in memory', memoryWorld],
  ['in the table and the buckets', () => realWorld(storage)],
] as [string, () => World][])('an inspection %s', (_, open) => {
  const setUp = () => {
    const world = open()
    const faults = createFaults()
    const scanner = { up: true }
    const clock = tickingClock()
    const documents = createDocuments({ ...world, clock, place, maxFileBytes: 1_000_000 })
    const inspectUpload = createInspectUpload({
      store: faults.through(world.store),
      quarantine: faults.through(world.quarantine),
      files: faults.through(world.files),
      inspect: inspecting(scanner),
      clock,
      place,
    })
    const uploaded = async (sent: Uint8Array = bytes): Promise<Document> => {
      const body = {
        fileName: 'a.pdf',
        contentType: 'application/pdf',
        size: bytes.byteLength,
        sha256: sha256Hex(bytes),
        purpose: 'dossier',
      }
      const made = await documents.createDocument({ caller, body, command: commandFor(fresh()) })
      const { id } = made.body
      await world.upload({ id }, sent)
      const command = commandFor(fresh())
      await documents.completeDocument({
        caller,
        params: { id },
        command,
        ifMatch: undefined,
        requestId: 'r',
      })
      return (await world.store.find(id)) as Document
    }
    const deliver = ({ id }: { id: string }) => inspectUpload({ documentId: id, correlationId: 'c' })
    const outcome = async ({ id }: { id: string }) => {
      const document = (await world.store.find(id)) as Document
      const events = await world.events(id)
      return {
        state: document.state,
        reason: document.reason,
        events: events.map((event) => `${event.sequence} ${event.type.split('.')[3]}`),
        kept: (await world.keptBytes(document))?.byteLength,
        inQuarantine: (await world.uploadOf({ id }))?.byteLength,
      }
    }
    return { world, faults, scanner, uploaded, deliver, outcome }
  }
  const accepted = {
    state: 'clean',
    reason: null,
    events: ['1 uploaded', '2 accepted'],
    kept: bytes.byteLength,
    inQuarantine: undefined,
  }
  const refused = (reason: string) => ({
    state: 'rejected',
    reason,
    events: ['1 uploaded', '2 rejected'],
    kept: undefined,
    inQuarantine: undefined,
  })

  it('keeps the very bytes that were inspected and clears the upload away', async () => {
    const { uploaded, deliver, outcome } = setUp()
    const document = await uploaded()
    await deliver(document)
    expect(await outcome(document)).toEqual(accepted)
    await deliver(document)
    expect(await outcome(document)).toEqual(accepted)
  })

  it('refuses what is not what was declared', async () => {
    const { uploaded, deliver, outcome } = setUp()
    const document = await uploaded(Buffer.from('other'))
    await deliver(document)
    await deliver(document)
    expect(await outcome(document)).toEqual(refused('checksum-mismatch'))
  })

  it.each([
    ['accepted', bytes, accepted],
    ['refused', Buffer.from('other'), refused('checksum-mismatch')],
  ] as const)(
    'ends the same when it is cut off at any call and comes again: %s',
    async (_name, sent, end) => {
      const { faults, uploaded, deliver, outcome } = setUp()
      await deliver(await uploaded(sent))
      faults.arm(0, 'before')
      await deliver(await uploaded(sent))
      const total = faults.calls()
      expect(total).toBeGreaterThanOrEqual(4)
      for (let call = 1; call <= total; call += 1)
        for (const moment of ['before', 'after'] as const) {
          const document = await uploaded(sent)
          faults.arm(call, moment)
          await expect(deliver(document)).rejects.toThrow('cut off')
          faults.disarm()
          await deliver(document)
          expect(await outcome(document), `cut off ${moment} call ${call}`).toEqual(end)
        }
    },
  )

  it('ends the same when several workers have it at once', async () => {
    const { uploaded, deliver, outcome } = setUp()
    for (let round = 0; round < 5; round += 1) {
      const document = await uploaded()
      await Promise.allSettled(Array.from({ length: 4 }, () => deliver(document)))
      await deliver(document)
      expect(await outcome(document)).toEqual(accepted)
    }
  })

  it('waits for a scanner, says so, and lets nothing through before it answers', async () => {
    const { scanner, uploaded, deliver, outcome } = setUp()
    const document = await uploaded()
    scanner.up = false
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await expect(deliver(document)).rejects.toThrow('scanner')
      expect(await outcome(document)).toEqual({
        state: 'scan-delayed',
        reason: null,
        events: ['1 uploaded'],
        kept: undefined,
        inQuarantine: bytes.byteLength,
      })
    }
    scanner.up = true
    await deliver(document)
    expect(await outcome(document)).toEqual(accepted)
  })

  it('refuses an upload that vanished, unless its bytes were kept already', async () => {
    const { world, uploaded, deliver, outcome } = setUp()
    const vanished = await uploaded()
    await world.quarantine.discard(vanished)
    await deliver(vanished)
    expect(await outcome(vanished)).toEqual(refused('upload-missing'))
    const kept = await uploaded()
    await world.files.keep(kept, bytes)
    await world.quarantine.discard(kept)
    await deliver(kept)
    expect(await outcome(kept)).toEqual(accepted)
  })

  it('never takes other bytes under a clean key for its own', async () => {
    const { world, uploaded, deliver, outcome } = setUp()
    const document = await uploaded()
    await world.putClean(document, Buffer.alloc(document.size, 3))
    await expect(deliver(document)).rejects.toThrow('clean key')
    expect(await outcome(document)).toMatchObject({ state: 'inspecting', inQuarantine: bytes.byteLength })
  })

  it('settles a document that is deleted while it is inspected', async () => {
    const { world, uploaded, deliver, outcome } = setUp()
    const document = await uploaded()
    const keep = world.files.keep
    Object.assign(world.files, {
      keep: async (...input: Parameters<typeof keep>) => {
        await keep(...input)
        await world.store.markDeleted(document.id, 'owner-a', Date.parse('2026-11-22T00:00:00Z'))
      },
    })
    await deliver(document)
    expect(await outcome(document)).toEqual(accepted)
  })

  it('fails for a document that does not wait for it', async () => {
    const { deliver } = setUp()
    await expect(deliver({ id: fresh() })).rejects.toThrow('announced')
  })
})
