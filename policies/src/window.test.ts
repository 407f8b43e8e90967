import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CALENDAR_UNITS, type CalendarUnit, isTimeZone, parseWindow, windowAt } from './window.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const at = (text: string) => Date.parse(text)

/** Half-hour and quarter-hour zones, half-hour summer time, midnights that are skipped or come twice, a skipped day. */
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'Europe/Dublin',
  'America/New_York',
  'America/St_Johns',
  'America/Havana',
  'America/Santiago',
  'America/Sao_Paulo',
  'America/Asuncion',
  'America/Caracas',
  'America/Scoresbysund',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Antarctica/Troll',
  'Asia/Amman',
  'Asia/Beirut',
  'Asia/Gaza',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Asia/Pyongyang',
  'Asia/Tehran',
  'Australia/Eucla',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
]

const FIRST = at('2000-01-01T00:00:00Z')
const LAST = at('2036-01-01T00:00:00Z')

/** A stretch of time with one offset, as `Intl.DateTimeFormat` shows it: nothing here is asked of Temporal. */
interface Stretch {
  readonly start: number
  readonly end: number
  readonly offset: number
}

const stretchesOf = (() => {
  const known = new Map<string, readonly Stretch[]>()
  return (zone: string): readonly Stretch[] => {
    const found = known.get(zone) ?? scan(zone)
    known.set(zone, found)
    return found
  }
})()

function scan(zone: string): readonly Stretch[] {
  const clock = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  const offsetAt = (t: number) => Date.parse(`${clock.format(t).replace(', ', 'T')}Z`) - t
  const stretches: { start: number; end: number; offset: number }[] = []
  const from = FIRST - 60 * DAY
  let open = { start: -Infinity, end: Infinity, offset: offsetAt(from) }
  for (let t = from; t < LAST + 60 * DAY; t += DAY) {
    const offset = offsetAt(t + DAY)
    if (offset === open.offset) continue
    let before = t
    let after = t + DAY
    while (after - before > 1000) {
      const middle = Math.floor((before + after) / 2000) * 1000
      if (offsetAt(middle) === open.offset) before = middle
      else after = middle
    }
    stretches.push({ ...open, end: after })
    open = { start: after, end: Infinity, offset }
  }
  return [...stretches, open]
}

/** The first instant at which the local clock shows `local` (milliseconds as if it were UTC) or later. */
function reaches(stretches: readonly Stretch[], local: number): number {
  for (const { start, end, offset } of stretches) {
    if (start + offset >= local) return start
    if (local - offset < end) return local - offset
  }
  throw new RangeError('beyond the last stretch')
}

/** The window of `now` by search: the last beginning of a unit that the local clock reached. */
function searched(unit: CalendarUnit, zone: string, now: number): { start: number; end: number } {
  const stretches = stretchesOf(zone)
  const { start, end, offset } = stretches.find((stretch) => stretch.start <= now && now < stretch.end)!
  if (unit === 'hour') {
    const local = Math.floor((now + offset) / HOUR) * HOUR
    return { start: Math.max(start, local - offset), end: Math.min(end, local + HOUR - offset) }
  }
  const local = new Date(now + offset)
  const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()]
  const begins = (n: number): number => {
    if (unit === 'month') return reaches(stretches, Date.UTC(year, month + n, 1))
    const monday = unit === 'week' ? (local.getUTCDay() + 6) % 7 : 0
    return reaches(stretches, Date.UTC(year, month, day - monday + n * (unit === 'week' ? 7 : 1)))
  }
  for (let n = 2; n > -3; n--) {
    if (begins(n) <= now) return { start: begins(n), end: begins(n + 1) }
  }
  throw new RangeError('not found')
}

/** Instants that are likely to be wrong: around changes of the clock and ends of months. */
const instantIn = (zone: string) =>
  fc.oneof(
    fc.integer({ min: FIRST, max: LAST - 1 }),
    fc
      .tuple(
        fc.constantFrom(
          ...stretchesOf(zone)
            .slice(1)
            .map((stretch) => stretch.start)
            .filter((start) => start >= FIRST && start < LAST),
          at('2024-02-29T00:00:00Z'),
        ),
        fc.integer({ min: -26 * HOUR, max: 26 * HOUR }),
      )
      .map(([moved, away]) => moved + away),
    fc
      .tuple(fc.integer({ min: 0, max: 431 }), fc.integer({ min: -15 * HOUR, max: 15 * HOUR }))
      .map(([month, away]) => Date.UTC(2000, month, 1) + away),
  )

