import type { Place } from '../../shared/events.ts'
import { type Clock, hours, type Instant } from '../../shared/time.ts'
import { documentRejected, nextEvent } from './events.ts'
import type { Document } from './model.ts'
import type { DocumentStore, Quarantine } from './ports.ts'
import { next } from './transitions.ts'

export interface CleanupDeps {
  store: Pick<DocumentStore, 'find' | 'move' | 'uploadsBegunBefore' | 'forgetUpload'>
  quarantine: Pick<Quarantine, 'discard'>
  clock: Clock
  place: Place
  abandonedAfterHours: number
  /** Uploads looked at in one run; the next run goes on. */
  mostPerRun?: number
}

const pageSize = 50

/**
 * Gives up uploads that were never completed. First the state, then the object: an upload that is completed at
 * this moment either moves first and is left alone, or finds itself refused. An upload stays listed until its
 * object is gone, so a run that is cut off is finished by the next one.
 */
export const createAbandonUploads = (deps: CleanupDeps) => {
  const { store, quarantine, clock, place } = deps

  /** True when nobody can complete the upload any more. */
  const giveUp = async (document: Document, at: Instant): Promise<boolean> => {
    if (document.reason === 'upload-abandoned') return true
    if (document.deletedAt !== null) return document.state === 'awaiting-upload'
    const to = next(document.state, 'abandon')
    if (to === undefined) return false
    const reason = 'upload-abandoned'
    const when = { at, correlationId: `cleanup-${document.id}` }
    const event = nextEvent(documentRejected, place, document, when, { reason })
    return (await store.move(document, { to, reason, at, event })).outcome === 'moved'
  }

  const clear = async (id: string): Promise<boolean> => {
    const document = await store.find(id)
    if (!document || !(await giveUp(document, clock.now()))) return false
    await quarantine.discard(document)
    await store.forgetUpload(id)
    return true
  }

  return async (): Promise<{ cleared: number }> => {
    const before = clock.now() - hours(deps.abandonedAfterHours)
    const most = deps.mostPerRun ?? 1_000
    const failures: unknown[] = []
    let looked = 0
    let cleared = 0
    let after: string | undefined
    do {
      const limit = Math.min(pageSize, most - looked)
      const page = await store.uploadsBegunBefore(before, after === undefined ? { limit } : { limit, after })
      for (const id of page.ids) {
        looked += 1
        // One that fails stays listed for the next run and does not hold up the others.
        await clear(id).then(
          (done) => {
            cleared += done ? 1 : 0
          },
          (error: unknown) => failures.push(error),
        )
      }
      after = page.next
    } while (after !== undefined && looked < most)
    if (failures.length > 0) throw new AggregateError(failures, 'some uploads could not be cleared away')
    return { cleared }
  }
}
