import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import {
  AppError,
  type ErrorCode,
  errorKinds,
  type FieldProblem,
  fieldProblems,
} from '../../shared/errors.ts'
import { fieldErrors, problemOf } from '../../shared/problem.ts'
import { runs } from '../kit/runs.ts'

const codes = Object.keys(errorKinds) as ErrorCode[]
const fieldCodes = Object.keys(fieldProblems) as FieldProblem[]
const languages = ['vi', 'en'] as const
const placesIn = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '')
const valuesFor = (text: string) => Object.fromEntries(placesIn(text).map((name) => [name, `<${name}>`]))

describe('a problem document', () => {
  it.each(codes)('%s says its status, what happened and the request, in both languages', (code) => {
    const { title, status, detail } = errorKinds[code]
    for (const language of languages) {
      const params = valuesFor(detail.vi)
      const problem = problemOf(new AppError(code, { params }), language, 'r-1')
      expect(problem).toEqual({
        type: `https://motcua.vn/problems/${code}`,
        title: title[language],
        status,
        detail: detail[language].replaceAll(/\{(\w+)\}/g, '<$1>'),
        code,
        instance: 'urn:motcua:request:r-1',
      })
    }
  })

  it.each(fieldCodes)('%s names the field, in both languages', (code) => {
    for (const language of languages) {
      const { label, ...params } = valuesFor(fieldProblems[code].vi)
      const error = new AppError('invalid-request', {
        errors: [{ code, pointer: '#/applicant/name', params }],
      })
      const [told] = problemOf(error, language, 'r').errors ?? []
      expect(told).toEqual({
        code,
        pointer: '#/applicant/name',
        message: fieldProblems[code][language].replaceAll(/\{(\w+)\}/g, (_, name) =>
          name === 'label' ? 'name' : `<${name}>`,
        ),
      })
    }
  })

  it('speaks one language, also in what is filled in', () => {
    const why = { vi: 'thiếu chữ', en: 'a word is missing' }
    const error = new AppError('malformed-request', { params: { why } })
    expect(problemOf(error, 'vi', 'r').detail).toContain('thiếu chữ')
    expect(problemOf(error, 'en', 'r').detail).toContain('a word is missing')
    expect(problemOf(error, 'en', 'r').detail).not.toContain('thiếu')
  })

  it('of anything that is not ours shows the request and nothing else', () => {
    const things = fc.oneof(
      fc.anything(),
      fc.string().map((message) => new Error(`secret ${message}`)),
      fc.record({ code: fc.constantFrom(...codes), details: fc.object(), message: fc.string() }),
    )
    const expected = problemOf(new Error('x'), 'vi', 'r-1')
    expect(expected.status).toBe(500)
    expect(expected.detail).toContain('r-1')
    fc.assert(
      fc.property(things, (thrown) => {
        expect(problemOf(thrown, 'vi', 'r-1')).toEqual(expected)
      }),
      { numRuns: runs(300) },
    )
  })

  it('has at most a hundred fields, and none at all rather than an empty list', () => {
    const errors = Array.from({ length: 150 }, (_, n) => ({ code: 'required' as const, pointer: `#/${n}` }))
    expect(problemOf(new AppError('invalid-request', { errors }), 'vi', 'r').errors).toHaveLength(100)
    expect(problemOf(new AppError('invalid-request', { errors: [] }), 'vi', 'r')).not.toHaveProperty('errors')
  })

  it('carries further members', () => {
    const error = new AppError('document-in-use', { params: { dossier: 'd' }, extensions: { dossier: 'd' } })
    expect(problemOf(error, 'vi', 'r').dossier).toBe('d')
  })

  it('calls a field by its last step, short, and as it was written', () => {
    const label = (field: { pointer?: string; parameter?: string }) =>
      problemOf(
        new AppError('invalid-request', { errors: [{ code: 'duplicate', ...field }] }),
        'en',
        'r',
      ).errors?.[0]?.message.replace(' is given more than once.', '')
    expect(label({ pointer: '#/a/h%E1%BB%8D%20t%C3%AAn' })).toBe('họ tên')
    expect(label({ pointer: '#/a~1b~0c' })).toBe('a/b~c')
    expect(label({ pointer: '#' })).toBe('The body')
    expect(label({})).toBe('The body')
    expect(label({ parameter: '100%' })).toBe('100%')
    expect(label({ parameter: 'a~1b' })).toBe('a~1b')
    expect(label({ parameter: '🇻'.repeat(90) })).toBe('🇻'.repeat(80))
  })
})