describe('windowAt', () => {
  it('equals a search with Intl.DateTimeFormat at 10,000 random instants', { timeout: 120_000 }, () => {
    const asked = fc
      .tuple(fc.constantFrom(...ZONES), fc.constantFrom(...CALENDAR_UNITS))
      .chain(([zone, unit]) => fc.tuple(fc.constant(zone), fc.constant(unit), instantIn(zone)))
    fc.assert(
      fc.property(asked, ([timezone, kind, now]) => {
        expect(windowAt({ kind, timezone }, now)).toEqual(searched(kind, timezone, now))
      }),
      { numRuns: 10_000 },
    )
  })

  it('tiles time: a window ends where the next begins, also when asked of the same window', () => {
    const asked = fc
      .tuple(fc.constantFrom(...ZONES), fc.constantFrom(...CALENDAR_UNITS))
      .chain(([zone, unit]) => fc.tuple(fc.constant(zone), fc.constant(unit), instantIn(zone)))
    fc.assert(
      fc.property(asked, ([timezone, kind, now]) => {
        const window = { kind, timezone } as const
        const { start, end } = windowAt(window, now)
        expect(start).toBeLessThanOrEqual(now)
        expect(end).toBeGreaterThan(now)
        expect(windowAt(window, end!).start).toBe(end)
        expect(windowAt(window, start - 1).end).toBe(start)
        expect(windowAt(window, start)).toEqual({ start, end })
      }),
      { numRuns: 2000 },
    )
  })

  it.each<[string, CalendarUnit, string, string, string]>([
    ['Europe/Berlin', 'day', '2026-03-29T10:00:00Z', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'],
    ['Europe/Berlin', 'day', '2026-10-25T10:00:00Z', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'],
    ['Europe/Berlin', 'week', '2026-11-22T22:59:59Z', '2026-11-15T23:00:00Z', '2026-11-22T23:00:00Z'],
    ['Europe/Berlin', 'month', '2024-02-29T12:00:00Z', '2024-01-31T23:00:00Z', '2024-02-29T23:00:00Z'],
    ['UTC', 'week', '2026-11-22T23:59:59.999Z', '2026-11-16T00:00:00Z', '2026-11-23T00:00:00Z'],
    ['Asia/Kolkata', 'hour', '2026-11-21T12:45:00Z', '2026-11-21T12:30:00Z', '2026-11-21T13:30:00Z'],
    // the second 01:30 is an hour of its own
    ['America/New_York', 'hour', '2026-11-01T05:30:00Z', '2026-11-01T05:00:00Z', '2026-11-01T06:00:00Z'],
    ['America/New_York', 'hour', '2026-11-01T06:30:00Z', '2026-11-01T06:00:00Z', '2026-11-01T07:00:00Z'],
    // half an hour is put back: 01:30 to 02:00 comes again, and is half a window
    ['Australia/Lord_Howe', 'hour', '2026-04-04T15:15:00Z', '2026-04-04T15:00:00Z', '2026-04-04T15:30:00Z'],
    // midnight does not exist: the day begins at 01:00
    ['Africa/Cairo', 'day', '2026-04-24T10:00:00Z', '2026-04-23T22:00:00Z', '2026-04-24T21:00:00Z'],
    // midnight comes twice: the day begins at the first
    ['America/Havana', 'day', '2026-11-01T12:00:00Z', '2026-11-01T04:00:00Z', '2026-11-02T05:00:00Z'],
    // at 00:01 the clock went back to 23:01 of the day before: that hour belongs to the day that had begun
    ['America/St_Johns', 'day', '2010-11-07T03:00:00Z', '2010-11-07T02:30:00Z', '2010-11-08T03:30:00Z'],
    // 30 December 2011 never was
    ['Pacific/Apia', 'day', '2011-12-30T09:00:00Z', '2011-12-29T10:00:00Z', '2011-12-30T10:00:00Z'],
    ['Pacific/Apia', 'month', '2011-12-30T12:00:00Z', '2011-12-01T10:00:00Z', '2011-12-31T10:00:00Z'],
    ['UTC', 'day', '1970-01-01T00:00:00Z', '1970-01-01T00:00:00Z', '1970-01-02T00:00:00Z'],
    ['Europe/Berlin', 'month', '2262-04-11T23:47:16Z', '2262-03-31T22:00:00Z', '2262-04-30T22:00:00Z'],
  ])('%s %s at %s is %s to %s', (timezone, kind, now, start, end) => {
    expect(windowAt({ kind, timezone }, at(now))).toEqual({ start: at(start), end: at(end) })
  })

  it('has no end for a life and a length for a rolling window', () => {
    expect(windowAt({ kind: 'life' }, 5)).toEqual({ start: 0, end: null })
    expect(windowAt({ kind: 'rolling', ms: DAY }, 5)).toEqual({ start: 0, end: null, rollingMs: DAY })
  })
})

describe('parseWindow', () => {
  it.each([
    ['day', 'Europe/Berlin', { kind: 'day', timezone: 'Europe/Berlin' }],
    ['week', undefined, { kind: 'week', timezone: 'UTC' }],
    ['life', 'Europe/Berlin', { kind: 'life' }],
    ['30m', undefined, { kind: 'rolling', ms: 30 * 60_000 }],
    ['24h', undefined, { kind: 'rolling', ms: DAY }],
    ['366d', undefined, { kind: 'rolling', ms: 366 * DAY }],
  ])('%s in %s', (text, timezone, window) => expect(parseWindow(text, timezone)).toEqual(window))

  it.each([
    ['year', 'UTC'],
    ['0h', 'UTC'],
    ['-1d', 'UTC'],
    ['1.5h', 'UTC'],
    ['367d', 'UTC'],
    ['9999999d', 'UTC'],
    ['', 'UTC'],
    ['Day', 'UTC'],
    ['day', 'Mars/Olympus'],
    ['day', '+05:30'],
    ['day', '2020-01-01T00:00[Europe/Berlin]'],
    ['day', ''],
  ])('%s in %s is no window', (text, timezone) => expect(parseWindow(text, timezone)).toBeUndefined())
})

describe('isTimeZone', () => {
  it.each(ZONES)('knows %s', (zone) => expect(isTimeZone(zone)).toBe(true))
})
