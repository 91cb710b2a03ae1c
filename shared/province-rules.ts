import { calendarMistakes } from './calendar-rules.ts'
import { type Mistake, mistake } from './mistake.ts'
import { provinceByAgencyCode, provinceOf } from './province-codes.ts'
import type { Agency, Province } from './province-shape.ts'

const farAway = '9999-12-31'
const endOf = (agency: Agency): string => agency.validTo ?? farAway

/** Everything in which a code of an agency leads on to the next; a circle has no end. */
const isCircular = (agencies: readonly Agency[], start: Agency): boolean => {
  const seen = new Set<string>()
  let code: string | undefined = start.code
  while (code !== undefined && !seen.has(code)) {
    seen.add(code)
    const of: string = code
    code = agencies.find((agency) => agency.code === of && agency.replacedBy !== undefined)?.replacedBy
  }
  return code === start.code
}

const agencyMistakes = ({ agencies, code }: Province): Mistake[] =>
  agencies.flatMap((agency, index) => {
    const at = (...rest: string[]) => ['agencies', index, ...rest]
    const found: Mistake[] = []
    const { validFrom, validTo, replacedBy } = agency
    if (validTo !== undefined && validTo < validFrom)
      found.push(
        mistake(
          at('validTo'),
          `${agency.code} ends before it begins (${validFrom}); swap or correct the dates`,
        ),
      )
    if (replacedBy !== undefined && validTo === undefined)
      found.push(mistake(at('replacedBy'), `${agency.code} is replaced but does not end; give its validTo`))
    if (replacedBy !== undefined && !agencies.some((other) => other.code === replacedBy))
      found.push(mistake(at('replacedBy'), `there is no agency ${replacedBy}; add it or correct the code`))
    else if (replacedBy !== undefined && isCircular(agencies, agency))
      found.push(
        mistake(
          at('replacedBy'),
          `${agency.code} is in the end replaced by itself; name who does its work now`,
        ),
      )
    const twin = agencies.findIndex(
      (other, position) =>
        position < index &&
        other.code === agency.code &&
        other.validFrom <= endOf(agency) &&
        validFrom <= endOf(other),
    )
    if (twin >= 0)
      found.push(
        mistake(
          at('code'),
          `${agency.code} is in force twice at once (also agencies.${twin}); end the older one`,
        ),
      )
    const home = provinceByAgencyCode(agency.code, farAway)
    if (home && home.code !== code)
      found.push(
        mistake(
          at('code'),
          `${agency.code} is a code of ${home.name} (${home.code}); it belongs in that file`,
        ),
      )
    return found
  })

const procedureMistakes = ({ agencies, procedures }: Province): Mistake[] =>
  Object.entries(procedures).flatMap(
    ([procedure, { agencies: resolving, level, levelReason, validFrom }]) => {
      const found = resolving.flatMap((code, index) => {
        const at = ['procedures', procedure, 'agencies', index]
        const known = agencies.filter((agency) => agency.code === code)
        if (known.length === 0)
          return [mistake(at, `there is no agency ${code}; add it to agencies or correct the code`)]
        if (resolving.indexOf(code) < index) return [mistake(at, `${code} is named twice; leave one out`)]
        if (known.some((agency) => agency.validFrom <= validFrom && validFrom <= endOf(agency))) return []
        const [last] = known.toSorted((a, b) => (a.validFrom < b.validFrom ? 1 : -1))
        const since =
          last && last.validFrom > validFrom ? `begins on ${last.validFrom}` : `ended on ${last?.validTo}`
        const instead = last?.replacedBy ? `; name ${last.replacedBy} instead` : '; name one that exists then'
        return [mistake(at, `${code} ${since} and does not exist on ${validFrom}${instead}`)]
      })
      if (level !== 'full' && levelReason === undefined)
        found.push(
          mistake(
            ['procedures', procedure, 'levelReason'],
            'missing; citizens are told why this is not wholly online: give it in both languages',
          ),
        )
      return found
    },
  )

const isLoopback = (url: URL): boolean => url.hostname === '127.0.0.1' || url.hostname === 'localhost'

const issuerMistakes = ({ issuers }: Province): Mistake[] => {
  const found = issuers.flatMap(({ iss, jwksUri }, index) => {
    const twin = issuers.findIndex((other) => other.iss === iss)
    const keys = new URL(jwksUri)
    return [
      ...(twin < index
        ? [
            mistake(
              ['issuers', index, 'iss'],
              `given twice (also issuers.${twin}); put all its actors into one entry`,
            ),
          ]
        : []),
      ...(keys.protocol === 'https:' || isLoopback(keys)
        ? []
        : [
            mistake(
              ['issuers', index, 'jwksUri'],
              'whoever is on the way could put keys of their own there; use https',
            ),
          ]),
    ]
  })
  if (!issuers.some(({ actors }) => actors.includes('citizen')))
    found.push(mistake(['issuers'], 'no issuer may name citizens; add "citizen" to the actors of one'))
  return found
}

const addressMistakes = ({ environment, publicUrl, cors, mail, edge, aws }: Province): Mistake[] => {
  const found: Mistake[] = []
  const isOpen = (url: string): boolean => environment === 'production' && new URL(url).protocol !== 'https:'
  for (const [index, text] of cors.origins.entries()) {
    const at = ['cors', 'origins', index]
    const { origin } = new URL(text)
    if (origin !== text)
      found.push(mistake(at, `an origin has no path and no slash at its end; write ${origin}`))
    if (isOpen(text)) found.push(mistake(at, 'a page of a province in production speaks https; write https'))
    if (cors.origins.indexOf(text) < index) found.push(mistake(at, 'given twice; leave one out'))
  }
  if (isOpen(publicUrl))
    found.push(mistake(['publicUrl'], 'citizens are sent there; in production write https'))
  const { hostname } = new URL(publicUrl)
  const domain = mail.from.split('@').at(-1)?.toLowerCase() ?? ''
  if (domain !== hostname && !hostname.endsWith(`.${domain}`) && !domain.endsWith(`.${hostname}`))
    found.push(
      mistake(
        ['mail', 'from'],
        `${domain} is not a domain of ${hostname}; send from the province's own domain`,
      ),
    )
  if (edge && aws.account === undefined)
    found.push(mistake(['aws', 'account'], 'missing; an edge lies in two regions and needs the account'))
  if (edge && aws.account !== undefined && !edge.certificateArn.includes(`:${aws.account}:`))
    found.push(
      mistake(['edge', 'certificateArn'], `is of another account; take one of account ${aws.account}`),
    )
  return found
}

/** What is wrong between the members of a province file. */
export const provinceMistakes = (province: Province): Mistake[] => {
  const { code, documents } = province
  const found: Mistake[] = []
  if (!provinceOf('2025', code)) {
    const old = provinceOf('pre2025', code)
    const hint = old ? `${old.name} is part of ${old.mergedInto}` : 'see shared/province-codes.ts'
    found.push(mistake(['code'], `${code} is none of the 34 codes in force since July 2025: ${hint}`))
  }
  if (documents.maxFileBytes > documents.maxDossierBytes)
    found.push(
      mistake(
        ['documents', 'maxFileBytes'],
        `one file may be larger than a whole dossier (${documents.maxDossierBytes}); lower it`,
      ),
    )
  return [
    ...found,
    ...agencyMistakes(province),
    ...issuerMistakes(province),
    ...addressMistakes(province),
    ...calendarMistakes(province.calendar, province.agencies),
    ...procedureMistakes(province),
  ]
}
