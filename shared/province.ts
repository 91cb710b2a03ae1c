import { readFileSync } from 'node:fs'
import { provinceMistakes } from './province-rules.ts'
import { type Agency, type Province, provinceShape } from './province-shape.ts'

export { agencyCode } from './agency-code.ts'
export type { Agency, Issuer, Overlay, Province } from './province-shape.ts'

/** A province file: its members, and what they must be to each other. */
export const provinceSchema = provinceShape.superRefine((province, context) => {
  // Members that are wrong by themselves are mended first: what they are to each other cannot be said yet.
  if (context.issues.length > 0) return
  for (const { path, message } of provinceMistakes(province))
    context.addIssue({ code: 'custom', path: [...path], message })
})

/** Every mistake of a province file with its place, what is wrong and what to do; none when it is right. */
export const mistakesIn = (json: unknown): string[] =>
  (provinceSchema.safeParse(json).error?.issues ?? []).map(
    ({ path, message }) => `${path.map(String).join('.') || 'the file'}: ${message}`,
  )

/** Reads and checks a province file; every mistake in it is named with its place. */
export const readProvince = (path: string): Province => {
  const json: unknown = JSON.parse(readFileSync(path, 'utf8'))
  const mistakes = mistakesIn(json)
  if (mistakes.length > 0)
    throw new Error(`the province file ${path} is wrong:\n${mistakes.map((text) => `  ${text}`).join('\n')}`)
  return provinceSchema.parse(json)
}

const isInForce = (agency: Agency, date: string): boolean =>
  agency.validFrom <= date && (agency.validTo === undefined || date <= agency.validTo)

/** The agency of a code on a date, or undefined when there was none. */
export const agencyOn = (province: Province, code: string, date: string): Agency | undefined =>
  province.agencies.find((agency) => agency.code === code && isInForce(agency, date))

/**
 * For display: the last agency that bore a code, and the one that does its work now when it has ended. Never
 * for a decision: what an old dossier's agency was is said by `agencyOn` and the dossier's date.
 */
export const agencyEver = (
  province: Province,
  code: string,
): { agency: Agency; now?: Agency } | undefined => {
  const lastOf = (wanted: string): Agency | undefined =>
    province.agencies
      .filter((agency) => agency.code === wanted)
      .reduce<Agency | undefined>((a, b) => (a && a.validFrom > b.validFrom ? a : b), undefined)
  const agency = lastOf(code)
  if (!agency) return undefined
  let now: Agency | undefined = agency
  // The file is checked to hold no circle.
  while (now?.replacedBy !== undefined) now = lastOf(now.replacedBy)
  return now && now !== agency ? { agency, now } : { agency }
}
