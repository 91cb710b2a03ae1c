import { type Calendar, nationalDays, type OfficeHours } from './calendar.ts'
import { type Mistake, mistake } from './mistake.ts'

const weekMistakes = ({ week }: OfficeHours, index: number): Mistake[] =>
  Object.entries(week).flatMap(([day, spans]) =>
    spans.flatMap((span, position) => {
      const at = ['calendar', 'hours', index, 'week', day, position]
      const [from = '', to = ''] = span.split('-')
      const before = spans[position - 1]?.split('-')[1] ?? ''
      if (to <= from) return [mistake(at, `${span} ends before it begins; swap the times`)]
      if (from < before)
        return [mistake(at, `${span} begins before the span in front of it ends; put them in order`)]
      return []
    }),
  )

const hoursMistakes = (hours: Calendar['hours'], agencies: readonly { code: string }[]): Mistake[] => {
  const scopes = hours.map(({ validFrom, agencies: own }) =>
    (own ?? ['*']).map((code) => `${code} ${validFrom}`),
  )
  const found = hours.flatMap((entry, index) => [
    ...weekMistakes(entry, index),
    ...(entry.agencies ?? []).flatMap((code, position) =>
      agencies.some((agency) => agency.code === code)
        ? []
        : [
            mistake(
              ['calendar', 'hours', index, 'agencies', position],
              `there is no agency ${code}; add it to agencies or correct the code`,
            ),
          ],
    ),
    ...(scopes.slice(0, index).some((other) => other.some((scope) => scopes[index]?.includes(scope)))
      ? [
          mistake(
            ['calendar', 'hours', index, 'validFrom'],
            `there are two sets of hours for the same agency from ${entry.validFrom}; leave one out`,
          ),
        ]
      : []),
  ])
  if (!hours.some((entry) => entry.agencies === undefined))
    found.push(mistake(['calendar', 'hours'], 'there are no default hours; add an entry without agencies'))
  return found
}

const dayMistakes = ({ nationalYears, days }: Calendar): Mistake[] => [
  ...nationalYears.flatMap((year, index) =>
    year in nationalDays
      ? []
      : [
          mistake(
            ['calendar', 'nationalYears', index],
            `the national holidays of ${year} are not known; add them to shared/calendar.ts when announced`,
          ),
        ],
  ),
  ...days.flatMap(({ date, kind }, index) => {
    const at = ['calendar', 'days', index, 'date']
    if (days.findIndex((other) => other.date === date) < index)
      return [mistake(at, `${date} is given twice; leave one out`)]
    const national = nationalDays[date.slice(0, 4)]?.find((other) => other.date === date)
    return national?.kind === kind ? [mistake(at, `${date} is a national day already; leave it out`)] : []
  }),
]

/** What is wrong in a calendar. */
export const calendarMistakes = (calendar: Calendar, agencies: readonly { code: string }[]): Mistake[] => [
  ...hoursMistakes(calendar.hours, agencies),
  ...dayMistakes(calendar),
]
