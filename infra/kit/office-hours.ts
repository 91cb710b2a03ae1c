import { type Calendar, weekdays } from '../../shared/calendar.ts'

/** Vietnam is seven hours before UTC, in which CloudWatch counts hours and days. */
const aheadOfUtc = 7

/**
 * The hours of the province's latest default office hours as a condition of CloudWatch's metric maths, for a
 * metric called `submitted`. Only hours that are wholly office hours count. It knows no holidays.
 */
export const officeHours = ({ hours }: Calendar): string => {
  const defaults = hours
    .filter(({ agencies }) => agencies === undefined)
    .toSorted((a, b) => (a.validFrom < b.validFrom ? 1 : -1))
  const spans = Object.entries(defaults[0]?.week ?? {}).flatMap(([day, texts]) =>
    texts.map((text) => {
      const [from = 0, to = 0] = text.split('-').map((time) => {
        const [hour, minute] = time.split(':').map(Number)
        return (hour ?? 0) + (minute ?? 0) / 60
      })
      const [first, end] = [Math.ceil(from) - aheadOfUtc, Math.floor(to) - aheadOfUtc]
      if (first < 0)
        throw new Error(`office hours before ${aheadOfUtc}:00 lie on another day of UTC: ${text}`)
      const weekday = weekdays.indexOf(day as (typeof weekdays)[number]) + 1
      return { weekday, hours: `HOUR(submitted) >= ${first} AND HOUR(submitted) < ${end}` }
    }),
  )
  const byHours = Map.groupBy(spans, (span) => span.hours)
  return [...byHours]
    .map(([condition, days]) => {
      const which = days.map(({ weekday }) => `DAY(submitted) == ${weekday}`).join(' OR ')
      return `((${which}) AND ${condition})`
    })
    .join(' OR ')
}
