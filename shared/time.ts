import * as z from 'zod'

/** Milliseconds since 1970-01-01T00:00:00Z. Zone-less by construction; a zone enters only when it is shown. */
export type Instant = number

export interface Clock {
  now(): Instant
}

let source: () => Instant = Date.now

/** The clock of the process. The only place in the system that reads the time. */
export const clock: Clock = { now: () => source() }

/** Puts another source of time under `clock`; the embedded runner does, so that a sandbox can travel in time. */
export const useTimeSource = (read: () => Instant): void => {
  source = read
}

export const seconds = (count: number): number => count * 1_000
export const minutes = (count: number): number => count * 60_000
export const hours = (count: number): number => count * 3_600_000
export const days = (count: number): number => count * 86_400_000

/** Asia/Ho_Chi_Minh: UTC+07:00 all year, no daylight saving. A constant, so the server's zone cannot matter. */
const vietnamOffset = hours(7)

const two = (value: number): string => String(value).padStart(2, '0')

/** A calendar date and a time of day in Vietnam. `month` and `day` count from 1. */
export interface VietnamTime {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  millisecond: number
}

export const vietnamTime = (instant: Instant): VietnamTime => {
  const shifted = new Date(instant + vietnamOffset)
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
    millisecond: shifted.getUTCMilliseconds(),
  }
}

/** `2026-11-21T09:05:00.000+07:00`: fixed width and one offset, so that text order is time order. */
export const toIso = (instant: Instant): string =>
  `${new Date(instant + vietnamOffset).toISOString().slice(0, -1)}+07:00`

/** The Vietnamese calendar date of an instant, `2026-11-21`. */
export const vietnamDate = (instant: Instant): string => toIso(instant).slice(0, 10)

/** The date as dossier numbers carry it, `261121` (Circular 03/2025/TT-VPCP, art. 13). */
export const yymmdd = (instant: Instant): string => vietnamDate(instant).slice(2).replaceAll('-', '')

/** As people in Vietnam write it: `09:05 ngày 21/11/2026`. */
export const spoken = (instant: Instant): string => {
  const t = vietnamTime(instant)
  return `${two(t.hour)}:${two(t.minute)} ngày ${two(t.day)}/${two(t.month)}/${t.year}`
}

const isoPattern =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/

/** From here on the year in Vietnam has five digits, and text order would no longer be time order. */
const unwritable = Date.UTC(10_000, 0, 1) - vietnamOffset

/**
 * Reads an ISO 8601 instant. Returns undefined for text without an offset (the same text would mean another
 * moment on another machine), for dates that do not exist, and for everything else.
 */
export const parseInstant = (text: string): Instant | undefined => {
  const match = isoPattern.exec(text)
  if (!match) return undefined
  const [, year, month, day, hour, minute, second = '00'] = match
  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  )
  const back = new Date(local)
  const exists =
    back.getUTCFullYear() === Number(year) &&
    back.getUTCMonth() === Number(month) - 1 &&
    back.getUTCDate() === Number(day) &&
    back.getUTCHours() === Number(hour) &&
    back.getUTCMinutes() === Number(minute) &&
    back.getUTCSeconds() === Number(second)
  const instant = Date.parse(text)
  return exists && instant < unwritable ? instant : undefined
}

/** Reads an instant that this system wrote itself. */
export const fromIso = (text: string): Instant => {
  const instant = parseInstant(text)
  if (instant === undefined) throw new Error('a stored instant is unreadable')
  return instant
}

/** An instant on the wire: ISO 8601 with an offset; anything without one is refused. */
export const instantText = z
  .string()
  .refine((text) => parseInstant(text) !== undefined, { params: { code: 'instant-without-offset' } })
  .meta({ format: 'date-time', examples: ['2026-11-21T09:05:00.000+07:00'] })

const datePattern = /^(\d{4})-(\d{2})-(\d{2})$/

/** A calendar date in Vietnam, `2026-11-21`, that exists. */
export const dateText = z
  .string()
  .refine(
    (text) => {
      const match = datePattern.exec(text)
      if (!match) return false
      const back = new Date(Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])))
      return back.toISOString().slice(0, 10) === text
    },
    { params: { code: 'bad-date' } },
  )
  .meta({ format: 'date', examples: ['2026-11-21'] })

/** The first instant of a Vietnamese calendar date. */
export const startOfDate = (date: string): Instant => Date.parse(`${date}T00:00:00.000+07:00`)
