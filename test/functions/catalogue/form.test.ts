import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { requiredAnswers } from '../../../functions/catalogue/components.ts'
import { judgeAnswers } from '../../../functions/catalogue/form.ts'
import { fieldProblems } from '../../../shared/errors.ts'
import { runs } from '../../kit/runs.ts'
import { birth, criminalRecord, fewest, recordOf, residence } from './samples.ts'

const codes = [residence, birth, criminalRecord]
const forms = new Map(codes.map((code) => [code, recordOf(code).form]))
const judge = (code: string, answers: unknown) => {
  const form = forms.get(code)
  if (!form) throw new Error(`no form ${code}`)
  return judgeAnswers(form, answers)
}
const brief = (code: string, answers: unknown) =>
  judge(code, answers).map((error) => `${error.code} ${error.pointer}`)

/** The answers without the field at a path, or with another value there. */
const changed = (code: string, path: string[], value?: unknown): unknown => {
  const answers = structuredClone(fewest[code]) as Record<string, unknown>
  let group = answers
  for (const step of path.slice(0, -1)) {
    group[step] ??= {}
    group = group[step] as Record<string, unknown>
  }
  const last = path.at(-1) ?? ''
  if (value === undefined) delete group[last]
  else group[last] = value
  return answers
}

const leaves = (value: unknown, path: string[] = []): string[][] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]))
    : [path]

describe('the fewest answers', () => {
  it.each(codes)('are accepted by %s', (code) => {
    expect(judge(code, fewest[code])).toEqual([])
  })

  it.each(codes)('are the fewest for %s: each one that is left out is named', (code) => {
    for (const path of leaves(fewest[code]))
      expect(brief(code, changed(code, path))).toContain(`required #/answers/${path.join('/')}`)
  })

  it.each(codes)('of %s may not be blank', (code) => {
    for (const path of leaves(fewest[code])) {
      const found = judge(code, changed(code, path, '   '))
      expect(found.map((error) => error.pointer)).toContain(`#/answers/${path.join('/')}`)
    }
  })
})

describe('every kind of mistake has its code, place and words', () => {
  it.each([
    [['requester', 'personalId'], '03719000123', 'bad-format'],
    [['requester', 'personalId'], 37190001234, 'wrong-type'],
    [['requester', 'dateOfBirth'], '1990-02-30', 'bad-date'],
    [['requester', 'gender'], 'x', 'not-allowed'],
    [['requester', 'phone'], '12', 'bad-format'],
    [['requester', 'email'], 'hoa@', 'bad-format'],
    [['requester', 'fullName'], 'a'.repeat(101), 'too-long'],
    [['requester', 'fullName'], '', 'required'],
    [['requester', 'nickname'], 'Hoa', 'unknown-field'],
    [['copies'], 0, 'too-small'],
    [['copies'], 21, 'too-big'],
    [['copies'], 1.5, 'wrong-type'],
    [['residences'], Array(31).fill({ from: '2012-09', place: 'Hoa Lư' }), 'too-long'],
    [['requester'], [], 'wrong-type'],
  ] as const)('%j = %j: %3$s', (path, value, code) => {
    expect(brief(criminalRecord, changed(criminalRecord, [...path], value))).toEqual([
      `${code} #/answers/${path.join('/')}`,
    ])
  })

  it('answers that are no object', () => {
    for (const answers of [null, 'x', 3, []]) expect(brief(birth, answers)).toEqual(['wrong-type #/answers'])
  })

  it('calls a field by its label in both languages, and a list by its row', () => {
    expect(judge(residence, changed(residence, ['requester', 'personalId']))[0]?.params?.label).toEqual({
      vi: 'Số định danh cá nhân',
      en: 'Personal identification number',
    })
    const members = [{ fullName: 'A', personalId: '1', dateOfBirth: '2020-01-01', relationship: 'child' }]
    expect(judge(residence, changed(residence, ['members'], members))).toEqual([
      {
        code: 'bad-format',
        pointer: '#/answers/members/0/personalId',
        params: {
          label: { vi: 'Số định danh cá nhân (dòng 1)', en: 'Personal identification number (row 1)' },
          expected: { vi: ' (đúng 12 chữ số)', en: ' (exactly 12 digits)' },
        },
      },
    ])
  })

  it('lists the allowed values by their labels', () => {
    const [error] = judge(residence, changed(residence, ['requester', 'gender'], 'x'))
    expect(error?.params?.allowed).toEqual({ vi: 'Nam, Nữ', en: 'Male, Female' })
  })
})

