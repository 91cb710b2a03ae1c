import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { feeFactorsOf, feeProblems, feesFor } from '../../../functions/catalogue/fees.ts'
import { channels, type FeeRule } from '../../../functions/catalogue/model.ts'
import { hours, parseInstant, startOfDate } from '../../../shared/time.ts'
import { runs } from '../../kit/runs.ts'
import { birth, criminalRecord, recordOf, residence } from './samples.ts'

const at = (text: string): number => {
  const instant = parseInstant(text)
  if (instant === undefined) throw new Error(text)
  return instant
}
const noon = (date: string) => at(`${date}T12:00:00+07:00`)
const total = (lines: readonly { amount: number }[]) => lines.reduce((sum, line) => sum + line.amount, 0)

describe('the criminal record certificate', () => {
  const record = recordOf(criminalRecord)
  it.each([
    ['online', '2025-12-30T12:00:00+07:00', { copies: 4 }, 180_000],
    ['online', '2026-01-02T12:00:00+07:00', { copies: 4 }, 210_000],
    ['online', '2025-12-30T12:00:00+07:00', { subjectClass: 'student' }, 80_000],
    ['online', '2026-01-02T12:00:00+07:00', { subjectClass: 'student' }, 100_000],
    ['counter', '2025-12-30T12:00:00+07:00', { copies: 1 }, 200_000],
    ['post', '2025-12-30T12:00:00+07:00', { subjectClass: 'merit-family', copies: 3 }, 105_000],
    ['online', '2026-06-01T12:00:00+07:00', { copies: 2 }, 200_000],
    ['online', '2026-06-01T12:00:00+07:00', { copies: 3 }, 205_000],
    ['online', '2026-06-01T12:00:00+07:00', { subjectClass: 'elderly', copies: 9 }, 0],
    // The day changes in Vietnam, wherever the server stands.
    ['online', '2025-12-31T23:59:59.999+07:00', {}, 170_000],
    ['online', '2025-12-31T17:00:00Z', {}, 200_000],
    ['online', '2025-04-24T00:00:00+07:00', {}, 170_000],
    // Nobody pays less by a made-up word.
    ['online', '2026-06-01T12:00:00+07:00', { subjectClass: 'friend' }, 200_000],
  ] as const)('%s at %s, %j: %d', (channel, instant, factors, amount) => {
    expect(total(feesFor(record, { channel, at: at(instant), factors }))).toBe(amount)
  })

  it('shows the fee and the additional copies as lines of their own', () => {
    expect(feesFor(record, { channel: 'online', at: noon('2025-12-30'), factors: { copies: 4 } })).toEqual([
      {
        code: 'criminal-record',
        kind: 'phi',
        name: 'Phí cung cấp thông tin lý lịch tư pháp',
        amount: 170_000,
      },
      { code: 'criminal-record-copies', kind: 'phi', name: 'Phí cấp thêm, từ Phiếu thứ ba', amount: 10_000 },
    ])
  })

  it('has no line for what costs nothing', () => {
    const codesOf = (factors: { copies?: number; subjectClass?: string }) =>
      feesFor(record, { channel: 'online', at: noon('2026-11-21'), factors }).map((line) => line.code)
    expect(codesOf({ copies: 1 })).toEqual(['criminal-record'])
    expect(codesOf({ subjectClass: 'elderly' })).toEqual([])
  })
})

describe('other procedures', () => {
  it.each([
    [residence, 'online', 'standard', 10_000],
    [residence, 'npsp', 'standard', 10_000],
    [residence, 'counter', 'standard', 20_000],
    [residence, 'counter', 'poor', 0],
    [birth, 'online', 'standard', 0],
  ] as const)('%s %s %s: %d', (code, channel, subjectClass, amount) => {
    const lines = feesFor(recordOf(code), { channel, at: noon('2026-11-21'), factors: { subjectClass } })
    expect(total(lines)).toBe(amount)
  })
})

