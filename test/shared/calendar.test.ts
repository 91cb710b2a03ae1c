import { expect, test } from 'vitest'
import { nationalDays, weekdays } from '../../shared/calendar.ts'
import { dateText } from '../../shared/time.ts'

const weekdayOf = (date: string) => weekdays[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7]
const isWeekend = (date: string) => ['sat', 'sun'].includes(weekdayOf(date) ?? '')

const datesOf = (year: number): string[] =>
  Array.from({ length: 366 }, (_, day) =>
    new Date(Date.UTC(year, 0, 1 + day)).toISOString().slice(0, 10),
  ).filter((date) => date.startsWith(String(year)))

test('2026 has the 250 working days the government announced', () => {
  const kinds = new Map(nationalDays['2026']?.map(({ date, kind }) => [date, kind]))
  const working = datesOf(2026).filter(
    (date) => (kinds.get(date) ?? (isWeekend(date) ? 'off' : 'work')) === 'work',
  )
  expect(working).toHaveLength(250)
})

test.each(Object.entries(nationalDays))(
  'each day of %s exists, is of that year, once, and changes something',
  (year, days) => {
    expect(new Set(days.map(({ date }) => date)).size).toBe(days.length)
    for (const { date, kind } of days) {
      expect(dateText.safeParse(date).success && date.startsWith(year), date).toBe(true)
      expect(isWeekend(date), date).toBe(kind === 'work')
    }
  },
)
