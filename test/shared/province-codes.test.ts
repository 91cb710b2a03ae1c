import { describe, expect, test } from 'vitest'
import { provinceOfNumber, readDossierNumber } from '../../shared/dossier-number.ts'
import {
  provinceByAgencyCode,
  provinceOf,
  provincesOf,
  schemeOn,
  successorOf,
} from '../../shared/province-codes.ts'

describe('the codes of provinces', () => {
  test('are 63 before July 2025 and 34 since', () => {
    expect([provincesOf('pre2025').length, provincesOf('2025').length]).toEqual([63, 34])
  })

  test('of before all live on, and no province of now is without one', () => {
    const into = new Set(provincesOf('pre2025').map(({ code }) => successorOf(code)?.code))
    expect([...into].sort()).toEqual(
      provincesOf('2025')
        .map(({ code }) => code)
        .sort(),
    )
  })

  /** Numbers that used to mean another province: read in the wrong table they name the wrong one. */
  test.each([
    ['15', 'Yên Bái', 'Lào Cai'],
    ['24', 'Bắc Giang', 'Bắc Ninh'],
    ['44', 'Quảng Bình', 'Quảng Trị'],
    ['52', 'Bình Định', 'Gia Lai'],
    ['80', 'Long An', 'Tây Ninh'],
    ['82', 'Tiền Giang', 'Đồng Tháp'],
    ['91', 'Kiên Giang', 'An Giang'],
  ])('%s was %s and is %s', (code, before, now) => {
    expect([provinceOf('pre2025', code)?.name, provinceOf('2025', code)?.name]).toEqual([before, now])
    expect(successorOf(code)?.name).toBe(now)
  })

  test('that mean another province now are those seven, and Huế has another name', () => {
    const changed = provincesOf('2025').filter(({ code, name }) => provinceOf('pre2025', code)?.name !== name)
    expect(changed.map(({ code }) => code).sort()).toEqual(['15', '24', '44', '46', '52', '80', '82', '91'])
  })

  test('that went away are in the old table only', () => {
    expect(provinceOf('2025', '30')).toBeUndefined()
    expect(provinceOf('pre2025', '30')).toEqual({
      scheme: 'pre2025',
      code: '30',
      name: 'Hải Dương',
      mergedInto: '31',
    })
    expect(successorOf('30')?.name).toBe('Hải Phòng')
    expect(successorOf('03')).toBeUndefined()
  })

  test('are read in the table of their date', () => {
    expect([schemeOn('2025-06-30'), schemeOn('2025-07-01')]).toEqual(['pre2025', '2025'])
  })
})

describe('the province of an agency code', () => {
  test.each([
    ['H23', '2024-03-07', 'pre2025', '30', 'Hải Dương'],
    ['H23', '2025-06-30', 'pre2025', '30', 'Hải Dương'],
    ['H23', '2025-07-01', '2025', '31', 'Hải Phòng'],
    ['000.00.12.H40', '2025-06-30', 'pre2025', '36', 'Nam Định'],
    ['000.00.12.H40', '2026-11-21', '2025', '37', 'Ninh Bình'],
    ['H55.242', '2026-01-05', '2025', '19', 'Thái Nguyên'],
    // Its old number, 24, is the number of another province now; the code still leads to the right one.
    ['H02.101', '2024-01-01', 'pre2025', '24', 'Bắc Giang'],
    ['H05.101', '2026-01-01', '2025', '24', 'Bắc Ninh'],
  ])('%s on %s', (agency, date, scheme, code, name) => {
    expect(provinceByAgencyCode(agency, date)).toMatchObject({ scheme, code, name })
  })

  test('of a ministry is none', () => {
    expect(provinceByAgencyCode('G09.20', '2026-01-01')).toBeUndefined()
    expect(provinceByAgencyCode('H64', '2026-01-01')).toBeUndefined()
  })

  test('every province of before has one code of its own', () => {
    const named = Array.from({ length: 63 }, (_, index) => `H${String(index + 1).padStart(2, '0')}`)
    const codes = named.map((group) => provinceByAgencyCode(group, '2020-01-01')?.code)
    expect(new Set(codes).size).toBe(63)
    expect(codes).not.toContain(undefined)
  })
})

describe('a dossier number', () => {
  test.each([
    ['000.00.01.H23-240307-0001', 'ordinary', '000.00.01.H23', '2024-03-07', 'Hải Dương'],
    ['000.00.01.H40-210907-0001', 'ordinary', '000.00.01.H40', '2021-09-07', 'Nam Định'],
    ['H55.242-260105-0001', 'ordinary', 'H55.242', '2026-01-05', 'Thái Nguyên'],
    ['H24.101.02-260201-010001', 'centralised', 'H24.101.02', '2026-02-01', 'Hải Phòng'],
    ['H24.101-260201-0112345', 'centralised', 'H24.101', '2026-02-01', 'Hải Phòng'],
    ['G09.20-20260609-0092637', 'imported', 'G09.20', '2026-06-09', undefined],
  ])('%s is %s', (text, kind, agency, date, province) => {
    const number = readDossierNumber(text)
    expect(number).toEqual({ kind, agency, date })
    expect(number && provinceOfNumber(number)?.name).toBe(province)
  })

  test('of the last day before the mergers is read with the old table, of the next day with the new', () => {
    const province = (text: string) => {
      const number = readDossierNumber(text)
      return number && provinceOfNumber(number)?.name
    }
    expect(province('000.00.01.H02-250630-0001')).toBe('Bắc Giang')
    expect(province('000.00.01.H02-250701-0001')).toBe('Bắc Ninh')
  })

  test.each([
    '000.00.01.H23-240307-001',
    '000.00.01.H23-240231-0001',
    '000.00.01.h23-240307-0001',
    'Z23.101-240307-0001',
    '000.00.01.H23-240307-0001 ',
    '000.00.01.H23-240307',
    'H23.101.01.01.01.01.01.01.01.01.01.01-240307-0001',
    'G09.20-20261309-0092637',
    '',
  ])('%j is none', (text) => {
    expect(readDossierNumber(text)).toBeUndefined()
  })
})