describe('what one answer makes required', () => {
  it.each([
    [
      residence,
      ['householdType'],
      'existing-household',
      ['householdHead', 'relationshipToHead', 'consentWay'],
    ],
    [residence, ['registeringFor'], 'other', ['registrant']],
    [residence, ['resultDelivery'], 'email', ['requester/email']],
    [birth, ['birthEvidence'], 'birth-certificate', ['mother']],
    [criminalRecord, ['submittedBy'], 'authorised', ['authorisedPerson']],
  ])('%s %j = %s', (code, path, value, missing) => {
    expect(brief(code, changed(code, path, value)).sort()).toEqual(
      missing.map((name) => `required #/answers/${name}`).sort(),
    )
  })

  it('certificate no. 2 cannot be asked for by another', () => {
    const answers = {
      ...(changed(criminalRecord, ['certificateKind'], 'no2') as object),
      submittedBy: 'authorised',
      authorisedPerson: { fullName: 'B', personalId: '037190001235' },
    }
    expect(brief(criminalRecord, answers)).toEqual(['not-allowed #/answers/submittedBy'])
  })

  it('the case demands answers of its own', () => {
    const record = recordOf(residence)
    const found = (caseCode: string | null) =>
      judgeAnswers(record.form, fewest[residence], requiredAnswers(record, caseCode)).map((e) => e.pointer)
    expect(found('own-dwelling')).toEqual([])
    expect(found(null)).toEqual([])
    expect(found('rented-dwelling')).toEqual(['#/answers/owner', '#/answers/consentWay'])
    expect(found('family-dwelling')).toEqual([
      '#/answers/owner',
      '#/answers/relationshipToHead',
      '#/answers/consentWay',
    ])
  })
})

describe('hostile answers', () => {
  it('are judged whatever JSON they are', () => {
    const value = fc.jsonValue({ maxDepth: 6 }) as fc.Arbitrary<unknown>
    const anything = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        value,
        fc.string({ unit: 'binary' }),
        fc.dictionary(
          fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('requester', 'members', '0', '__proto__')),
          tie('node'),
        ),
        fc.array(tie('node')),
      ),
    })).node
    const path = fc.constantFrom(
      ...codes.flatMap((code) => leaves(fewest[code]).map((p) => [code, p] as const)),
    )
    fc.assert(
      fc.property(path, anything, ([code, steps], hostile) => {
        for (const answers of [hostile, changed(code, steps, hostile ?? null)])
          for (const error of judge(code, answers)) {
            expect(Object.keys(fieldProblems)).toContain(error.code)
            expect(error.pointer).toMatch(/^#\/answers(?:\/|$)/)
            expect(() => decodeURIComponent(error.pointer ?? '')).not.toThrow()
          }
      }),
      { numRuns: runs(300) },
    )
  })

  it('with halves of characters and endless keys in them keep their pointers short and readable', () => {
    const errors = judge(birth, { ...fewest[birth], '\ud800': 1, ['k'.repeat(100_000)]: 1, 'a/b~c': 1 })
    expect(errors.map((error) => error.code)).toEqual(['unknown-field', 'unknown-field', 'unknown-field'])
    for (const error of errors) expect(error.pointer?.length).toBeLessThan(400)
    expect(errors[2]?.pointer).toBe('#/answers/a~1b~0c')
  })

  it('do not have a field because every object has one of that name', () => {
    const field = { type: 'string' as const, title: 'Tên', 'x-title-en': 'Name', maxLength: 9 }
    const form = {
      $schema: 'https://json-schema.org/draft/2020-12/schema' as const,
      type: 'object' as const,
      title: 'Tờ khai',
      'x-title-en': 'Form',
      additionalProperties: false as const,
      properties: { constructor: field },
      required: ['constructor'],
    }
    expect(judgeAnswers(form, {}).map((error) => error.code)).toEqual(['required'])
  })

  it('of 128 KB cost little time, whatever field they fill', () => {
    const long = [
      '0'.repeat(130_000),
      'a@'.repeat(65_000),
      `a@${'a-'.repeat(64_000)}`,
      `a@${'b.'.repeat(64_000)}!`,
    ]
    const started = performance.now()
    for (const code of codes)
      for (const path of [...leaves(fewest[code]), ['requester', 'email']])
        for (const text of long) judge(code, changed(code, path, text))
    const many = Object.fromEntries(Array.from({ length: 15_000 }, (_, index) => [`k${index}`, 1]))
    expect(judge(birth, many).length).toBeLessThanOrEqual(100)
    judge(residence, { ...fewest[residence], members: Array(60_000).fill(1) })
    expect(performance.now() - started).toBeLessThan(5_000)
  })
})
