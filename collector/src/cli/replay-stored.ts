/** `outrider replay alerts --since 7d`: would the rules of a collector have fired on what it stored, and when? */
import { replay } from '@outrider/alerts'
import type { Collector } from './collector.ts'
import { count } from './figures.ts'
import { replayLines } from './replay-lines.ts'
import { rulesOf, storedSeries } from './stored-series.ts'
import type { Terminal } from './terminal.ts'

export interface ReplayStoredOptions {
  /** ms since 1970. */
  readonly sinceMs: number
  readonly toMs: number
  /** @default all rules */
  readonly rule?: string
}

const DAY_MS = 86_400_000
/** What a rule learns from before. */
const LEARN_MS = 2 * DAY_MS

export async function replayStored(
  collector: Collector,
  terminal: Terminal,
  { sinceMs, toMs, rule: name }: ReplayStoredOptions,
): Promise<void> {
  const days = (toMs - sinceMs) / DAY_MS
  for (const rule of await rulesOf(collector, name)) {
    if (rule.trigger.type === 'silence') {
      terminal.talk(`${rule.name}: silence is judged by the clock; it has no rows to replay`)
      continue
    }
    const series = await storedSeries(collector, rule, { fromMs: sinceMs - LEARN_MS, toMs })
    let alerts = 0
    for (const { name: of, rows, deploys } of series) {
      const lines = replay(rows, rule, deploys, 1)
      alerts += replayLines(terminal, of, lines, sinceMs)
    }
    const daily = (alerts / Math.max(days, Number.EPSILON)).toFixed(2)
    terminal.talk(`${rule.name}: ${count(series.length)} series, ${count(alerts, 'alert')}, ${daily} a day`)
  }
}
