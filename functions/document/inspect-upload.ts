import type { Place } from '../../shared/events.ts'
import type { Clock } from '../../shared/time.ts'
import { documentAccepted, documentRejected, nextEvent } from './events.ts'
import type { Declared, Verdict } from './inspection/verdict.ts'
import { type Document, isSettled, type ReasonCode } from './model.ts'
import type { CleanFiles, DocumentStore, Move, Quarantine } from './ports.ts'
import { next } from './transitions.ts'

export interface InspectionDeps {
  store: Pick<DocumentStore, 'find' | 'move'>
  quarantine: Pick<Quarantine, 'read' | 'discard'>
  files: Pick<CleanFiles, 'keep' | 'stateOf'>
  inspect: (bytes: Uint8Array, declared: Declared) => Promise<Verdict>
  clock: Clock
  place: Place
}

/** A scanner gave no answer. Thrown, so that the message comes again: a file is never let through unscanned. */
export class ScanDelayed extends Error {
  constructor() {
    super('a scanner gave no answer')
    this.name = 'ScanDelayed'
  }
}

type Finding = { outcome: 'accept' } | { outcome: 'delay' } | { outcome: 'reject'; reason: ReasonCode }

/**
 * Inspects one upload and keeps it or refuses it. May be called again after it was cut off at any point, and
 * by two workers at once: the clean key takes one write, the state one move, and the upload is removed only
 * when the state is settled.
 */
export const createInspectUpload = (deps: InspectionDeps) => {
  const { store, quarantine, files, clock, place } = deps

  /** Read once: the bytes that are inspected are the bytes that are kept, whatever is uploaded meanwhile. */
  const examine = async (document: Document): Promise<Finding> => {
    const bytes = await quarantine.read(document)
    if (!bytes) {
      // Another worker may have kept it and cleared it away since we looked.
      const kept = await files.stateOf(document)
      return kept === 'present' ? { outcome: 'accept' } : { outcome: 'reject', reason: 'upload-missing' }
    }
    const verdict = await deps.inspect(bytes, document)
    if (verdict.outcome === 'scan-delayed') return { outcome: 'delay' }
    if (verdict.outcome === 'rejected') return { outcome: 'reject', reason: verdict.reason }
    await files.keep(document, bytes)
    return { outcome: 'accept' }
  }

  const moveFor = (document: Document, finding: Finding, correlationId: string): Move | undefined => {
    const to = next(document.state, finding.outcome)
    if (to === undefined) return undefined
    const at = clock.now()
    const when = { at, correlationId }
    switch (finding.outcome) {
      case 'accept':
        return { to, reason: null, at, event: nextEvent(documentAccepted, place, document, when) }
      case 'reject': {
        const { reason } = finding
        return { to, reason, at, event: nextEvent(documentRejected, place, document, when, { reason }) }
      }
      case 'delay':
        return { to, reason: null, at, event: null }
    }
  }

  const present = async (id: string): Promise<Document> => {
    const document = await store.find(id)
    if (!document || document.state === 'awaiting-upload')
      throw new Error('an upload was announced for a document that does not wait for inspection')
    return document
  }

  /** Writes what was found. A deletion in between changes the version, not the verdict. */
  const settle = async (seen: Document, finding: Finding, correlationId: string): Promise<Document> => {
    let document = seen
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const move = isSettled(document) ? undefined : moveFor(document, finding, correlationId)
      if (!move) return document
      const result = await store.move(document, move)
      if (result.outcome === 'moved') return result.document
      document = await present(document.id)
    }
    throw new Error('the document changes faster than it can be settled')
  }

  return async (announced: { documentId: string; correlationId: string }): Promise<Document> => {
    const seen = await present(announced.documentId)
    const document = isSettled(seen) ? seen : await settle(seen, await examine(seen), announced.correlationId)
    if (!isSettled(document)) throw new ScanDelayed()
    await quarantine.discard(document)
    return document
  }
}
