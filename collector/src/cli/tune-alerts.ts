/** `outrider alerts tune`: which limit and window would have told as often as is wanted? Proposed from what is stored. */
import { type Rule, type Trial, type Tuned, tune } from '@outrider/alerts'
import { ruleText } from '../alert-rule-text.ts'
import type { Collector } from './collector.ts'
import { CommandFailure, exitCode } from './failure.ts'
import { count } from './figures.ts'
import { rulesOf, storedSeries } from './stored-series.ts'
import { type Column, table } from './table.ts'
import type { Terminal } from './terminal.ts'

export interface TuneAlertsOptions {
  readonly rule: string
  /** Alerts of all series in a week. */
  readonly perWeek: number
  /** ms since 1970. */
  readonly sinceMs: number
  readonly toMs: number
  readonly json: boolean
}

const COLUMNS: readonly Column<Trial>[] = [
  { title: 'window', cell: ({ window }) => window },
  { title: 'limit', cell: ({ limit }) => String(limit), right: true },
  { title: 'alerts a week', cell: ({ alertsPerWeek }) => alertsPerWeek.toFixed(2), right: true },
]
const LEARN_MS = 2 * 86_400_000

export async function tuneAlerts(collector: Collector, terminal: Terminal, options: TuneAlertsOptions): Promise<void> {
  const { rule: name, perWeek, sinceMs, toMs, json } = options
  const [rule] = await rulesOf(collector, name)
  const series = await storedSeries(collector, rule!, { fromMs: sinceMs - LEARN_MS, toMs })
  if (series.length === 0) throw new CommandFailure(exitCode.failed, `Nothing is stored that ${name} judges.`)
  const tuned = finished(tune(rule!, series, { perWeek, fromMs: sinceMs, toMs }))
  if (tuned.trials.length === 0)
    throw new CommandFailure(exitCode.usage, `${name} has a limit that a person set; there is nothing to tune.`)
  if (json) terminal.printJson({ rule: name, perWeek, series: series.length, ...jsonOf(tuned) })
  else show(terminal, rule!, series.length, perWeek, tuned)
}

function show(terminal: Terminal, rule: Rule, series: number, perWeek: number, { trials, best }: Tuned): void {
  terminal.talk(`${rule.name}: ${count(series)} series; wanted: at most ${perWeek} alerts a week`)
  for (const line of table(trials, COLUMNS, terminal)) terminal.talk(line)
  if (best === null) throw new CommandFailure(exitCode.failed, 'No limit that was tried is quiet enough.')
  terminal.print(ruleText(best.rule).trimEnd().split('\n'))
}

const jsonOf = ({ trials, best }: Tuned) => ({
  trials: trials.map(trialJson),
  best: best === null ? null : trialJson(best),
})
const trialJson = ({ rule, window, limit, alertsPerWeek }: Trial) => ({
  ...{ window, limit, alertsPerWeek, yaml: ruleText(rule) },
})

function finished<Result>(steps: Generator<void, Result>): Result {
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value
}