describe('what a schema finds', () => {
  const schema = z.strictObject({
    text: z
      .string()
      .min(2)
      .max(5)
      .regex(/^[a-z]*$/),
    count: z.int().min(1).max(9).multipleOf(2),
    kind: z.enum(['a', 'b']),
    list: z.array(z.boolean()).min(1).max(2),
    only: z.literal(true),
    mail: z.email(),
    own: z.string().refine((value) => value === 'x', { params: { code: 'bad-text' } }),
    other: z.string().refine((value) => value === 'x', { params: { code: 'constructor' } }),
    either: z.union([z.literal('x'), z.object({ y: z.string() })]),
  })
  const good = {
    text: 'abc',
    count: 2,
    kind: 'a',
    list: [true],
    only: true,
    mail: 'a@b.vn',
    own: 'x',
    other: 'x',
    either: 'x',
  }
  const found = (changed: object, place: 'body' | 'query' = 'body') => {
    const result = schema.safeParse({ ...good, ...changed }, { reportInput: true })
    return result.success ? [] : fieldErrors(result.error, place)
  }

  it('is nothing in a good value', () => {
    expect(found({})).toEqual([])
  })

  it.each([
    [{ text: undefined }, 'required', '#/text', undefined],
    [{ text: 3 }, 'wrong-type', '#/text', { expected: { vi: 'chữ', en: 'text' } }],
    [{ text: null }, 'wrong-type', '#/text', { expected: { vi: 'chữ', en: 'text' } }],
    [{ text: 'a' }, 'too-short', '#/text', { minimum: { vi: '2 ký tự', en: '2 characters' } }],
    [{ text: 'abcdef' }, 'too-long', '#/text', { maximum: { vi: '5 ký tự', en: '5 characters' } }],
    [{ text: 'A1' }, 'bad-format', '#/text', { expected: '' }],
    [{ count: 0 }, 'too-small', '#/count', { minimum: '1' }],
    [{ count: 10 }, 'too-big', '#/count', { maximum: '9' }],
    [{ count: 3 }, 'not-multiple', '#/count', { step: 2 }],
    [{ count: 2.5 }, 'wrong-type', '#/count', { expected: { vi: 'số nguyên', en: 'a whole number' } }],
    [{ count: Number.NaN }, 'wrong-type', '#/count', undefined],
    [{ kind: 'c' }, 'not-allowed', '#/kind', { allowed: 'a, b' }],
    [{ kind: undefined }, 'required', '#/kind', undefined],
    [{ list: [] }, 'too-short', '#/list', { minimum: { vi: '1 mục', en: '1 items' } }],
    [{ list: [true, true, true] }, 'too-long', '#/list', { maximum: { vi: '2 mục', en: '2 items' } }],
    [
      { list: [true, 'x'] },
      'wrong-type',
      '#/list/1',
      { expected: { vi: 'đúng hoặc sai', en: 'true or false' } },
    ],
    [{ list: {} }, 'wrong-type', '#/list', { expected: { vi: 'danh sách', en: 'a list' } }],
    [{ only: false }, 'not-allowed', '#/only', { allowed: 'true' }],
    [{ mail: 'x' }, 'bad-format', '#/mail', { expected: '' }],
    [{ own: 'y' }, 'bad-text', '#/own', undefined],
    [{ other: 'y' }, 'invalid', '#/other', undefined],
    [{ either: 3 }, 'not-allowed', '#/either', { allowed: 'x' }],
    [{ more: 1 }, 'unknown-field', '#/more', undefined],
  ])('%j: %s', (changed, code, pointer, params) => {
    const [error, ...rest] = found(changed)
    expect(error).toMatchObject({ code, pointer, ...(params ? { params } : {}) })
    expect(rest.filter((other) => other.pointer !== pointer)).toEqual([])
  })

  it('is named by pointer in a body and by name elsewhere, once for each unknown member', () => {
    expect(
      found({ a: 1, b: 2, text: 3 }, 'query').map(({ code, parameter, pointer }) => [
        code,
        parameter,
        pointer,
      ]),
    ).toEqual([
      ['wrong-type', 'text', undefined],
      ['unknown-field', 'a', undefined],
      ['unknown-field', 'b', undefined],
    ])
  })

  it('is told in whole sentences, whatever is sent', () => {
    const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.anything({ maxDepth: 2 }))
    const member = fc.oneof(fc.constantFrom(...Object.keys(good)), fc.string())
    fc.assert(
      fc.property(fc.dictionary(member, value), fc.constantFrom(...languages), (changed, language) => {
        const errors = found(changed)
        const told = problemOf(new AppError('invalid-request', { errors }), language, 'r').errors ?? []
        expect(told).toHaveLength(Math.min(errors.length, 100))
        for (const { code, message } of told) {
          expect(fieldCodes).toContain(code)
          // A name that was sent may hold braces itself.
          if (code !== 'unknown-field') expect(message).not.toMatch(/\{|undefined|\[object/)
        }
      }),
      { numRuns: runs(300) },
    )
  })
})