const rule: FeeRule = {
  code: 'copy',
  kind: 'phi',
  name: 'Phí chứng thực bản sao',
  channels: ['counter'],
  subjectClasses: ['standard'],
  unit: 'page',
  amount: 2_000,
  tiers: [{ from: 3, amount: 1_000 }],
  cap: 200_000,
  validFrom: '2025-01-01',
  legalBasis: 'Thông tư 226/2016/TT-BTC',
}
const priced = (...fees: FeeRule[]) => ({ fees, feeClasses: [{ code: 'standard', name: 'Thông thường' }] })

describe('certified copies: tiers by page, a cap for each copy', () => {
  it.each([
    [1, 1, 2_000],
    [2, 1, 4_000],
    [3, 1, 5_000],
    [10, 1, 12_000],
    [198, 1, 200_000],
    [300, 1, 200_000],
    [3, 2, 10_000],
    [300, 2, 400_000],
    [0, 1, 0],
  ])('%d pages, %d copies: %d', (pages, copies, amount) => {
    const lines = feesFor(priced(rule), {
      channel: 'counter',
      at: noon('2026-11-21'),
      factors: { pages, copies },
    })
    expect(total(lines)).toBe(amount)
  })

  it('costs what adding page by page costs', () => {
    fc.assert(
      fc.property(fc.nat(400), (pages) => {
        let sum = 0
        for (let page = 1; page <= pages; page += 1) sum += page >= 3 ? 1_000 : 2_000
        const [line] = feesFor(priced(rule), {
          channel: 'counter',
          at: noon('2026-11-21'),
          factors: { pages },
        })
        expect(line?.amount ?? 0).toBe(Math.min(sum, 200_000))
      }),
      { numRuns: runs(100) },
    )
  })

  it('stays a payable amount for any number', () => {
    fc.assert(
      fc.property(fc.double(), fc.double(), (pages, copies) => {
        const [line] = feesFor(priced(rule), {
          channel: 'counter',
          at: noon('2026-11-21'),
          factors: { pages, copies },
        })
        const amount = line?.amount ?? 0
        expect(Number.isSafeInteger(amount) && amount >= 0 && amount <= 999_999_999_999).toBe(true)
      }),
      { numRuns: runs(200) },
    )
  })
})

describe('a tariff', () => {
  it('has exactly one main fee for everybody on every day since the province began', () => {
    for (const code of [residence, birth, criminalRecord]) {
      const record = recordOf(code)
      expect(feeProblems(record)).toEqual([])
      const edges = record.fees.flatMap(({ validFrom, validTo = validFrom }) => [validFrom, validTo])
      const days = ['2025-07-01', '2027-07-01', ...edges].map(startOfDate)
      for (const day of days.flatMap((start) => [start - 1, start, start + hours(24)])) {
        if (day < startOfDate('2025-07-01')) continue
        for (const channel of channels)
          for (const { code: payer } of record.feeClasses) {
            const fees = record.fees.map((fee) => ({ ...fee, amount: 1 }))
            const main = fees[0]?.code
            const lines = feesFor({ ...record, fees }, { channel, at: day, factors: { subjectClass: payer } })
            expect(lines.filter((line) => line.code === main)).toHaveLength(1)
          }
      }
    }
  })

  it.each([
    ['overlaps', { validFrom: '2026-01-01' }],
    ['no class', { subjectClasses: ['friend'], channels: ['post'] }],
    ['ends before', { channels: ['post'], validTo: '2024-01-01' }],
    [
      'tiers must',
      {
        channels: ['post'],
        tiers: [
          { from: 5, amount: 1 },
          { from: 3, amount: 1 },
        ],
      },
    ],
  ] as const)('is refused when it %s', (problem, change) => {
    expect(feeProblems(priced(rule, { ...rule, ...change } as FeeRule)).join()).toContain(problem)
  })
})

describe('the numbers a fee depends on', () => {
  it('come from the answers; a list counts its rows', () => {
    const pointers = { feeFactors: { copies: '/copies', persons: '/members', subjectClass: '/feeClass' } }
    expect(feeFactorsOf(pointers, { copies: 4, members: [{}, {}], feeClass: 'student' })).toEqual({
      copies: 4,
      persons: 2,
      subjectClass: 'student',
    })
    expect(feeFactorsOf(pointers, { copies: 'four', feeClass: 3 })).toEqual({})
    expect(feeFactorsOf(pointers, null)).toEqual({})
  })
})
