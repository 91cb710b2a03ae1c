import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  clock,
  dateText,
  days,
  fromIso,
  hours,
  instantText,
  minutes,
  parseInstant,
  seconds,
  spoken,
  startOfDate,
  toIso,
  useTimeSource,
  vietnamDate,
  vietnamTime,
  yymmdd,
} from '../../shared/time.ts'
import { runs } from '../kit/runs.ts'

/** From the first instant that has a four-digit year here to the last one that has it in Vietnam. */
const instants = fc.integer({ min: Date.UTC(100, 0, 2), max: Date.UTC(9999, 11, 31, 16, 59, 59, 999) })
/** Where calendars break: around the beginning of a day in Vietnam, in Greenwich, and of a year. */
const edges = fc
  .tuple(
    fc.constantFrom('2024-02-29', '2025-12-31', '2026-01-01', '2026-03-01', '2026-11-21', '2100-03-01'),
    fc.constantFrom(0, 7, 17, 24),
    fc.integer({ min: -2, max: 2 }),
  )
  .map(([date, hour, off]) => Date.parse(`${date}T00:00:00Z`) + hours(hour) + off)
const anyInstant = fc.oneof(instants, edges)

describe('reading an instant', () => {
  it.each([
    ['2026-11-21T09:05:00+07:00', Date.UTC(2026, 10, 21, 2, 5)],
    ['2026-11-21T02:05:00Z', Date.UTC(2026, 10, 21, 2, 5)],
    ['2026-11-21T02:05Z', Date.UTC(2026, 10, 21, 2, 5)],
    ['2026-11-20T15:05:00.125-11:00', Date.UTC(2026, 10, 21, 2, 5, 0, 125)],
    ['2024-02-29T00:00:00+07:00', Date.UTC(2024, 1, 28, 17)],
    ['2026-01-01T00:30:00+14:00', Date.UTC(2025, 11, 31, 10, 30)],
    ['2026-11-21T02:05:00.1Z', Date.UTC(2026, 10, 21, 2, 5, 0, 100)],
    ['2026-11-21T02:05:00.123456789Z', Date.UTC(2026, 10, 21, 2, 5, 0, 123)],
  ])('%s', (text, instant) => {
    expect(parseInstant(text)).toBe(instant)
  })

  it.each([
    ['no offset', '2026-11-21T09:05:00'],
    ['no offset, with a fraction', '2026-11-21T09:05:00.000'],
    ['a date alone', '2026-11-21'],
    ['no such day', '2026-02-30T00:00:00Z'],
    ['no leap year', '2025-02-29T00:00:00Z'],
    ['no leap year in 2100', '2100-02-29T00:00:00Z'],
    ['the thirty-first of a short month', '2026-04-31T09:00:00+07:00'],
    ['month 13', '2026-13-01T00:00:00Z'],
    ['month 0', '2026-00-10T00:00:00Z'],
    ['day 0', '2026-01-00T00:00:00Z'],
    ['hour 24', '2026-01-01T24:00:00Z'],
    ['minute 60', '2026-01-01T00:60:00Z'],
    ['second 60', '2026-01-01T00:00:60Z'],
    ['an offset nobody has', '2026-01-01T00:00:00+15:00'],
    ['an offset with 60 minutes', '2026-01-01T00:00:00+07:60'],
    ['an offset without a colon', '2026-01-01T00:00:00+0700'],
    ['an offset of hours', '2026-01-01T00:00:00+07'],
    ['a space for the T', '2026-01-01 00:00:00Z'],
    ['lower case', '2026-01-01t00:00:00z'],
    ['a sign', '+2026-01-01T00:00:00Z'],
    ['six digits of year', '+002026-01-01T00:00:00Z'],
    ['a space behind', '2026-01-01T00:00:00Z '],
    ['a line behind', '2026-01-01T00:00:00Z\n'],
    ['Arabic digits', '٢٠٢٦-01-01T00:00:00Z'],
    ['ten digits of a second', '2026-01-01T00:00:00.1234567891Z'],
    ['another form', 'Sat, 21 Nov 2026 09:05:00 GMT'],
    ['milliseconds', '1795226700000'],
    ['nothing', ''],
  ])('%s is refused', (_, text) => {
    expect(parseInstant(text)).toBeUndefined()
    expect(instantText.safeParse(text).success).toBe(false)
  })

  it('takes no instant that could not be written again', () => {
    // It is the year 10000 in Vietnam already.
    expect(parseInstant('9999-12-31T17:00:00Z')).toBeUndefined()
    expect(parseInstant('9999-12-31T16:59:59.999Z')).toBe(Date.UTC(9999, 11, 31, 16, 59, 59, 999))
  })

  it('refuses every text without an offset, and says which kind of mistake it is', () => {
    fc.assert(
      fc.property(anyInstant, (instant) => {
        const zoneless = toIso(instant).slice(0, -6)
        expect(parseInstant(zoneless)).toBeUndefined()
        expect(instantText.safeParse(zoneless).error?.issues).toMatchObject([
          { code: 'custom', params: { code: 'instant-without-offset' } },
        ])
      }),
      { numRuns: runs(200) },
    )
  })

  it('throws nothing at any text, and what it takes can be written', () => {
    const near = fc
      .tuple(anyInstant, fc.nat(40), fc.string({ maxLength: 3 }))
      .map(([instant, at, put]) => toIso(instant).slice(0, at) + put + toIso(instant).slice(at + put.length))
    fc.assert(
      fc.property(fc.oneof(fc.string(), near), (text) => {
        const instant = parseInstant(text)
        if (instant !== undefined) expect(fromIso(toIso(instant))).toBe(instant)
        else expect(() => fromIso(text)).toThrow('unreadable')
      }),
      { numRuns: runs(500) },
    )
  })
})

