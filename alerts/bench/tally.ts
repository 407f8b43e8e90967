/** How good alerts are: incidents found, false alarms a day, and how long it took. The rules of the labelled suites. */
import type { Incident } from './suite.ts'

export interface Alerted {
  readonly days: number
  readonly incidents: readonly Incident[]
  /** When a person was told, ms since 1970. */
  readonly fired: readonly number[]
}

export interface Tally {
  readonly incidents: number
  readonly found: number
  readonly falseAlarms: number
  readonly repeats: number
  readonly days: number
  readonly delaysMinutes: readonly number[]
}

/** An incident is found when an alert fires in it or within five minutes after; half an hour after it nothing counts. */
const GRACE_MS = 5 * 60_000
const AFTER_MS = 30 * 60_000

export function tallyOf(series: readonly Alerted[]): Tally {
  let incidents = 0
  let falseAlarms = 0
  let repeats = 0
  let days = 0
  const delaysMinutes: number[] = []
  for (const one of series) {
    incidents += one.incidents.length
    days += one.days
    const found = new Set<Incident>()
    for (const time of one.fired) {
      const hit = one.incidents.find(({ startMs, endMs }) => time >= startMs && time <= endMs + GRACE_MS)
      if (hit === undefined) {
        if (!one.incidents.some(({ endMs }) => time > endMs && time <= endMs + AFTER_MS)) falseAlarms++
      } else if (found.has(hit)) repeats++
      else {
        found.add(hit)
        delaysMinutes.push((time - hit.startMs) / 60_000)
      }
    }
  }
  delaysMinutes.sort((a, b) => a - b)
  return { incidents, found: delaysMinutes.length, falseAlarms, repeats, days, delaysMinutes }
}
