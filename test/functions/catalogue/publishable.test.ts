import { describe, expect, it } from 'vitest'
import { componentsFor } from '../../../functions/catalogue/components.ts'
import {
  type NationalRecord,
  nationalRecord,
  procedureCodePattern,
} from '../../../functions/catalogue/model.ts'
import { publishable } from '../../../functions/catalogue/publishable.ts'
import type { Overlay } from '../../../shared/province.ts'
import { birth, criminalRecord, overlay, police, recordOf, residence } from './samples.ts'

const on = '2026-11-21'
const problems = (record: NationalRecord, over: Overlay = overlay): string => {
  const result = publishable(record, over, [police], on)
  return result.ok ? '' : result.problems.join('\n')
}
const merged = (over: Overlay) => {
  const result = publishable(recordOf(residence), over, [police], on)
  if (!result.ok) throw new Error(result.problems.join())
  return result.draft
}

describe('national record and overlay', () => {
  it.each([residence, birth, criminalRecord])('%s can be published', (code) => {
    expect(problems(recordOf(code))).toBe('')
  })

  it('become one: level, agencies by name, channels, a shorter time limit', () => {
    const draft = merged({
      ...overlay,
      level: 'partial',
      levelReason: { vi: 'Phải xuất trình bản chính', en: 'The original must be shown' },
      channels: ['online', 'counter'],
      timeLimitValue: 5,
    })
    expect(draft).toMatchObject({
      level: 'partial',
      levelReason: 'Phải xuất trình bản chính',
      agencies: [{ code: 'H42.101', name: 'Công an phường Hoa Lư', nameEn: 'Police of Hoa Lu Ward' }],
      channels: ['online', 'counter'],
      timeLimit: { value: 5, unit: 'workingDays' },
    })
  })

  it('a procedure that only informs takes no electronic dossier', () => {
    expect(merged({ ...overlay, level: 'information' }).channels).toEqual(['counter', 'post'])
    expect(
      problems(recordOf(residence), { ...overlay, level: 'information', channels: ['online'] }),
    ).toContain('no channel')
  })

  it.each<[string, Partial<Overlay>]>([
    ['no agency H42.999', { agencies: ['H42.999'] }],
    ['may shorten', { timeLimitValue: 8 }],
  ])('are refused: %s', (problem, change) => {
    expect(problems(recordOf(residence), { ...overlay, ...change })).toContain(problem)
  })

  it('an agency that has ended resolves nothing more', () => {
    const ended = { ...police, validTo: '2026-11-20' }
    expect(publishable(recordOf(residence), overlay, [ended], on)).toMatchObject({ ok: false })
    expect(publishable(recordOf(residence), overlay, [ended], '2026-11-20')).toMatchObject({ ok: true })
  })

  it.each<[string, (record: NationalRecord) => void]>([
    ['no field /requester/mail', (r) => Object.assign(r.contact, { email: '/requester/mail' })],
    ['no case castle', (r) => Object.assign(r.components[0] ?? {}, { cases: ['castle'] })],
    ['ct01 is given twice', (r) => r.components.push(...r.components.slice(0, 1))],
    ['no field /x', (r) => Object.assign(r.cases[0] ?? {}, { requires: ['/x'] })],
    ['not safe', (r) => Object.assign(r.form.properties?.content ?? {}, { pattern: '^(a+)+$' })],
    ['needs maxLength', (r) => Object.assign(r.form.properties?.content ?? {}, { maxLength: undefined })],
    ['additionalProperties', (r) => Object.assign(r.form, { additionalProperties: undefined })],
    [
      'no label for new-household',
      (r) => delete r.form.properties?.householdType?.['x-enum-labels']?.['new-household'],
    ],
    ['names castle', (r) => r.form.required?.push('castle')],
    ['names castle', (r) => r.form.allOf?.push({ if: { required: ['castle'] } })],
    ['strict mode', (r) => Object.assign(r.form.properties?.content ?? {}, { minItems: 3 })],
    ['channel npsp', (r) => Object.assign(r, { channels: ['counter'] })],
  ])('are refused: %s', (problem, spoil) => {
    const record = recordOf(residence)
    spoil(record)
    expect(problems(record, { ...overlay, channels: ['npsp', 'counter'] })).toContain(problem)
  })

  it('a record with a member nobody knows is refused', () => {
    expect(nationalRecord.safeParse({ ...recordOf(birth), feez: [] }).success).toBe(false)
  })
})

describe('codes of procedures', () => {
  it.each(['1.004222', '1.011442.000.00.00.H38', '2.000815.000.00.00.H55.02', '1.004222.01'])(
    '%s',
    (code) => {
      expect(code).toMatch(procedureCodePattern)
    },
  )
  it.each(['1004222', '1.04222', '1.004222.000.00.00.Z38', ' 1.004222', '1.004222\n'])('not %j', (code) => {
    expect(code).not.toMatch(procedureCodePattern)
  })
})

describe('papers of a case', () => {
  const required = (code: string, caseCode: string | null, answers: unknown) =>
    componentsFor(recordOf(code), caseCode, answers)
      .filter((component) => component.required && component.kind !== 'eform')
      .map((component) => component.id)

  it('are those of the case and of all cases', () => {
    const ids = componentsFor(recordOf(residence), 'own-dwelling').map((component) => component.id)
    expect(ids).toEqual(['ct01', 'dwelling-proof', 'consent', 'fee-class-proof'])
    expect(componentsFor(recordOf(residence), null).map((c) => c.id)).not.toContain('rental-contract')
  })

  it('are required as the answers say', () => {
    expect(required(residence, 'own-dwelling', {})).toEqual([])
    expect(required(residence, 'rented-dwelling', { consentWay: 'vneid' })).toEqual(['rental-contract'])
    expect(required(residence, 'rented-dwelling', { consentWay: 'separate-document' })).toEqual([
      'rental-contract',
      'consent',
    ])
    expect(required(birth, null, { birthEvidence: 'witness' })).toEqual(['witness-statement'])
    expect(required(criminalRecord, null, { feeClass: 'student', submittedBy: 'authorised' })).toEqual([
      'authorisation',
      'fee-class-proof',
    ])
    expect(required(criminalRecord, null, null)).toEqual([])
  })
})
