/**
 * Over which time a budget counts. Calendar windows begin where the local clock says so: at midnight, on Monday, on the
 * first; a day is then 23, 24 or 25 hours long, and begins later where midnight does not exist. An hour is one hour of
 * the clock at one offset. Windows of one kind tile time: each ends where the next begins.
 */
export type Window =
  | { readonly kind: CalendarUnit /** IANA, e.g. `Europe/Berlin`. */; readonly timezone: string }
  | { readonly kind: 'rolling' /** Milliseconds. */; readonly ms: number }
  /** As long as the thing itself: for runs and sessions, and for caps that are never given back. */
  | { readonly kind: 'life' }

export const CALENDAR_UNITS = ['hour', 'day', 'week', 'month'] as const
export type CalendarUnit = (typeof CALENDAR_UNITS)[number]

/** Milliseconds since 1970, `start` inclusive, `end` exclusive; `end` null: never. Rolling: `start` 0 and `rollingMs`. */
export interface Period {
  readonly start: number
  readonly end: number | null
  readonly rollingMs?: number
}

const HOUR_MS = 3_600_000
const ROLLING_UNIT_MS = { m: 60_000, h: HOUR_MS, d: 24 * HOUR_MS } as const

/**
 * Reads what people write: `hour day week month life`, or a duration such as `30m`, `24h`, `7d` for a rolling window of
 * at least one minute and at most 366 days. `undefined`: neither, or no such time zone.
 */
export function parseWindow(text: string, timezone = 'UTC'): Window | undefined {
  if (text === 'life') return { kind: 'life' }
  const unit = CALENDAR_UNITS.find((known) => known === text)
  if (unit !== undefined) return isTimeZone(timezone) ? { kind: unit, timezone } : undefined
  const rolling = /^([1-9]\d{0,5})([mhd])$/.exec(text)
  if (rolling === null) return undefined
  const ms = Number(rolling[1]) * ROLLING_UNIT_MS[rolling[2] as keyof typeof ROLLING_UNIT_MS]
  return ms <= 366 * 24 * HOUR_MS ? { kind: 'rolling', ms } : undefined
}

/** Whether this is a name of the IANA time zone database that the runtime knows. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(name)) return false
  try {
    at(0, name)
    return true
  } catch {
    return false
  }
}

/** The last period of each window: nearly every question is about the same one as the question before. */
const recent = new WeakMap<Window, { readonly start: number; readonly end: number }>()

/** The period of the window that `now` falls into. `now` in milliseconds since 1970. */
export function windowAt(window: Window, now: number): Period {
  if (window.kind === 'life') return { start: 0, end: null }
  if (window.kind === 'rolling') return { start: 0, end: null, rollingMs: window.ms }
  const last = recent.get(window)
  if (last !== undefined && last.start <= now && now < last.end) return last
  const period =
    window.kind === 'hour' ? clockHour(now, window.timezone) : calendarPeriod(now, window.kind, window.timezone)
  recent.set(window, period)
  return period
}

const at = (now: number, timezone: string) => Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timezone)

/** One hour of the clock, cut where the clock is moved: so that the hour which comes twice in autumn is two windows. */
function clockHour(now: number, timezone: string) {
  const local = at(now, timezone)
  const offset = local.offsetNanoseconds / 1e6
  const start = Math.floor((now + offset) / HOUR_MS) * HOUR_MS - offset
  // `previous` looks strictly before: one millisecond later finds a transition at `now` itself
  const moved = at(now + 1, timezone).getTimeZoneTransition('previous')?.epochMilliseconds ?? -Infinity
  const moves = local.getTimeZoneTransition('next')?.epochMilliseconds ?? Infinity
  return { start: Math.max(start, moved), end: Math.min(start + HOUR_MS, moves) }
}

function calendarPeriod(now: number, unit: 'day' | 'week' | 'month', timezone: string) {
  const next = { day: { days: 1 }, week: { weeks: 1 }, month: { months: 1 } }[unit]
  const begins = (date: Temporal.PlainDate) => date.toZonedDateTime(timezone).epochMilliseconds
  let date = firstDay(at(now, timezone).toPlainDate(), unit)
  // where the clock is set back across midnight, the late evening comes again after the new day has begun
  while (begins(date.add(next)) <= now) date = date.add(next)
  return { start: begins(date), end: begins(date.add(next)) }
}

function firstDay(date: Temporal.PlainDate, unit: 'day' | 'week' | 'month'): Temporal.PlainDate {
  if (unit === 'month') return date.with({ day: 1 })
  return unit === 'week' ? date.subtract({ days: date.dayOfWeek - 1 }) : date
}
