import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  beginningOf,
  noticePeriod,
  standingOn,
  validTo,
  versionOn,
} from '../../../functions/catalogue/versions.ts'
import { runs } from '../../kit/runs.ts'

const history = fc
  .array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 8 })
  .map((starts) => starts.map((validFrom, index) => ({ number: index + 1, validFrom })))

it('the version in force has begun, has not ended, and is the only such one', () => {
  fc.assert(
    fc.property(history, fc.integer({ min: -10, max: 1_010 }), (versions, at) => {
      const inForce = versions.filter(
        ({ number, validFrom }) =>
          validFrom <= at && at < (validTo(versions, number) ?? Number.POSITIVE_INFINITY),
      )
      expect(inForce).toEqual([versionOn(versions, at)].filter((version) => version !== undefined))
    }),
    { numRuns: runs(500) },
  )
})

it('what stands now decides what is in force at any later time', () => {
  fc.assert(
    fc.property(history, fc.nat(1_000), fc.nat(1_000), (versions, now, later) => {
      const standing = standingOn(versions, now)
      expect(versionOn(standing, now + later)).toEqual(versionOn(versions, now + later))
    }),
    { numRuns: runs(500) },
  )
})

it('the first version begins when wished, every other one with notice', () => {
  const first = { number: 1, validFrom: 0 }
  expect(beginningOf(5, [], 1_000_000)).toBe(5)
  expect(beginningOf(5, [first], 1_000_000)).toBe(1_000_000 + noticePeriod)
  expect(beginningOf(9_000_000, [first], 1_000_000)).toBe(9_000_000)
})

it('versions end where the next begins', () => {
  const versions = [
    { number: 1, validFrom: 0 },
    { number: 2, validFrom: 50 },
  ]
  expect([validTo(versions, 1), validTo(versions, 2)]).toEqual([50, undefined])
  expect([-1, 0, 49, 50].map((at) => versionOn(versions, at)?.number)).toEqual([undefined, 1, 1, 2])
})
