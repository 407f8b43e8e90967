/** What a rule makes of what is stored: the series that it judges with what was normal, and whether it would have fired. */
import {
  type AlertEvent,
  createEngine,
  matches,
  measures,
  type Reading,
  type Replayed,
  type ReplayRow,
  type Rule,
  readings,
} from '@outrider/alerts'
import type { SampleStore, StoredSample, VersionChange } from '../store/sample-store.ts'
import { turn } from '../turn.ts'
import { createJudging } from './judging.ts'

type Labels = Readonly<Record<string, string>>

interface HistoryQuery {
  readonly rule: Rule
  /** Labels that a series must have. */
  readonly labels: Labels
  readonly fromMs: number
  readonly toMs: number
}

/** One series under a rule; every column has an entry a minute from `startMs` on. */
export interface SeriesHistory {
  readonly labels: Labels
  /** An amount is judged in total and a call; anything else as it is. */
  readonly unit: 'total' | 'per call' | null
  readonly startMs: number
  readonly value: readonly (number | null)[]
  readonly calls: readonly number[]
  readonly center: readonly (number | null)[]
  readonly low: readonly (number | null)[]
  readonly high: readonly (number | null)[]
  readonly score: readonly (number | null)[]
  readonly state: readonly Replayed['state'][]
  readonly events: readonly { readonly timeMs: number; readonly event: string; readonly cause: string | null }[]
}

export interface History {
  /** The series with the highest scores first, how many were left out, and which versions began meanwhile. */
  series(query: HistoryQuery): Promise<{
    readonly series: readonly SeriesHistory[]
    readonly more: number
    readonly changes: readonly VersionChange[]
  }>
  /** Series as they are stored, each minute that has a value. */
  rows(query: HistoryQuery): Promise<readonly StoredSeries[]>
  /** The same events as if the rule had been watching. */
  preview(rule: Rule, fromMs: number, toMs: number): Promise<Preview>
}

interface StoredSeries {
  readonly labels: Labels
  readonly rows: readonly ReplayRow[]
  readonly deploys: readonly number[]
}

/** A series as it is shown. */
interface Judged {
  readonly labels: Labels
  readonly highest: number
  readonly shown: readonly Replayed[]
}

interface Preview {
  readonly events: readonly AlertEvent[]
  /** Labels of every series that it judged. */
  readonly series: readonly Labels[]
}

const MINUTE = 60_000
/** Minutes of all series that a preview reads at once. */
const WINDOW = 1440
/** Minutes that a rule learns from before what is asked for. */
const LEARN = 2880
/** Series that one answer shows. */
const MOST = 12
/** Readings between two breaths. */
const SLICE = 256

