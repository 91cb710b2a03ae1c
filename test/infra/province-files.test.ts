import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readProvinceFiles } from '../../infra/kit/province-files.ts'
import { agencyEver, agencyOn, mistakesIn, provinceSchema } from '../../shared/province.ts'
import { mistakes } from './province-mistakes.ts'

// biome-ignore lint/suspicious/noExplicitAny: a file a person wrote may have any shape, and these break it on purpose
type Json = any

/** Hải Phòng has everything: a merger, agencies that ended, an edge, hours of its own. */
const valid = (): Json => JSON.parse(readFileSync('infra/provinces/31.json', 'utf8'))

const broken = (change: (json: Json) => void): Json => {
  const json = valid()
  change(json)
  return json
}

/** Puts a value at `agencies/1/code`; undefined takes the member away. */
const put = (json: Json, path: string, value: unknown): void => {
  const steps = path.split('/')
  const last = steps.pop() ?? ''
  const holder = steps.reduce((at, step) => at[step], json)
  if (value === undefined) delete holder[last]
  else holder[last] = value
}

describe('a province file', () => {
  test('of Hải Phòng is right before it is broken', () => {
    expect(mistakesIn(valid())).toEqual([])
  })

  test.each(mistakes)('%s: says %s', (place, said, changes) => {
    const found = mistakesIn(
      broken((json) => {
        for (const [path, value] of Object.entries(changes)) put(json, path, value)
      }),
    )
    const here = found.filter((text) => text.startsWith(`${place}: `) && said.test(text))
    expect(here, found.join('\n')).not.toEqual([])
  })

  test('may let citizens come from two issuers', () => {
    const citizens = provinceSchema.parse(valid()).issuers.filter(({ actors }) => actors.includes('citizen'))
    expect(citizens).toHaveLength(2)
  })

  test('may give a code to another agency once the first has ended', () => {
    const json = broken((p) =>
      p.agencies.push({ ...p.agencies[2], code: '000.00.31.H23', validFrom: '2025-07-01' }),
    )
    expect(mistakesIn(json)).toEqual([])
  })

  test('outside of production may speak http to its own pages', () => {
    const json = broken((p) => {
      p.environment = 'staging'
      p.cors.origins = ['http://localhost:3000']
    })
    expect(mistakesIn(json)).toEqual([])
  })
})

describe('an agency that has ended', () => {
  const province = provinceSchema.parse(valid())

  test('is found on its own dates, to the last day', () => {
    expect(agencyOn(province, '000.00.05.H23', '2025-06-30')?.name.vi).toBe('Công an tỉnh Hải Dương')
    expect(agencyOn(province, '000.00.05.H23', '2025-07-01')).toBeUndefined()
    expect(agencyOn(province, '000.00.05.H23', '2020-12-31')).toBeUndefined()
  })

  test('is shown with the one that does its work now', () => {
    const shown = agencyEver(province, '000.00.31.H23')
    expect([shown?.agency.name.vi, shown?.now?.name.vi]).toEqual([
      'Ủy ban nhân dân thành phố Hải Dương',
      'Ủy ban nhân dân phường Hải Dương',
    ])
    expect(agencyEver(province, 'H24.171')).toEqual({ agency: province.agencies[4] })
    expect(agencyEver(province, 'H26.101')).toBeUndefined()
  })

  test('is followed over several replacements, and by its last bearer', () => {
    const json = broken((p) => {
      p.agencies[4].validTo = '2026-01-31'
      p.agencies[4].replacedBy = 'H24.101'
    })
    expect(agencyEver(provinceSchema.parse({ ...json, procedures: {} }), '000.00.31.H23')?.now?.code).toBe(
      'H24.101',
    )
  })
})

describe('the folder of provinces', () => {
  const folders: string[] = []
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true })
  })
  const reading = (files: Record<string, unknown>) => () => {
    const folder = mkdtempSync(join(tmpdir(), 'motcua-provinces-'))
    folders.push(folder)
    for (const [name, content] of Object.entries(files))
      writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
    return readProvinceFiles(folder)
  }

  test('is read whole', () => {
    expect(readProvinceFiles().map(({ province }) => province.code)).toEqual(['22', '31', '37'])
  })

  test('names a file by its code', () => {
    expect(reading({ '32.json': valid() })).toThrow(/32\.json: code: is 31 in the file 32\.json/)
  })

  test('has one file for a province', () => {
    expect(reading({ '31.json': valid(), 'copy.json': valid() })).toThrow(
      /copy\.json: code: 31 is also the code of 31\.json/,
    )
  })

  test('says which file is no JSON', () => {
    expect(reading({ '31.json': '{' })).toThrow(/31\.json: the file: is not JSON/)
  })

  test('changes only procedures that have a national record', () => {
    const json = broken((p) => {
      p.procedures['9.999999'] = p.procedures['1.004222']
    })
    expect(reading({ '31.json': json })).toThrow(
      /31\.json: procedures\.9\.999999: there is no national record/,
    )
  })

  test('shortens national limits and never lengthens them', () => {
    const json = broken((p) => {
      p.procedures['1.004222'].timeLimitValue = 8
    })
    expect(reading({ '31.json': json })).toThrow(
      /procedures\.1\.004222\.timeLimitValue: longer than the national limit \(7 workingDays\)/,
    )
  })

  test('names every mistake of every file at once', () => {
    const one = broken((p) => {
      p.mail.from = 'a@gmail.com'
      p.logRetentionMonths = 12
    })
    const two = { ...JSON.parse(readFileSync('infra/provinces/22.json', 'utf8')), publicUrl: 'no' }
    expect(reading({ '22.json': two, '31.json': one })).toThrow(
      /22\.json: publicUrl: [\s\S]*31\.json: logRetentionMonths: /,
    )
  })
})
