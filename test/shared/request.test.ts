import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { AppError } from '../../shared/errors.ts'
import { problemOf } from '../../shared/problem.ts'
import {
  asksPreview,
  commandOf,
  parse,
  readIfMatch,
  readJson,
  readKey,
  readQuery,
} from '../../shared/request.ts'
import { runs } from '../kit/runs.ts'
import { eventOf, good, noteContracts, noteOffice } from './api-request.ts'

const [writing, changing] = noteContracts
const json = { 'content-type': 'application/json' }
const read = (body: string, more: { base64?: boolean; headers?: Record<string, string> } = {}) =>
  readJson(eventOf({ route: 'x', body, headers: json, ...more }), writing)

const refusal = (act: () => unknown): AppError => {
  try {
    act()
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('it was not refused')
}
const fieldsOf = (act: () => unknown) => refusal(act).details.errors

describe('a body', () => {
  it('is any JSON value, as text or in base64', () => {
    // Refused on purpose, each with a test of its own: control characters, half signs, and the one reserved name.
    const plain = fc
      .jsonValue({ maxDepth: 3 })
      .filter((value) => !/\\u|__proto__/.test(JSON.stringify(value)))
    fc.assert(
      fc.property(plain, (value) => {
        const text = JSON.stringify(value)
        expect(read(text)).toEqual(JSON.parse(text))
        expect(read(Buffer.from(text).toString('base64'), { base64: true })).toEqual(JSON.parse(text))
      }),
      { numRuns: runs(200) },
    )
  })

  it.each([
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    ' application/json ;x=y',
  ])('of type %j is taken', (type) => {
    expect(read('1', { headers: { 'content-type': type } })).toBe(1)
  })

  it('may be a merge patch where a patch belongs', () => {
    const patch = (type: string) =>
      readJson(eventOf({ route: 'x', body: '{}', headers: { 'content-type': type } }), changing)
    expect(patch('application/merge-patch+json')).toEqual({})
    expect(patch('application/json')).toEqual({})
    expect(refusal(() => patch('text/json'))).toMatchObject({
      code: 'unsupported-media-type',
      details: { params: { expected: 'application/merge-patch+json' } },
    })
  })

  it.each(['', ' ', '{', "{'a':1}", '{"a":1,}', '[1] 2', 'NaN', '\ufeff\ufeff{}', '{"a":01}', 'undefined'])(
    '%j is not JSON',
    (text) => {
      expect(refusal(() => read(text)).code).toBe('malformed-request')
    },
  )

  it.each([
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
    ['half of a sign in UTF-8', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['a cut sign', [0x22, 0xe1, 0xba, 0x22]],
    ['UTF-16', [0x7b, 0x00, 0x7d, 0x00]],
  ])('%s is not UTF-8', (_, bytes) => {
    const body = Buffer.from(bytes).toString('base64')
    expect(refusal(() => read(body, { base64: true })).code).toBe('malformed-request')
  })

  it('is measured in bytes, of what base64 stands for', () => {
    const limit = writing.bodyLimit
    const sized = (size: number) => JSON.stringify('x'.repeat(size - 2))
    expect(read(sized(limit))).toHaveLength(limit - 2)
    expect(read(Buffer.from(sized(limit)).toString('base64'), { base64: true })).toHaveLength(limit - 2)
    expect(refusal(() => read(sized(limit + 1)))).toMatchObject({
      code: 'payload-too-large',
      details: { params: { limit } },
    })
    // Fewer signs than the limit, more bytes.
    expect(refusal(() => read(JSON.stringify('ệ'.repeat(limit / 2)))).code).toBe('payload-too-large')
    const small = { ...changing, bodyLimit: undefined } as never
    const over = eventOf({ route: 'x', body: sized(256 * 1024 + 1), headers: json })
    expect(refusal(() => readJson(over, small)).code).toBe('payload-too-large')
  })

  it.each([
    ['lists', '[', ']', 100_000],
    ['objects', '{"a":', '}', 40_000],
    ['both', '[{"a":', '}]', 30_000],
    ['lists, never closed', '[', '', 100_000],
    ['33 lists', '[', ']', 33],
  ])('nested without end is refused: %s', async (_, open, close, levels) => {
    const body = `${open.repeat(levels)}1${close.repeat(levels)}`
    expect(refusal(() => read(body)).code).toBe('malformed-request')
    const answer = await noteOffice().call({ ...good.writeNote, body })
    expect(answer.json).toMatchObject({ status: 400, code: 'malformed-request' })
  })

  it('nested as deep as forms are is taken', () => {
    expect(() => read(`${'['.repeat(32)}${']'.repeat(32)}`)).not.toThrow()
  })

  it.each([
    ['half of a sign', String.raw`{"a":["x","\ud800"]}`, [{ code: 'bad-text', pointer: '#/a/1' }]],
    ['half of a sign in a name', String.raw`{"\udc00b":1}`, [{ code: 'bad-text', pointer: '#/%EF%BF%BDb' }]],
    ['NUL', String.raw`{"a":"\u0000"}`, [{ code: 'bad-text', pointer: '#/a' }]],
    ['NUL in a name', String.raw`{"a\u0000":1}`, [{ code: 'bad-text', pointer: '#/a%00' }]],
    ['a prototype', '{"a":{"__proto__":{"admin":true}}}', [{ code: 'bad-text', pointer: '#/a/__proto__' }]],
    ['infinity', '{"a":-1e999}', [{ code: 'too-big', pointer: '#/a' }]],
    ['infinity alone', '1e400', [{ code: 'too-big', pointer: '#' }]],
  ])('%s is refused with its place', (_, body, errors) => {
    expect(fieldsOf(() => read(body))).toMatchObject(errors)
  })

  it('full of mistakes names some of them only', () => {
    const body = `[${Array.from({ length: 5_000 }, () => String.raw`"\u0000"`).join()}]`
    expect(fieldsOf(() => read(body))).toHaveLength(20)
  })

  it('with endless names makes no answer that is larger than a function may give', async () => {
    const name = 'ệ'.repeat(60_000)
    const nul = String.raw`"\u0000"`
    const many = Array.from({ length: 30 }, () => nul).join()
    const deep = `"${'ệ'.repeat(120)}":{`
    for (const body of [
      `{"text":"t","more":{${deep.repeat(28)}"a":[${many}]${'}'.repeat(28)}}}`,
      `{"text":"t","more":{"${name}":[${many}]}}`,
      `{"text":"t","${name}":[${many}]}`,
      `{"text":"t","${name}":1}`,
      `{"text":"t","a${String.raw`\u0000`}${name}":1}`,
      `{"text":"t",${Array.from({ length: 9_000 }, (_, n) => `"${'/~ệ'.repeat(3)}${n}":1`).join()}}`,
    ]) {
      const answer = await noteOffice().call({ ...good.writeNote, body })
      expect(answer.status).toBe(422)
      expect(Buffer.byteLength(answer.text)).toBeLessThan(1024 * 1024)
    }
  })
})

describe('a query', () => {
  const query = (text: string) => readQuery(eventOf({ route: 'x', query: text }))
  it.each([
    ['', {}],
    ['q=th%C6%B0%E1%BB%9Dng+tr%C3%BA', { q: 'thường trú' }],
    ['a=1&b=&c', { a: '1', b: '', c: '' }],
    ['a=1=2', { a: '1=2' }],
    // What is no UTF-8 becomes a replacement sign, as in every URL reader.
    ['q=%FF%zz', { q: '\ufffd%zz' }],
    ['constructor=1&toString=2', { constructor: '1', toString: '2' }],
  ])('%s', (text, values) => {
    expect(query(text)).toEqual(values)
  })

  it.each([
    ['a=1&a=1', { code: 'duplicate', parameter: 'a' }],
    ['a=1&b=2&%61=3', { code: 'duplicate', parameter: 'a' }],
    ['__proto__=1', { code: 'bad-text', parameter: '__proto__' }],
    ['a=%00', { code: 'bad-text', parameter: 'a' }],
    [`${'x'.repeat(9_000)}=1&${'x'.repeat(9_000)}=2`, { code: 'duplicate', parameter: 'x'.repeat(80) }],
  ])('%s is refused', (text, error) => {
    expect(fieldsOf(() => query(text))).toEqual([error])
  })

  it('says what was said, once a name', () => {
    const names = fc.string({ minLength: 1 }).filter((name) => name !== '__proto__')
    const values = fc.string().filter((value) => !value.includes('\u0000'))
    fc.assert(
      fc.property(fc.dictionary(names, values), (sent) => {
        expect({ ...query(new URLSearchParams(sent).toString()) }).toEqual({ ...sent })
      }),
      { numRuns: runs(200) },
    )
  })
})

describe('headers', () => {
  const withHeader = (name: string, value: string) => eventOf({ route: 'x', headers: { [name]: value } })

  it.each([
    ['"3"', 3],
    ['W/"3"', 3],
    ['3', 3],
    [' "3" ', 3],
    ['*', undefined],
    ['"0"', 0],
  ])('If-Match: %s', (value, version) => {
    expect(readIfMatch(withHeader('if-match', value))).toBe(version)
  })
  it.each(['', '"abc"', '"1", "2"', '-1', '1e3', '"1234567890123456"', '٣'])(
    'If-Match: %j is refused',
    (value) => {
      expect(fieldsOf(() => readIfMatch(withHeader('if-match', value)))).toMatchObject([
        { code: 'bad-format', parameter: 'If-Match' },
      ])
    },
  )
  it('If-Match may be left out', () => {
    expect(readIfMatch(eventOf({ route: 'x' }))).toBeUndefined()
  })

  it.each([
    ['preview', true],
    ['respond-async, preview', true],
    ['wait=5; preview', true],
    [' PREVIEW ', true],
    ['', false],
    ['return=minimal', false],
    ['no-preview', false],
    ['previewed', false],
  ])('Prefer: %s', (value, asks) => {
    expect(asksPreview(withHeader('prefer', value))).toBe(asks)
  })

  it.each(['k', 'a b~!', 'x'.repeat(128)])('Idempotency-Key: %s', (value) => {
    expect(readKey(withHeader('idempotency-key', value))).toBe(value)
  })
})

describe('what the schema says', () => {
  it('is told with the place', () => {
    const schema = z.strictObject({ 'a/b': z.strictObject({ 'c~d': z.array(z.int()) }) })
    expect(fieldsOf(() => parse(schema, { 'a/b': { 'c~d': [1, 'x'] } }, 'body'))).toMatchObject([
      { code: 'wrong-type', pointer: '#/a~1b/c~0d/1' },
    ])
    expect(fieldsOf(() => parse(z.strictObject({}), { 'ệ ': 1 }, 'query'))).toEqual([
      { code: 'unknown-field', parameter: 'ệ ' },
    ])
  })
  it('is nothing where there is no schema', () => {
    expect(parse(undefined, { a: 1 }, 'query')).toEqual({})
  })
  it('names the field as the caller wrote it', () => {
    const errors = fieldsOf(() => parse(z.strictObject({}), { 'họ/tên ~1': 1 }, 'body')) ?? []
    const problem = problemOf(new AppError('invalid-request', { errors }), 'vi', 'r')
    expect(problem.errors).toEqual([
      {
        code: 'unknown-field',
        pointer: '#/h%E1%BB%8D~1t%C3%AAn%20~01',
        message: 'họ/tên ~1 không thuộc nội dung này. Hãy bỏ mục này.',
      },
    ])
  })
})

describe('the identity of a command', () => {
  const who = { issuer: 'i', subject: 's' }
  it('does not depend on the order of members', () => {
    expect(commandOf(who, 'POST', '/x', 'k', { a: 1, b: [2] })).toEqual(
      commandOf(who, 'POST', '/x', 'k', { b: [2], a: 1 }),
    )
    expect(commandOf(who, 'POST', '/x', 'k', undefined)).toEqual(commandOf(who, 'POST', '/x', 'k', null))
  })
  it('is another when any part of it is', () => {
    const parts = fc.tuple(fc.string(), fc.string(), fc.string(), fc.string(), fc.string())
    const of = ([issuer, subject, method, path, key]: string[]) =>
      commandOf({ issuer: issuer ?? '', subject: subject ?? '' }, method ?? '', path ?? '', key ?? '', {})
        .scope
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        expect(of(one) === of(other)).toBe(JSON.stringify(one) === JSON.stringify(other))
      }),
      { numRuns: runs(200) },
    )
    expect(of(['a', 'b', 'POST', '/x', 'k'])).not.toBe(of(['ab', '', 'POST', '/x', 'k']))
  })
})
