import { jsonHash } from '../../shared/canonical-json.ts'
import { AppError } from '../../shared/errors.ts'
import type { Clock, Instant } from '../../shared/time.ts'
import type { Catalogue } from './catalogue.ts'
import type { CatalogueStore, DraftProcedure, Head, ListEntry, PublishedProcedure, Summary } from './model.ts'
import { filterOf, type Wanted } from './search.ts'
import { beginningOf, standingOn, summaryOf, versionOn } from './versions.ts'

/**
 * A search reads at most this many entries in one call, whatever the size of the catalogue. A rare word can
 * therefore give a short or empty page that has a `nextCursor`; a province's 2,000 procedures are five calls.
 */
export const mostEntriesRead = 400

interface ListQuery extends Wanted {
  limit: number
  /** The code the page before ended with. */
  after?: string | undefined
}

/** What the public may ask of the catalogue. */
export const readingUseCases = (deps: {
  store: Pick<CatalogueStore, 'entries'>
  catalogue: Catalogue
  clock: Clock
}) => ({
  list: async ({ limit, after, ...wanted }: ListQuery): Promise<{ items: Summary[]; last?: string }> => {
    const isWanted = filterOf(wanted)
    // One more than is shown tells whether a page that is full is the last.
    const { entries, more } = await deps.store.entries(after, isWanted ? mostEntriesRead : limit + 1)
    const now = deps.clock.now()
    const items: Summary[] = []
    for (const [index, entry] of entries.entries()) {
      const summary = versionOn(entry.versions, now)?.summary
      if (summary && (!isWanted || isWanted(summary))) items.push(summary)
      const isEnd = index === entries.length - 1 && !more
      if (items.length === limit && !isEnd) return { items, last: entry.code }
    }
    const last = entries.at(-1)?.code
    return more && last !== undefined ? { items, last } : { items }
  },

  read: async (code: string): Promise<PublishedProcedure> => {
    const procedure = await deps.catalogue.current(code)
    if (!procedure) throw new AppError('not-found')
    return procedure
  },
})

interface PublishInput {
  draft: DraftProcedure
  /** The first instant it shall be in force. */
  wishedFrom: Instant
  correlationId: string
}

export type PublishOutcome =
  | { kind: 'published'; version: number; validFrom: Instant }
  | { kind: 'unchanged' }

const publishTries = 10

export const publishingUseCases = (deps: { store: CatalogueStore; clock: Clock }) => {
  /** Of what people will see: the versions in force or to come, and the new one. */
  const entryWith = async (procedure: PublishedProcedure, head: Head | undefined, now: Instant) => {
    const standing = standingOn(head?.versions ?? [], now)
    const known = await Promise.all(standing.map((line) => deps.store.version(procedure.code, line.number)))
    const versions = [...known, procedure].flatMap((version): ListEntry['versions'] =>
      version ? [{ number: version.version, validFrom: version.validFrom, summary: summaryOf(version) }] : [],
    )
    return { code: procedure.code, versions }
  }

  return {
    /**
     * Publishes a draft as the next version. The same content again changes nothing, so a deployment may
     * repeat it at will; content that differs begins after a notice.
     */
    publish: async ({ draft, wishedFrom, correlationId }: PublishInput): Promise<PublishOutcome> => {
      const contentHash = jsonHash(draft)
      for (let attempt = 1; attempt <= publishTries; attempt += 1) {
        const seen = await deps.store.head(draft.code)
        if (seen?.versions.at(-1)?.contentHash === contentHash) return { kind: 'unchanged' }
        const now = deps.clock.now()
        const validFrom = beginningOf(wishedFrom, seen?.versions ?? [], now)
        const version = (seen?.versions.length ?? 0) + 1
        const procedure: PublishedProcedure = { ...draft, version, validFrom, publishedAt: now }
        const entry = await entryWith(procedure, seen, now)
        if (await deps.store.publish({ procedure, contentHash, seen, entry, correlationId }))
          return { kind: 'published', version, validFrom }
      }
      throw new AppError('unavailable', { retryAfter: 2 })
    },
  }
}
