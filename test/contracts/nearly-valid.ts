import fc from 'fast-check'
import { hostileValues } from './hostile-input.ts'

/** Names of members, as JSON text. */
const hostileNames: readonly string[] = [
  '"__proto__"',
  '"constructor"',
  '"toString"',
  '""',
  '"a/b~c"',
  '"%zz"',
  '"\\ud800"',
  '"\\u0000"',
  '"Đường"',
  `"n${'😀'.repeat(60)}"`,
  `"${'n'.repeat(400)}"`,
]

type Path = readonly (string | number)[]

const placesIn = (value: unknown, at: Path = []): Path[] => [
  at,
  ...(typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, item]) => placesIn(item, [...at, name]))
    : []),
]

const here = '@@here@@'
const name = '@@name@@'

type Change = 'drop' | 'replace' | 'extend'

const changed = (value: unknown, [step, ...rest]: Path, change: Change): unknown => {
  if (step === undefined) {
    if (change !== 'extend' || typeof value !== 'object' || value === null) return here
    return Array.isArray(value) ? [...value, here] : { ...value, [name]: here }
  }
  const entries = Object.entries(value as object).flatMap(([member, item]): [string, unknown][] => {
    if (member !== String(step)) return [[member, item]]
    return rest.length === 0 && change === 'drop' ? [] : [[member, changed(item, rest, change)]]
  })
  return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries)
}

/** JSON texts that differ from a valid body in one node: it is left out, is something else or has one more. */
export const nearlyValid = (body: unknown): fc.Arbitrary<string> =>
  fc
    .record({
      place: fc.constantFrom(...placesIn(body)),
      change: fc.constantFrom<Change>('drop', 'replace', 'extend'),
      value: fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom(...hostileValues) },
        { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)) },
      ),
      member: fc.constantFrom(...hostileNames),
    })
    .map(({ place, change, value, member }) =>
      JSON.stringify(changed(body, place, change))
        .replace(`"${here}"`, () => value)
        .replace(`"${name}"`, () => member),
    )
