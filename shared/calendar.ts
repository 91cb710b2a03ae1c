import * as z from 'zod'
import { agencyCode } from './agency-code.ts'
import { bilingual } from './text.ts'
import { dateText } from './time.ts'

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** `08:00-12:00`, Vietnamese time. */
const span = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d-(?:[01]\d|2[0-3]):[0-5]\d$/, 'write a span of time as 08:00-12:00')

/** Office hours from a date on. The default names no agencies; agencies with hours of their own have an entry. */
const hours = z.strictObject({
  validFrom: dateText,
  agencies: z.array(agencyCode).min(1).optional(),
  /** A day without an entry is a rest day. */
  week: z.partialRecord(z.enum(weekdays), z.array(span).min(1)),
})
export type OfficeHours = z.infer<typeof hours>

/** A day that differs from its weekday: a holiday (ngày nghỉ) or a make-up working day (ngày làm bù). */
const exceptionalDay = z.strictObject({ date: dateText, kind: z.enum(['off', 'work']), name: bilingual })
export type ExceptionalDay = z.infer<typeof exceptionalDay>

const day = (date: string, kind: ExceptionalDay['kind'], vi: string, en: string): ExceptionalDay => ({
  date,
  kind,
  name: { vi, en },
})

const tet = ['16', '17', '18', '19', '20'].map((date) =>
  day(`2026-02-${date}`, 'off', 'Tết Nguyên đán', 'Lunar New Year'),
)

/**
 * What the government announced, year by year: never computed, since days are swapped by decision.
 * 2026: Notice 9441/TB-BNV, and the later swap of 2 January.
 */
export const nationalDays: Readonly<Record<string, readonly ExceptionalDay[]>> = {
  '2026': [
    day('2026-01-01', 'off', 'Tết Dương lịch', 'New Year'),
    day('2026-01-02', 'off', 'Nghỉ hoán đổi', 'Swapped for 10 January'),
    day('2026-01-10', 'work', 'Làm bù ngày 02/01', 'Worked for 2 January'),
    ...tet,
    day('2026-04-27', 'off', 'Nghỉ bù Giỗ Tổ Hùng Vương', 'For Hung Kings’ Day, a Sunday'),
    day('2026-04-30', 'off', 'Ngày Giải phóng miền Nam, thống nhất đất nước', 'Reunification Day'),
    day('2026-05-01', 'off', 'Ngày Quốc tế lao động', 'Labour Day'),
    day('2026-08-22', 'work', 'Làm bù ngày 31/08', 'Worked for 31 August'),
    day('2026-08-31', 'off', 'Nghỉ hoán đổi', 'Swapped for 22 August'),
    day('2026-09-01', 'off', 'Quốc khánh', 'National Day'),
    day('2026-09-02', 'off', 'Quốc khánh', 'National Day'),
  ],
}

/** The working time of a province's agencies. */
export const calendar = z.strictObject({
  /** Years whose national holidays and swaps are known here. A deadline in any other year cannot be told. */
  nationalYears: z.array(z.string().regex(/^\d{4}$/)).min(1),
  hours: z.array(hours).min(1),
  /** Days of the province itself. */
  days: z.array(exceptionalDay),
})
export type Calendar = z.infer<typeof calendar>