export function createHistory(store: SampleStore): History {
  /** A rule's series, each in the order of its minutes. */
  async function seriesOf({ rule, labels, fromMs, toMs }: HistoryQuery): Promise<readonly StoredSample[][]> {
    const which = { metrics: new Set([rule.metric]), labels: exactly(labels) }
    const samples = await store.samples(rule.by, fromMs, toMs, which)
    const match = { ...rule.match, ...labels }
    // the samples of one answer share their labels: what is said of many is asked once
    const mine = samples.filter(({ metric }) => metric === rule.metric)
    const parts = [...Map.groupBy(mine, (sample) => sample.labels)].filter(([of]) => matches(match, of))
    const series = Map.groupBy(parts, ([of]) => JSON.stringify(of))
    return [...series.values()].map((same) => same.flatMap(([, some]) => some).sort(byTime))
  }

  return {
    async rows(query) {
      const { rule, labels, fromMs, toMs } = query
      const [series, changes] = await Promise.all([
        seriesOf(query),
        // a deploy is an agent's
        rule.by.includes('agent') ? store.versionChanges(fromMs, toMs, exactly(labels).agent) : [],
      ])
      return series.map((all) => {
        const { labels } = all[0]!
        return { labels, rows: all.map(rowOf), deploys: deploysOf(changes, labels) }
      })
    },
    async series({ rule, labels, fromMs, toMs }) {
      const start = Math.floor(fromMs / MINUTE) * MINUTE
      const learnt = start - LEARN * MINUTE
      const excused = heedsDeploys(rule)
      const [series, changes] = await Promise.all([
        seriesOf({ rule, labels, fromMs: learnt, toMs }),
        store.versionChanges(excused ? learnt : start, toMs, exactly(labels).agent),
      ])
      let more = 0
      let told: readonly Judged[] = []
      for (const all of series) {
        const { labels } = all[0]!
        const shown: Replayed[] = []
        let judged = 0
        for (const line of readings(all, rule, excused ? deploysOf(changes, labels) : [], 1)) {
          if (line.row.timeMs >= start) shown.push(line)
          if (++judged % SLICE === 0) await turn()
        }
        if (shown.length === 0) continue
        const highest = shown.reduce((most, { reading }) => Math.max(most, reading?.score ?? 0), 0)
        const known = [...told, { labels, highest, shown }].sort((a, b) => b.highest - a.highest)
        told = known.slice(0, MOST)
        more += known.length - told.length
      }
      return {
        series: told.flatMap(({ labels, shown }) => columnsOf(labels, shown, start, toMs, isSum(rule))),
        more,
        changes: changes.filter(({ timeMs }) => timeMs >= fromMs),
      }
    },
    async preview(rule, fromMs, toMs) {
      const engine = createEngine([rule])
      const events: AlertEvent[] = []
      const judging = createJudging(store, [rule], () => false, WINDOW)
      const [from, to] = [Math.floor(fromMs / MINUTE) - LEARN, Math.floor(toMs / MINUTE)]
      await judging.judge(engine, { from, to, asOfMs: toMs }, (found) => void events.push(...found))
      return {
        events: events.filter(({ timeMs }) => timeMs >= fromMs),
        series: engine.snapshot().cases.map(([, { labels }]) => labels),
      }
    },
  }
}

/** A pattern is nothing that the store could look for. */
const exactly = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([, value]) => !value.endsWith('*')))

const rowOf = ({ timeMs, value, count }: StoredSample): ReplayRow => ({ timeMs, value, count })
const byTime = (a: StoredSample, b: StoredSample): number => a.timeMs - b.timeMs
/** Whether a deploy excuses a new level of its series. */
const heedsDeploys = ({ kind, trigger, by }: Rule): boolean =>
  trigger.type === 'band' && measures[kind].deploys && by.includes('agent')
const isSum = ({ kind, trigger }: Rule): boolean => kind === 'sum' && trigger.type === 'band'

const deploysOf = (changes: readonly VersionChange[], labels: Labels): readonly number[] =>
  changes
    .filter(({ agent, what }) => agent === labels.agent && what !== 'model')
    .map(({ timeMs }) => timeMs)
    .sort((a, b) => a - b)

function columnsOf(
  labels: Labels,
  lines: readonly Replayed[],
  startMs: number,
  toMs: number,
  sum: boolean,
): readonly SeriesHistory[] {
  const minutes = Math.max(0, Math.ceil((toMs - startMs) / MINUTE))
  const events = lines.flatMap(({ row, event, cause }) =>
    event === null ? [] : [{ timeMs: row.timeMs, event, cause }],
  )
  const units = sum ? (['total', 'per call'] as const) : ([null] as const)
  return units.map((unit) => {
    const column = <T>(nothing: T) => new Array<T>(minutes).fill(nothing)
    const none = (): (number | null)[] => column<number | null>(null)
    const [value, center, low, high, score] = [none(), none(), none(), none(), none()]
    const calls = column(0)
    const state = column<Replayed['state']>('ok')
    for (const { row, reading, state: now } of lines) {
      const at = Math.floor((row.timeMs - startMs) / MINUTE)
      if (at < 0 || at >= minutes) continue
      const part = partOf(reading, unit)
      const count = row.count ?? 0
      value[at] = unit === 'per call' && row.value !== null ? row.value / Math.max(1, count) : row.value
      calls[at] = count
      center[at] = part?.center ?? null
      low[at] = part?.low ?? null
      high[at] = part?.high ?? null
      score[at] = part?.score ?? null
      state.fill(now, at)
    }
    return { labels, unit, startMs, value, calls, center, low, high, score, state, events }
  })
}

function partOf(reading: Reading | null, unit: SeriesHistory['unit']): Reading | null {
  if (unit === null || reading?.parts === undefined) return reading
  return reading.parts[unit === 'total' ? 0 : 1]
}
