/**
 * What came too late for its minute is judged all the same: the series that it belongs to are judged again, from a state
 * of before, with everything that is known now. What was told stands.
 */
import { type AlertEvent, createEngine, type Engine, type Rule } from '@outrider/alerts'
import type { LateSpans, SampleStore, StoredSample } from '../store/sample-store.ts'
import type { Judging } from './judging.ts'
import type { Memory } from './memory.ts'

export interface RevisionParts {
  readonly store: SampleStore
  readonly memory: Pick<Memory, 'past' | 'lookedMs'>
  readonly judging: Judging
}

export interface RevisionSettings {
  readonly rules: readonly Rule[]
  /** Minutes of history that a series is judged again from where no state of before is kept. */
  readonly learnMinutes: number
  /** What ended longer ago than these minutes is stored, and not judged. */
  readonly horizonMinutes: number
}

export interface Revision {
  /** Judges again what is due, and returns what is new. */
  revise(engine: Engine, nowMs: number): Promise<readonly AlertEvent[]>
  /** What arrived before this was looked at and judged; `null`: nothing was. To be saved with the engine. */
  readonly lookedMs: () => number | null
}

const MINUTE = 60_000
/** Clocks of several collectors, and inserts under way, may differ by so much. */
const SLACK_MS = 30_000
/** Judging again takes at most this part of the time. */
const SHARE = 0.1
export function createRevision(parts: RevisionParts, settings: RevisionSettings): Revision {
  const { store, memory, judging } = parts
  // who does not speak is heard by the clock, not by what comes later
  const rules = settings.rules.filter(({ trigger }) => trigger.type !== 'silence')
  let waiting: readonly LateSpans[] = []
  let seen = new Set<string>()
  let dueMs = 0
  let lookedMs = memory.lookedMs()
  let waitingSinceMs: number | null = null

  async function look(engine: Engine, nowMs: number): Promise<void> {
    const beforeMs = (engine.settled() + 1) * MINUTE
    const found = await store.lateSpans({
      sinceMs: (lookedMs ?? nowMs) - SLACK_MS,
      endedFromMs: beforeMs - settings.horizonMinutes * MINUTE,
      endedBeforeMs: beforeMs,
    })
    const keys = new Map(found.map((late) => [JSON.stringify(late), late]))
    waiting = [...waiting, ...[...keys].flatMap(([key, late]) => (seen.has(key) ? [] : [late]))]
    seen = new Set(keys.keys())
    if (waiting.length > 0) waitingSinceMs ??= lookedMs
    lookedMs = nowMs
  }

  async function again(engine: Engine, late: readonly LateSpans[]): Promise<readonly AlertEvent[]> {
    const first = Math.floor(Math.min(...late.map(({ firstEndMs }) => firstEndMs)) / MINUTE)
    const settled = engine.settled()
    const wanted = concerned(rules, late)
    const fresh = createEngine(rules)
    const past = memory.past(first)
    if (past !== null)
      fresh.restore({ ...past, cases: past.cases.filter(([, { rule, labels }]) => wanted(rule, labels)) })
    const from = past === null ? Math.min(first, settled - settings.learnMinutes) : past.settled + 1
    const isWanted = ({ metric, labels }: StoredSample) =>
      rules.some((rule) => rule.metric === metric && wanted(rule.name, labels))
    // up to the minute that the engine has settled, and no further
    const found: AlertEvent[] = []
    const minutes = { from, to: settled + 1, asOfMs: (settled + 2) * MINUTE }
    await judging.judge(fresh, minutes, (events) => void found.push(...events), isWanted)
    return engine.revise(fresh.snapshot(), found)
  }

  return {
    async revise(engine, nowMs) {
      if (engine.settled() < 0) {
        lookedMs = nowMs
        return []
      }
      await look(engine, nowMs)
      if (waiting.length === 0 || nowMs < dueMs) return []
      const late = waiting
      const began = performance.now()
      const events = await again(engine, late)
      waiting = []
      waitingSinceMs = null
      dueMs = nowMs + (performance.now() - began) / SHARE
      return events
    },
    lookedMs: () => waitingSinceMs ?? lookedMs,
  }
}

/** Whether a series may be made of such spans: none of its labels says otherwise. */
function concerned(rules: readonly Rule[], late: readonly LateSpans[]) {
  const keys = new Map(rules.map(({ name, by }) => [name, new Set(late.map((one) => keyOf(by, one)))] as const))
  const byOf = new Map(rules.map(({ name, by }) => [name, by]))
  return (rule: string, labels: Readonly<Record<string, string>>): boolean =>
    keys.get(rule)?.has(keyOf(byOf.get(rule) ?? [], labels)) === true
}

const keyOf = (by: readonly string[], labels: object): string =>
  JSON.stringify(by.map((label) => (labels as Readonly<Record<string, unknown>>)[label] ?? ''))