describe('writing an instant', () => {
  it('is read back as the same instant', () => {
    fc.assert(
      fc.property(anyInstant, (instant) => {
        expect(parseInstant(toIso(instant))).toBe(instant)
        expect(fromIso(toIso(instant))).toBe(instant)
      }),
      { numRuns: runs(500) },
    )
  })

  it('has one width and one offset, so that text order is time order', () => {
    fc.assert(
      fc.property(anyInstant, anyInstant, (one, other) => {
        const [a, b] = [toIso(one), toIso(other)]
        expect(a).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+07:00$/)
        expect(Math.sign(one - other)).toBe(a < b ? -1 : a > b ? 1 : 0)
      }),
      { numRuns: runs(500) },
    )
  })

  it.each([
    [Date.UTC(2026, 10, 21, 2, 5), '2026-11-21T09:05:00.000+07:00'],
    [Date.UTC(2025, 11, 31, 16, 59, 59, 999), '2025-12-31T23:59:59.999+07:00'],
    [Date.UTC(2025, 11, 31, 17), '2026-01-01T00:00:00.000+07:00'],
  ])('%d is %s', (instant, text) => {
    expect(toIso(instant)).toBe(text)
  })
})

describe('a day in Vietnam', () => {
  it.each([
    ['2026-11-20T16:59:59.999Z', '2026-11-20', '261120'],
    ['2026-11-20T17:00:00.000Z', '2026-11-21', '261121'],
    ['2026-11-20T23:59:59.999Z', '2026-11-21', '261121'],
    ['2026-11-21T00:00:00.000Z', '2026-11-21', '261121'],
    ['2026-11-21T06:59:59.999Z', '2026-11-21', '261121'],
    ['2026-11-21T07:00:00.000Z', '2026-11-21', '261121'],
    ['2025-12-31T16:59:59.999Z', '2025-12-31', '251231'],
    ['2025-12-31T17:00:00.000Z', '2026-01-01', '260101'],
    ['2024-02-28T17:00:00.000Z', '2024-02-29', '240229'],
    ['2024-02-29T17:00:00.000Z', '2024-03-01', '240301'],
    ['2009-12-31T17:00:00.000Z', '2010-01-01', '100101'],
  ])('%s is on %s', (text, date, short) => {
    expect(vietnamDate(fromIso(text))).toBe(date)
    expect(yymmdd(fromIso(text))).toBe(short)
  })

  it('begins at 17:00 Greenwich and is 24 hours long, all year', () => {
    fc.assert(
      fc.property(anyInstant, (instant) => {
        const date = vietnamDate(instant)
        const start = startOfDate(date)
        expect(new Date(start).toISOString().slice(11)).toBe('17:00:00.000Z')
        expect(start).toBeLessThanOrEqual(instant)
        expect(instant).toBeLessThan(start + days(1))
        expect(vietnamDate(start)).toBe(date)
        expect(vietnamDate(start - 1) < date).toBe(true)
        expect(dateText.safeParse(date).success).toBe(true)
      }),
      { numRuns: runs(300) },
    )
  })

  it('gives the same parts as the text and as the time zone data of the platform', () => {
    const platform = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'Asia/Ho_Chi_Minh',
      dateStyle: 'short',
      timeStyle: 'medium',
    })
    // Vietnam has had one offset everywhere since 1975.
    const since = fc.integer({ min: Date.UTC(1976, 0, 1), max: Date.UTC(2100, 0, 1) })
    fc.assert(
      fc.property(fc.oneof(since, edges), (instant) => {
        const t = vietnamTime(instant)
        const two = (value: number) => String(value).padStart(2, '0')
        const date = `${t.year}-${two(t.month)}-${two(t.day)}`
        const time = `${two(t.hour)}:${two(t.minute)}:${two(t.second)}`
        expect(toIso(instant)).toBe(`${date}T${time}.${String(t.millisecond).padStart(3, '0')}+07:00`)
        const shown = platform.format(instant)
        expect(shown).toBe(`${two(t.day)}/${two(t.month)}/${t.year}, ${time}`)
        expect(spoken(instant)).toBe(`${shown.slice(12, 17)} ngày ${shown.slice(0, 10)}`)
      }),
      { numRuns: runs(300) },
    )
  })
})

describe('a date on the wire', () => {
  it.each(['2026-11-21', '2024-02-29', '0100-01-01', '9999-12-31'])('%s exists', (date) => {
    expect(dateText.parse(date)).toBe(date)
  })
  it.each([
    '2026-02-29',
    '2026-02-30',
    '2100-02-29',
    '2026-13-01',
    '2026-00-01',
    '2026-01-00',
    '2026-01-32',
    '9999-99-99',
    '0000-00-00',
    '26-11-21',
    '2026-1-1',
    '21/11/2026',
    '2026-11-21T00:00:00Z',
    '2026-11-21\n',
    '٢٠٢٦-١١-٢١',
    '',
  ])('%j does not', (date) => {
    expect(dateText.safeParse(date).error?.issues).toMatchObject([{ params: { code: 'bad-date' } }])
  })
})

describe('the clock', () => {
  it('shows the time of its source', () => {
    onTestFinished(() => useTimeSource(Date.now))
    const before = Date.now()
    expect(clock.now()).toBeGreaterThanOrEqual(before)
    useTimeSource(() => 42)
    expect(clock.now()).toBe(42)
  })
  it('counts in milliseconds', () => {
    expect([seconds(1), minutes(1), hours(1), days(1)]).toEqual([1_000, 60_000, 3_600_000, 86_400_000])
  })
})
