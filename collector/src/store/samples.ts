/** Samples of what ended in each minute, from the spans themselves, and the alerts that were made of them. */
import { createHash } from 'node:crypto'
import { type Connection, composed, statement } from './connect.ts'
import { storeError } from './failure.ts'
import { dateText, timeText } from './row-json.ts'
import {
  type AlertStore,
  type ExampleQuery,
  type LateSpans,
  RUNS_SHOWING,
  type SampleStore,
  type StoredAlert,
  type StoredSample,
} from './sample-store.ts'

const sql = {
  spans: statement('samples'),
  runs: statement('sample-runs'),
  scores: composed('sample-scores'),
  versions: statement('sample-versions'),
  late: statement('late-spans'),
  examples: composed('sample-examples'),
  scored: composed('sample-scored-runs'),
  callers: statement('sample-callers'),
  shares: composed('sample-shares'),
  alerts: statement('alerts'),
}
/** Rows that one answer holds. */
const ROWS = 200_000
const MINUTE = 60_000
/** Of so short a time, less is read than looked for first. */
const FEW = 60 * MINUTE
/** The year 2200: later than anything, and still a time that ClickHouse knows. */
const LAST_MS = 7_258_118_400_000
const alertColumns = 'day,at,identity,event,rule,metric,severity,examples,body,received_at'

type Window = Readonly<Record<string, unknown>> & { readonly fromMs: number; readonly toMs: number }
type Column = readonly (number | null)[]
/** One series: its labels, and of each column a number a minute. */
type Row = Readonly<Record<string, string | Column>> & { readonly minutes: readonly number[] }
/** What a minute tells of one metric: of which columns, its value, and the calls that it stands on; none: nothing was measured. */
interface Figure {
  readonly metric: string
  readonly columns: readonly string[]
  readonly value: (...told: number[]) => number
  readonly count: (...told: number[]) => number
}

const plain = (metric: string, column: string, count: string): Figure => ({
  ...{ metric, columns: [column, count], value: (value = 0) => value, count: (_value, count = 0) => count },
})
const share = (metric: string, part: string, of: string): Figure => ({
  ...{ metric, columns: [part, of], value: (part = 0, of = 0) => part / of, count: (_part, of = 0) => of },
})

const quality = plain('quality_score', 'score_mean', 'scores')
const runCost = plain('run_cost_usd', 'cost', 'runs')
const spanFigures: readonly Figure[] = [
  share('error_rate', 'call_errors', 'calls'),
  share('tool_error_rate', 'tool_errors', 'tools'),
  plain('latency_p95_ms', 'latency', 'llm_calls'),
  plain('ttft_p95_ms', 'ttft', 'ttft_calls'),
  plain('calls', 'calls', 'calls'),
  {
    ...{ metric: 'tokens', columns: ['input', 'output', 'told_calls'] },
    ...{ value: (input = 0, output = 0) => input + output, count: (_input, _output, calls = 0) => calls },
  },
  plain('cost_usd', 'cost', 'priced_calls'),
  share('retry_rate', 'retries', 'llm_calls'),
  share('fallback_rate', 'fallbacks', 'llm_calls'),
  share('refusal_rate', 'refusals', 'llm_calls'),
  share('guard_finding_rate', 'guard_findings', 'guarded'),
  {
    ...{ metric: 'cache_hit_rate', columns: ['cached', 'cacheable', 'cache_calls'] },
    value: (cached = 0, cacheable = 0) => cached / Math.max(1, cacheable),
    count: (_cached, _cacheable, calls = 0) => calls,
  },
  quality,
]

