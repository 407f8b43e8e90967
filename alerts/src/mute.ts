/** Which alerts are not told, and when one is told again. An alert that is muted is still an alert: it is kept and shown. */
import type { AlertEvent } from './alert.ts'
import { matches } from './rule.ts'

/** Somebody has seen it. Always with an end, an author and a reason. */
export interface Silence {
  readonly id: string
  /** Labels of the series, or `rule`, `metric`, `severity`; `*` at the end of a value stands for anything. */
  readonly match: Readonly<Record<string, string>>
  readonly startsMs: number
  readonly endsMs: number
  readonly by: string
  readonly reason: string
}

/** Hours of the week, UTC, in which nobody is woken. */
export interface Maintenance {
  readonly name: string
  readonly match: Readonly<Record<string, string>>
  /** 0 is Sunday. */
  readonly days: readonly number[]
  /** Minutes of the day; an end before the start is on the next day. */
  readonly fromMinute: number
  readonly toMinute: number
}

export interface Mutes {
  readonly silences: readonly Silence[]
  readonly maintenance: readonly Maintenance[]
}

type Known = Pick<AlertEvent, 'rule' | 'metric' | 'severity' | 'labels' | 'ruleLabels'>

/** What an alert can be matched by, grouped by, or sent with. */
export const labelsOf = ({ rule, metric, severity, labels, ruleLabels }: Known): Readonly<Record<string, string>> => ({
  ...ruleLabels,
  ...labels,
  rule,
  metric,
  severity,
})

/** Who keeps this alert quiet now; `null`: nobody. */
export function mutedBy(alert: Known, { silences, maintenance }: Mutes, nowMs: number): string | null {
  const labels = labelsOf(alert)
  const silence = silences.find(
    ({ match, startsMs, endsMs }) => nowMs >= startsMs && nowMs < endsMs && matches(match, labels),
  )
  if (silence !== undefined) return `silence ${silence.id}`
  const hours = maintenance.find((one) => matches(one.match, labels) && isWithin(one, nowMs))
  return hours === undefined ? null : `maintenance ${hours.name}`
}

/** Told again when it is still there after so long. */
export const isDue = (toldMs: number | null, nowMs: number, repeatMs: number): boolean =>
  toldMs === null || nowMs - toldMs >= repeatMs

const DAY_MS = 86_400_000

/** Whether these are the hours. */
export function isWithin({ days, fromMinute, toMinute }: Maintenance, nowMs: number): boolean {
  const day = Math.floor(nowMs / DAY_MS)
  const minute = Math.floor((nowMs - day * DAY_MS) / 60_000)
  // 1970 began on a Thursday
  const weekday = (day + 4) % 7
  if (fromMinute <= toMinute) return days.includes(weekday) && minute >= fromMinute && minute < toMinute
  return (days.includes(weekday) && minute >= fromMinute) || (days.includes((weekday + 6) % 7) && minute < toMinute)
}
