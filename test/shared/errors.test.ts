import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError, errorKinds, fieldProblems, invalidRequest, pointerTo } from '../../shared/errors.ts'
import type { Bilingual } from '../../shared/text.ts'
import { runs } from '../kit/runs.ts'
import { type Said, saidIn, sourcesIn } from './said.ts'

const texts: [code: string, kind: string, text: Bilingual][] = []
for (const [code, { title, detail }] of Object.entries(errorKinds))
  texts.push([code, 'title', title], [code, 'detail', detail])
for (const [code, text] of Object.entries(fieldProblems)) texts.push([code, 'message', text])

const marks = /[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]/i
const placesIn = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '')

describe('every text a caller can be told', () => {
  it.each(texts)('%s, %s: is Vietnamese with its marks, and English', (_, _kind, { vi, en }) => {
    expect(vi).toMatch(marks)
    expect(vi.normalize('NFC')).toBe(vi)
    expect(en).toMatch(/^["{A-Z\d][\x20-\x7e]+$/)
    expect(en).not.toMatch(marks)
  })

  it.each(texts)('%s, %s: has the same places in both languages', (_, _kind, { vi, en }) => {
    expect(new Set(placesIn(vi))).toEqual(new Set(placesIn(en)))
    // What is left when the places are gone is no brace that somebody forgot to close.
    expect(vi.replaceAll(/\{\w+\}/g, '') + en.replaceAll(/\{\w+\}/g, '')).not.toMatch(/[{}]/)
  })

  it.each(texts.filter(([, kind]) => kind !== 'title'))(
    '%s, %s: is whole sentences',
    (_, _kind, { vi, en }) => {
      for (const text of [vi, en]) expect(text).toMatch(/(?:\.|\{reason\})$/)
    },
  )

  it.each(Object.entries(errorKinds))('%s is an error of HTTP', (_, { status }) => {
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(600)
  })
})

describe('what fills the places of a text', () => {
  const { errors, fields } = saidIn(sourcesIn('functions', 'shared'))
  const given = (said: Said, more: readonly string[]) => new Set([...(said.params ?? []), ...more])
  /** Whoever throws gives each place a value, and no value that the text has no place for. */
  const faults = (
    all: readonly Said[],
    textOf: (code: string) => string | undefined,
    more: readonly string[],
  ) =>
    all.flatMap((said) => {
      const text = textOf(said.code)
      if (text === undefined || said.params === undefined) return []
      const places = new Set(placesIn(text))
      const missing = [...places].filter((place) => !given(said, more).has(place))
      const idle = said.params.filter((param) => !places.has(param))
      return [
        ...missing.map((name) => `${said.at} no ${name}`),
        ...idle.map((name) => `${said.at} idle ${name}`),
      ]
    })

  it('comes from whoever throws the error', () => {
    expect(errors.length).toBeGreaterThan(40)
    expect(errors.filter(({ code }) => !(code in errorKinds))).toEqual([])
    const found = faults(errors, (code) => errorKinds[code as keyof typeof errorKinds]?.detail.vi, [])
    // These functions serve public contracts only and never ask who calls.
    expect(
      found.filter((line) => !/^functions\/(?:ops\/api|payment\/webhook)\.ts:\d+ no why$/.test(line)),
    ).toEqual([])
  })

  it('comes from whoever finds the field wrong; the label is always there', () => {
    const known = fields.filter(({ code }) => code in fieldProblems)
    expect(known.filter(({ params }) => params !== undefined).length).toBeGreaterThan(40)
    const found = faults(known, (code) => fieldProblems[code as keyof typeof fieldProblems]?.vi, ['label'])
    expect(found.filter((line) => !line.endsWith(' idle label'))).toEqual([])
  })

  it('and every code is used by somebody', () => {
    const sources = sourcesIn('functions', 'shared', 'infra').filter((file) => file !== 'shared/errors.ts')
    const all = sources.map((file) => readFileSync(file, 'utf8')).join('\n')
    const idle = [...Object.keys(errorKinds), ...Object.keys(fieldProblems)].filter(
      (code) => !all.includes(`'${code}'`) && !all.includes(` ${code}: `),
    )
    // `uniqueItems` of JSON Schema: no form of the catalogue has a use for it yet.
    expect(idle).toEqual(['not-unique'])
  })
})

describe('an error', () => {
  it('has its code as message, so that nothing of a person stands in it', () => {
    const cause = new Error('x')
    const error = new AppError('not-found', { params: { who: 'Nguyễn Thị Ánh' }, cause })
    expect(error).toMatchObject({ name: 'AppError', message: 'not-found', code: 'not-found', cause })
    expect(new AppError('not-found').cause).toBeUndefined()
  })
  it('of a request lists its fields', () => {
    const field = { code: 'required', pointer: '#/a' } as const
    expect(invalidRequest(field, field)).toMatchObject({
      code: 'invalid-request',
      details: { errors: [field, field] },
    })
  })
})

describe('a pointer', () => {
  // RFC 6901, 6.
  it.each([
    [[], '#'],
    [['foo'], '#/foo'],
    [['foo', 0], '#/foo/0'],
    [[''], '#/'],
    [['a/b'], '#/a~1b'],
    [['c%d'], '#/c%25d'],
    [['e^f'], '#/e%5Ef'],
    [['g|h'], '#/g%7Ch'],
    [['i\\j'], '#/i%5Cj'],
    [['k"l'], '#/k%22l'],
    [[' '], '#/%20'],
    [['m~n'], '#/m~0n'],
  ])('%j is %s', (path, pointer) => {
    expect(pointerTo(...path)).toBe(pointer)
  })

  it('leads back to its place', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (path) => {
        const steps = pointerTo(...path)
          .split('/')
          .slice(1)
          .map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'))
        expect(steps).toEqual(path)
      }),
      { numRuns: runs(200) },
    )
  })
})