/** @param rowsAtOnce rows of samples that are asked for at once. @default 200000 */
export function createSamples(
  reading: Connection,
  writing: Connection,
  now: () => number,
  rowsAtOnce = ROWS,
): SampleStore & AlertStore {
  /** All series of a window: what one answer does not hold, the next begins with. */
  async function rowsOf(text: string, window: Window): Promise<readonly Row[]> {
    const answers: (readonly Row[])[] = []
    for (let { fromMs } = window; fromMs < window.toMs; ) {
      const rows = await reading.rows<Row>(text, { ...window, fromMs, rows: rowsAtOnce })
      answers.push(rows)
      if (rows.reduce((sum, { minutes }) => sum + minutes.length, 0) < rowsAtOnce) break
      const last = rows.reduce((most, { minutes }) => minutes.reduce((a, b) => Math.max(a, b), most), 0)
      // the last minute may be cut off; one that fills an answer alone is all that is looked at of it
      const next = Math.max(last, Math.floor(fromMs / MINUTE) + 1)
      answers.push(answers.pop()!.map((row) => before(next, row)))
      fromMs = next * MINUTE
    }
    return answers.flat()
  }

  async function runsOf({ metric, labels, fromMs, toMs }: ExampleQuery, which: { all: boolean; most: number }) {
    const params = { metric, fromMs, toMs, ...labelParams(labels), ...which }
    const rows = await reading.rows<ShownRun>(sql.examples, params)
    // scores come from spans and from evaluators
    if (metric !== 'quality_score') return rows
    const scored = await reading.rows<ShownRun>(sql.scored, params)
    const order = which.all ? byKey : (a: ShownRun, b: ShownRun) => b.weight - a.weight
    const runs = new Map([...rows, ...scored].toSorted((a, b) => a.weight - b.weight).map((run) => [run.key, run]))
    return [...runs.values()].toSorted(order).slice(0, which.most)
  }

  return {
    async samples(by, fromMs, toMs, { metrics, labels = {} } = {}) {
      const wanted = spanFigures.filter(({ metric }) => metrics === undefined || metrics.has(metric))
      const wants = (metric: string) => metrics === undefined || metrics.has(metric)
      const has = (label: string) => by.includes(label)
      const params = {
        ...{ fromMs, toMs, byAgent: has('agent'), byWorkflow: has('workflow'), byModel: has('model') },
        ...{ byTenant: has('tenant'), byTool: has('tool') },
        ...labelParams(labels),
        few: toMs - fromMs <= FEW,
      }
      const only = (...labels: readonly string[]) => by.every((label) => labels.includes(label))
      const none: Row[] = []
      const [spans, runs, scores] = await Promise.all([
        wanted.length > 0 ? rowsOf(inSeries(sql.spans, by, wanted), params) : none,
        only('workflow', 'tenant') && wants('run_cost_usd') ? rowsOf(inSeries(sql.runs, by, [runCost]), params) : none,
        only('agent', 'workflow', 'tenant') && wants('quality_score')
          ? rowsOf(inSeries(sql.scores, by, [quality]), params)
          : none,
      ])
      const scored = wants('quality_score') ? samplesOf(spans, by, [quality]) : []
      return [
        ...samplesOf(
          spans,
          by,
          wanted.filter((figure) => figure !== quality),
        ),
        ...samplesOf(runs, by, [runCost]),
        ...together([...scored, ...samplesOf(scores, by, [quality])]),
      ]
    },
    async versionChanges(fromMs, toMs, agent = '') {
      const rows = await reading.rows<Record<'agent' | 'what' | 'version' | 'first_ms', string>>(sql.versions, {
        ...{ fromMs, toMs, agent, few: toMs - fromMs <= FEW },
      })
      return rows.map(({ agent, what, version, first_ms }) => ({
        agent,
        what: what as 'agentVersion',
        version,
        timeMs: Number(first_ms),
      }))
    },
    async lateSpans({ sinceMs, endedFromMs, endedBeforeMs }) {
      const rows = await reading.rows<LateRow>(sql.late, { sinceMs, endedFromMs, endedBeforeMs })
      return rows.map(({ first_end_ms, received_ms, ...labels }) => ({
        ...{ ...labels, firstEndMs: Number(first_end_ms), receivedMs: Number(received_ms) },
      }))
    },
    examples: async (query) => (await runsOf(query, { all: false, most: 3 })).map(({ trace_id }) => trace_id),
    showing: async (query) => (await runsOf(query, { all: true, most: RUNS_SHOWING })).map(({ key }) => key),
    async callers(fromMs, toMs) {
      const rows = await reading.rows<Record<'agent' | 'caller', string> & { failed: 0 | 1 }>(sql.callers, {
        fromMs,
        toMs,
      })
      return rows.map(({ failed, ...one }) => ({ ...one, failed: failed === 1 }))
    },
    async shares({ metric, labels, fromMs, sinceMs, toMs }) {
      const params = { metric, fromMs, sinceMs, toMs, ...labelParams(labels) }
      const rows = await reading.rows<ShareRow>(sql.shares, params)
      return rows.map(({ label, value, ...row }) => ({
        ...{ label, value, weightDuring: Number(row.weight_during), countDuring: Number(row.count_during) },
        ...{ weightBefore: Number(row.weight_before), countBefore: Number(row.count_before) },
      }))
    },
    async writeAlerts(alerts) {
      if (alerts.length === 0) return
      const block = Buffer.from(alerts.map((alert) => `${JSON.stringify(rowOf(alert, now()))}\n`).join(''))
      const token = createHash('sha256').update(block).digest('hex').slice(0, 32)
      await writing.insert(`alerts (${alertColumns})`, 'JSONEachRow', block, token).catch((cause: unknown) => {
        throw storeError(cause, 'Storing alerts')
      })
    },
    async alerts({ fromMs, toMs = Number.MAX_SAFE_INTEGER, limit, traceId = '', agent = '', rule = '' }) {
      const untilMs = Math.min(toMs, LAST_MS)
      const rows = await reading.rows<AlertRow>(sql.alerts, { fromMs, untilMs, limit, traceId, agent, rule })
      return rows.map(({ at_ms, event, ...row }) => ({
        ...row,
        event: event === 'fired' ? 'fired' : 'resolved',
        timeMs: Number(at_ms),
      }))
    },
  }
}

