import { globSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { agencyCode, agencyOn, type Province, provinceSchema, readProvince } from '../../shared/province.ts'

const provinceFiles = globSync('infra/provinces/*.json')

describe('the code of an agency', () => {
  // Decision 20/2020/QĐ-TTg, art. 4, with codes that are in use; the older form is read from right to left.
  it.each([
    'H55',
    'H55.242',
    'G09.20',
    'G06.01',
    'H42.101.05',
    'A00',
    'Y99',
    '000.00.00.H22',
    '000.00.12.H40',
    '000.00.05.H42',
    `H42${'.101'.repeat(8)}`,
  ])('%s', (code) => {
    expect(agencyCode.parse(code)).toBe(code)
  })

  it.each([
    '',
    'Z01',
    'h55.242',
    'H5',
    'H555',
    '55H',
    'H55.',
    '.H55',
    'H55..242',
    'H55.2',
    'H55.2424',
    'H55.24a',
    'H55-242',
    'H55 .242',
    ' H55',
    'H55\n',
    'Đ55',
    '00.00.12.H40',
    '000.00.12',
    '000.0.12.H40',
    `H42${'.101'.repeat(9)}`,
  ])('%j is none', (code) => {
    expect(agencyCode.safeParse(code).success).toBe(false)
  })

  it('has at most 35 characters', () => {
    expect(agencyCode.safeParse('X'.repeat(36)).error?.issues).toMatchObject([
      { code: 'too_big', maximum: 35 },
      {},
    ])
  })
})

// biome-ignore lint/suspicious/noExplicitAny: tests spoil the file at any place
type Loose = any
const sound = (): Loose => JSON.parse(readFileSync(provinceFiles[0] ?? '', 'utf8'))
const written = (text: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'motcua-province-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, '99.json')
  writeFileSync(path, text)
  return path
}

describe('a province file', () => {
  it.each(provinceFiles)('%s is sound', (path) => {
    expect(readProvince(path)).toEqual(provinceSchema.parse(JSON.parse(readFileSync(path, 'utf8'))))
  })

  const mistakes: [path: string, value: unknown, named: RegExp][] = [
    ['code', '7', /^ {2}code: /m],
    ['name.en', undefined, /^ {2}name\.en: /m],
    ['environment', 'prod', /^ {2}environment: /m],
    ['aws.account', '123', /^ {2}aws\.account: /m],
    ['agencies.1.code', 'h42', /^ {2}agencies\.1\.code: /m],
    ['agencies.0.validFrom', '2025-02-30', /^ {2}agencies\.0\.validFrom: /m],
    ['issuers.0.algorithms', ['RS256', 'HS256'], /^ {2}issuers\.0\.algorithms\.1: /m],
    ['issuers.1.algorithms', ['none'], /^ {2}issuers\.1\.algorithms\.0: /m],
    ['issuers.0.actors', ['root'], /^ {2}issuers\.0\.actors\.0: /m],
    ['cors.origins', ['*'], /^ {2}cors\.origins\.0: /m],
    ['mail.from', 'nobody', /^ {2}mail\.from: /m],
    ['documents.maxDossierFiles', 41, /^ {2}documents\.maxDossierFiles: /m],
    ['documents.maxFilesBytes', 1, /^ {2}documents: .*maxFilesBytes/m],
    ['logRetentionMonths', 11, /^ {2}logRetentionMonths: /m],
    ['agency', [], /^ {2}.*: .*"agency"/m],
    ['procedures.first.level', 'complete', /^ {2}procedures\.\d\.\d{6}\.level: /m],
  ]
  const spoil = (province: Loose, path: string, value: unknown): void => {
    const steps = path.split('.')
    const last = steps.pop() ?? ''
    const holder = steps.reduce(
      (at, step) => at[step === 'first' ? (Object.keys(at)[0] ?? '') : step],
      province,
    )
    holder[last] = value
  }

  it.each(mistakes)('with a mistake in %s is refused with its place', (place, value, named) => {
    const province = sound()
    spoil(province, place, value)
    const path = written(JSON.stringify(province))
    expect(() => readProvince(path)).toThrow(named)
    expect(() => readProvince(path)).toThrow(path)
  })

  it('with every mistake names every one', () => {
    const province = sound()
    for (const [place, value] of mistakes) spoil(province, place, value)
    const path = written(JSON.stringify(province))
    for (const [, , named] of mistakes) expect(() => readProvince(path)).toThrow(named)
  })

  it('must be there and be JSON', () => {
    expect(() => readProvince(written('{ "code": '))).toThrow(SyntaxError)
    expect(() => readProvince('no/such/province.json')).toThrow('no/such/province.json')
  })
})

describe('the agency of a code on a date', () => {
  const [template] = (sound() as Province).agencies
  const province = {
    agencies: [
      { ...template, code: 'H42.101', address: 'first', validFrom: '2025-07-01', validTo: '2026-03-31' },
      { ...template, code: 'H42.101', address: 'second', validFrom: '2026-04-01' },
    ],
  } as Province
  it.each([
    ['2025-06-30', undefined],
    ['2025-07-01', 'first'],
    ['2026-03-31', 'first'],
    ['2026-04-01', 'second'],
    ['2099-01-01', 'second'],
  ])('%s', (date, address) => {
    expect(agencyOn(province, 'H42.101', date)?.address).toBe(address)
    expect(agencyOn(province, 'H42.102', date)).toBeUndefined()
  })
})
