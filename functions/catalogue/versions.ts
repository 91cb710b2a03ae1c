import { type Instant, minutes } from '../../shared/time.ts'
import type { PublishedProcedure, Summary } from './model.ts'

/** Functions remember which version is in force for 60 s; a version that starts later than this is known to all. */
export const noticePeriod = minutes(5)

interface Starting {
  number: number
  validFrom: Instant
}

/** The version in force at an instant: the highest that has begun. A later one replaces whatever it overlaps. */
export const versionOn = <V extends Starting>(versions: readonly V[], instant: Instant): V | undefined => {
  let found: V | undefined
  for (const version of versions)
    if (version.validFrom <= instant && (!found || version.number > found.number)) found = version
  return found
}

/** When a version ends: when the first of those after it begins. Undefined while none is planned. */
export const validTo = (versions: readonly Starting[], number: number): Instant | undefined => {
  const starts = versions.filter((version) => version.number > number).map((version) => version.validFrom)
  return starts.length === 0 ? undefined : Math.min(...starts)
}

/** When a new version begins: as wished, but with notice when there is one that people already use. */
export const beginningOf = (wished: Instant, versions: readonly Starting[], now: Instant): Instant =>
  versions.length === 0 ? wished : Math.max(wished, now + noticePeriod)

/** The version in force and those still to come. */
export const standingOn = <V extends Starting>(versions: readonly V[], now: Instant): V[] => {
  const current = versionOn(versions, now)
  return versions.filter((version) => current === undefined || version.number >= current.number)
}

export const summaryOf = (procedure: PublishedProcedure): Summary => {
  const { code, name, nameEn, field, level, agencies, timeLimit, audience, version, essential } = procedure
  return {
    code,
    name,
    ...(nameEn === undefined ? {} : { nameEn }),
    field,
    level,
    agencies,
    timeLimit,
    audience,
    version,
    essential,
    fees: procedure.fees.map(({ legalBasis: _basis, note: _note, ...rule }) => rule),
  }
}