/** '' is any. */
const labelParams = ({ agent = '', workflow = '', model = '', tenant = '', tool = '' }: ExampleQuery['labels']) => ({
  ...{ agent, workflow, model, tenant, tool },
})

interface ShownRun {
  readonly trace_id: string
  readonly key: string
  readonly weight: number
}
const byKey = (a: ShownRun, b: ShownRun): number => (a.key < b.key ? -1 : 1)

type LateRow = Omit<LateSpans, 'firstEndMs' | 'receivedMs'> & Record<'first_end_ms' | 'received_ms', string>

type ShareRow = Record<'label' | 'value', string> &
  Record<`${'weight' | 'count'}_${'during' | 'before'}`, string | number | null>

interface AlertRow extends Omit<StoredAlert, 'timeMs' | 'event'> {
  readonly at_ms: string
  readonly event: string
}

const rowOf = (alert: StoredAlert, receivedMs: number) => ({
  day: dateText(Math.floor(alert.timeMs / 86_400_000)),
  at: timeText(BigInt(alert.timeMs) * 1_000_000n),
  identity: alert.identity,
  event: alert.event,
  rule: alert.rule,
  metric: alert.metric,
  severity: alert.severity,
  examples: alert.examples,
  body: alert.body,
  received_at: timeText(BigInt(receivedMs) * 1_000_000n),
})

/**
 * Each series once with its minutes, and only the columns that are looked at: the store does not even read what only the
 * others need, and labels are told once.
 */
const inSeries = (text: string, by: readonly string[], figures: readonly Figure[]): string => {
  const keys = by.map((label) => `${label}_key`).join(', ')
  const columns = [...new Set(figures.flatMap((one) => one.columns))].map((one) => `groupArray(${one}) AS ${one}`)
  const told = [...(keys === '' ? [] : [keys]), 'groupArray(intDiv(minute_ms, 60000)::UInt32) AS minutes', ...columns]
  return `SELECT ${told.join(', ')} FROM (\n${text}\n)${keys === '' ? '' : ` GROUP BY ${keys} ORDER BY ${keys}`}`
}

function before(minute: number, row: Row): Row {
  const kept = row.minutes.map((one) => one < minute)
  const columns = Object.entries(row).map(([name, told]) => [
    name,
    typeof told === 'string' ? told : told.filter((_, index) => kept[index]),
  ])
  return Object.fromEntries(columns) as Row
}

function samplesOf(rows: readonly Row[], by: readonly string[], figures: readonly Figure[]): StoredSample[] {
  const samples: StoredSample[] = []
  for (const row of rows) {
    const labels = Object.fromEntries(by.map((label) => [label, String(row[`${label}_key`])]))
    for (const { metric, columns, value, count } of figures) {
      const told = columns.map((column) => row[column] as Column)
      for (const [index, minute] of row.minutes.entries()) {
        const now = told.map((column) => column[index] ?? 0)
        const stands = count(...now)
        if (stands > 0) samples.push({ metric, labels, timeMs: minute * MINUTE, value: value(...now), count: stands })
      }
    }
  }
  return samples
}

/** Scores come from spans and from evaluators: of the same minute and series they are one sample, by their weights. */
function together(samples: readonly StoredSample[]): readonly StoredSample[] {
  const merged = new Map<string, StoredSample>()
  for (const sample of samples) {
    const key = JSON.stringify([sample.metric, sample.timeMs, Object.values(sample.labels)])
    const known = merged.get(key)
    if (known === undefined) merged.set(key, sample)
    else {
      const count = known.count + sample.count
      merged.set(key, { ...known, count, value: (known.value * known.count + sample.value * sample.count) / count })
    }
  }
  return [...merged.values()]
}
