/** The time that a report is about, and the one before it. */
import { CommandFailure, exitCode } from '../failure.ts'

export const PERIODS = { daily: 1, weekly: 7 } as const
export type PeriodName = keyof typeof PERIODS

export interface Window {
  readonly fromMs: number
  readonly toMs: number
}

export interface Period extends Window {
  readonly name: PeriodName
  readonly previous: Window
  /** Whole days of UTC that the chart shows; the period's are the last. */
  readonly chart: Window
}

const DAY_MS = 86_400_000
/** Enough days to see a week's shape. */
const CHART_DAYS = { daily: 14, weekly: 28 } as const

/** The last 24 hours or 7 days; with a date the day, or the 7 days, that end with it (UTC). */
export function periodOf(name: PeriodName, date: string | undefined, nowMs: number): Period {
  const toMs = date === undefined ? nowMs : dayOf(date) + DAY_MS
  const length = PERIODS[name] * DAY_MS
  const fromMs = toMs - length
  const lastDay = Math.floor((toMs - 1) / DAY_MS) * DAY_MS
  return {
    name,
    ...{ fromMs, toMs },
    previous: { fromMs: fromMs - length, toMs: fromMs },
    chart: { fromMs: lastDay - (CHART_DAYS[name] - 1) * DAY_MS, toMs: Math.min(toMs, lastDay + DAY_MS) },
  }
}

function dayOf(date: string): number {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN
  // 2026-02-30 would be the second of March
  if (!Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date)) return ms
  throw new CommandFailure(exitCode.usage, `'${date.slice(0, 40)}' is not a date.`, 'Give --date as 2026-11-20 (UTC).')
}
