import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crockford, derivedId, randomId, sha256Hex } from '../../shared/ids.ts'
import { runs } from '../kit/runs.ts'

const form = /^[0-9A-HJKMNP-TV-Z]{26}$/
const bytesOf = (text: string) => new TextEncoder().encode(text)

describe('Crockford base32', () => {
  // The vectors of RFC 4648, 10, in Crockford's alphabet (A is 0, B is 1, … 7 is Z); whole groups of five bits.
  it.each([
    ['f', 'C'],
    ['fo', 'CSQ'],
    ['foo', 'CSQP'],
    ['foob', 'CSQPYR'],
    ['fooba', 'CSQPYRK1'],
    ['foobar', 'CSQPYRK1E'],
  ])('%s is %s', (text, encoded) => {
    expect(crockford(bytesOf(text), encoded.length)).toBe(encoded)
  })

  it('counts through the alphabet without I, L, O and U', () => {
    const all = Array.from({ length: 32 }, (_, value) => crockford(Uint8Array.of(value << 3), 1)).join('')
    expect(all).toBe('0123456789ABCDEFGHJKMNPQRSTVWXYZ')
  })

  it('is the number the bytes are', () => {
    const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 5, maxLength: 40 }), (bytes) => {
        const length = Math.floor((bytes.length * 8) / 5)
        const text = crockford(bytes, length)
        const number = [...text].reduce((sum, digit) => sum * 32n + BigInt(digits.indexOf(digit)), 0n)
        const whole = BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
        expect(number).toBe(whole >> BigInt(bytes.length * 8 - length * 5))
      }),
      { numRuns: runs(200) },
    )
  })

  it('makes nothing up when there are too few bytes', () => {
    expect(() => crockford(Uint8Array.of(1), 2)).toThrow(RangeError)
    expect(() => crockford(new Uint8Array(0), 1)).toThrow(RangeError)
  })
})

describe('a random id', () => {
  it('has 26 characters and is never the same', () => {
    const ids = Array.from({ length: 2_000 }, randomId)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.filter((id) => !form.test(id))).toEqual([])
    // Also the last character is random: 130 bits are in it and none of them is padding.
    for (const at of [0, 12, 25]) expect(new Set(ids.map((id) => id[at])).size).toBe(32)
  })
})

describe('a derived id', () => {
  it('is the same for the same parts, today and in later releases', () => {
    // Ids stand in tables and on paper: another value here would make every repeat a new dossier.
    expect(derivedId('dossier', 'https://sso', '037', 'key-1')).toBe('0SWZRD9WPS1WQP2ZRXE2WY8DPT')
  })

  it.each([
    [
      ['ab', 'c'],
      ['a', 'bc'],
    ],
    [['a', ''], ['a']],
    [
      ['', 'a'],
      ['a', ''],
    ],
    [['a,b'], ['a', 'b']],
    [['a","b'], ['a', 'b']],
    [['é'], ['e\u0301']],
    [[], ['']],
  ])('%j and %j are two', (one, other) => {
    expect(derivedId(...one)).not.toBe(derivedId(...other))
  })

  it('tells any two lists of parts apart', () => {
    const parts = fc.array(fc.string({ maxLength: 4 }), { maxLength: 4 })
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        expect(derivedId(...one)).toMatch(form)
        expect(derivedId(...one) === derivedId(...other)).toBe(JSON.stringify(one) === JSON.stringify(other))
      }),
      { numRuns: runs(300) },
    )
  })
})

it('SHA-256 is the published one, of text as UTF-8', () => {
  expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  expect(sha256Hex(bytesOf('Đ'))).toBe(sha256Hex('Đ'))
})
