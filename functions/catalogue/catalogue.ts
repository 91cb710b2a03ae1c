import { type Clock, type Instant, seconds } from '../../shared/time.ts'
import { type CatalogueStore, type Head, type PublishedProcedure, procedureCodePattern } from './model.ts'
import { remembered } from './remembered.ts'
import { versionOn } from './versions.ts'

/** The procedures of the province, as every other context sees them. What it hands out is frozen. */
export interface Catalogue {
  /** The version in force now; undefined when there is none. */
  current(code: string): Promise<PublishedProcedure | undefined>
  /** A version by its number, in force or not. */
  version(code: string, number: number): Promise<PublishedProcedure | undefined>
  /** The highest number published, in force or still to come. */
  latestVersionNumber(code: string): Promise<number | undefined>
}

/** Shorter than the notice a new version gives, so that none begins unnoticed. */
const headLife = seconds(60)
const mostVersions = 300
const mostHeads = 4_000

/** Every caller gets the same object; one that changed it would change the law for all others. */
const frozen = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const part of Object.values(value)) frozen(part)
  }
  return value
}

export const catalogueOver = (store: Pick<CatalogueStore, 'head' | 'version'>, clock: Clock): Catalogue => {
  const versions = remembered<Promise<PublishedProcedure | undefined>>(mostVersions)
  const heads = remembered<{ head: Head | undefined; at: Instant }>(mostHeads)

  const head = async (code: string): Promise<Head | undefined> => {
    // What cannot be a code is no procedure; asking the store would only cost a read.
    if (!procedureCodePattern.test(code)) return undefined
    const now = clock.now()
    const known = heads.get(code)
    // A clock that went back would keep the entry alive for as long as it went back.
    if (known && known.at <= now && now < known.at + headLife) return known.head
    const read = await store.head(code)
    heads.set(code, { head: read, at: now })
    return read
  }

  const load = async (key: string, code: string, number: number) => {
    try {
      const procedure = await store.version(code, number)
      if (!procedure) versions.forget(key)
      return frozen(procedure)
    } catch (error) {
      versions.forget(key)
      throw error
    }
  }

  const version = (code: string, number: number): Promise<PublishedProcedure | undefined> => {
    const key = `${code} ${number}`
    const known = versions.get(key)
    if (known) return known
    const loading = load(key, code, number)
    versions.set(key, loading)
    return loading
  }

  return {
    current: async (code) => {
      const line = versionOn((await head(code))?.versions ?? [], clock.now())
      return line && version(code, line.number)
    },
    version,
    latestVersionNumber: async (code) => (await head(code))?.versions.at(-1)?.number,
  }
}
