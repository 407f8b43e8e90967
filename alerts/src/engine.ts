/**
 * All series under all rules. Samples come in any order and again; a minute is judged once, when it is settled, so that
 * what arrives late but in time changes nothing in what is found.
 */
import { type AlertEvent, identityOf } from './alert.ts'
import { judges, matches, type Rule } from './rule.ts'
import type { Sample } from './sample.ts'
import { listenAnew, type SilenceState } from './silence.ts'
import { createTracker, type Outcome, type Track, type Tracker } from './track.ts'
import type { Reading } from './trigger.ts'

export interface EngineSettings {
  /** Whole minutes that a minute stays open for late samples after its end. @default 1 */
  readonly horizonMinutes: number
  /** Series beyond this many are not judged, and counted. @default 100000 */
  readonly maxSeries: number
}

export const engineDefaults: EngineSettings = { horizonMinutes: 1, maxSeries: 100_000 }

/** What is known of one series under one rule. */
interface Case {
  readonly rule: string
  readonly labels: Readonly<Record<string, string>>
  readonly track: Track
  /** Minutes that are not settled, by their number since 1970. */
  readonly open: Map<number, { readonly value: number; readonly count: number }>
  /** Deploys that were not told, minutes since 1970. */
  deploys: number[]
  reading: Reading | null
  calls: number
  peak: { value: number; score: number; timeMs: number } | null
  /** Minutes of the newest alert that is over; `null`: none. */
  over: { readonly since: number; readonly end: number } | null
}

/** Plain values and typed arrays: what `structuredClone` and `v8.serialize` take. */
export interface EngineSnapshot {
  readonly version: 1
  /** The last minute that is settled; -1: none. */
  readonly settled: number
  readonly cases: readonly (readonly [identity: string, Case])[]
}

/** A series that is in alert, or about to be. */
export interface OpenAlert extends Omit<AlertEvent, 'event'> {
  readonly state: 'pending' | 'firing'
}

export interface Engine {
  /** Takes samples and judges every minute that is settled now. Events are ordered by time, then identity. */
  readonly observe: (samples: readonly Sample[], nowMs: number) => readonly AlertEvent[]
  /** The same in slices of about a millisecond: whoever drives it may do something else at every `yield`. */
  readonly observing: (samples: readonly Sample[], nowMs: number) => Generator<void, readonly AlertEvent[]>
  /** A deploy of who has these labels; a series with other values of the same labels is not concerned. */
  readonly deployed: (labels: Readonly<Record<string, string>>, timeMs: number) => void
  readonly open: () => readonly OpenAlert[]
  readonly counts: () => { readonly series: number; readonly late: number; readonly refused: number }
  /** How many series a rule judges. */
  readonly seriesOf: (rule: string) => number
  /** The last minute that is settled; -1: none. */
  readonly settled: () => number
  /** Shares its arrays with the engine: serialise before the next `observe`. */
  readonly snapshot: () => EngineSnapshot
  /** Cases of rules that are gone, or are told apart by other labels, are dropped. Takes over what it is given. */
  readonly restore: (snapshot: EngineSnapshot) => void
  /**
   * Takes over series that were judged again, up to the same minute, because more had arrived. `found`: what was found
   * on the way. What was told stands: an alert that fires and still does keeps its beginning. Returns what is new.
   */
  readonly revise: (again: EngineSnapshot, found: readonly AlertEvent[]) => readonly AlertEvent[]
}

const MINUTE = 60_000
/** Series a slice. */
const SLICE = 64
/** Series that said nothing for so long are forgotten. */
const FORGET_MINUTES = 9 * 1440
/** Ticks further apart than this were no watching: nobody is silent who was not listened to. */
const BLIND_MINUTES = 10

export function createEngine(rules: readonly Rule[], settings: EngineSettings = engineDefaults): Engine {
  const trackers = new Map<string, Tracker>(rules.map((rule) => [rule.name, createTracker(rule)]))
  const cases = new Map<string, Case>()
  let settled = -1
  let late = 0
  let refused = 0

  const caseOf = (rule: Rule, labels: Sample['labels']): Case | null => {
    const identity = identityOf(rule, labels)
    const known = cases.get(identity)
    if (known !== undefined) return known
    if (cases.size >= settings.maxSeries) {
      refused++
      return null
    }
    const track = trackers.get(rule.name)!.start()
    const fresh: Case = {
      rule: rule.name,
      labels,
      track,
      open: new Map(),
      deploys: [],
      reading: null,
      calls: 0,
      peak: null,
      over: null,
    }
    cases.set(identity, fresh)
    return fresh
  }

  const take = ({ metric, labels, timeMs, value, count }: Sample): void => {
    const minute = Math.floor(timeMs / MINUTE)
    for (const rule of rules) {
      if (!judges(rule, metric, labels)) continue
      if (minute <= settled) {
        late++
        continue
      }
      const one = caseOf(rule, labels)
      if (one === null || value === null) continue
      const known = one.open.get(minute)
      // the reading that has seen more is the later one, whichever came first
      if (known === undefined || count > known.count || (count === known.count && value > known.value))
        one.open.set(minute, { value, count })
    }
  }

  const judge = (identity: string, one: Case, minute: number, value: number, count: number): AlertEvent | null => {
    const tracker = trackers.get(one.rule)!
    const deployed = one.deploys.some((at) => at <= minute)
    if (deployed) one.deploys = one.deploys.filter((at) => at > minute)
    const outcome = tracker.take(one.track, { minute, value, count, deployed })
    if (outcome.reading === null) return null
    const { parts: _parts, ...reading } = outcome.reading
    one.reading = reading
    one.calls = count
    const { level, score } = outcome.reading
    if (outcome.phase === 'ok' && outcome.change === null) one.peak = null
    else if (one.peak === null || score > one.peak.score) one.peak = { value: level, score, timeMs: minute * MINUTE }
    if (outcome.change === null) return null
    const event = { event: outcome.change, ...told(identity, one, tracker.rule, outcome, minute) }
    if (outcome.change === 'resolved') {
      one.peak = null
      one.over = { since: outcome.since, end: minute }
    }
    return event
  }

  const told = (identity: string, one: Case, rule: Rule, outcome: Outcome, minute: number) => {
    const { level, center, deviation, z, score, channel } = outcome.reading!
    const timeMs = minute * MINUTE
    return {
      ...{ identity, rule: rule.name, metric: rule.metric, severity: rule.severity },
      ...{ labels: one.labels, ruleLabels: rule.labels, runbook: rule.runbook },
      ...{ timeMs, sinceMs: outcome.since * MINUTE, value: level, center, deviation, z, score, channel },
      ...{ calls: one.calls, cause: outcome.cause, peak: one.peak ?? { value: level, score, timeMs } },
    }
  }

  function* settle(through: number): Generator<void, readonly AlertEvent[]> {
    const events: AlertEvent[] = []
    const blind = settled < 0 || through - settled > BLIND_MINUTES
    let judged = 0
    for (const [identity, one] of cases) {
      if (++judged % SLICE === 0) yield
      const silence = trackers.get(one.rule)!.rule.trigger.type === 'silence'
      const due = silence && !blind ? span(settled + 1, through) : []
      const minutes = [...new Set([...one.open.keys(), ...due])].filter((minute) => minute <= through)
      for (const minute of minutes.sort((a, b) => a - b)) {
        const sample = one.open.get(minute) ?? { value: 0, count: 0 }
        one.open.delete(minute)
        const event = judge(identity, one, minute, sample.value, sample.count)
        if (event !== null) events.push(event)
      }
      if (silence && blind) listenAnew(one.track.state as SilenceState, through)
      if (one.open.size === 0 && one.track.last >= 0 && through - one.track.last > FORGET_MINUTES)
        cases.delete(identity)
    }
    settled = through
    return events.sort(inOrder)
  }

  function* observing(samples: readonly Sample[], nowMs: number): Generator<void, readonly AlertEvent[]> {
    for (const [index, sample] of samples.entries()) {
      if (index % (8 * SLICE) === 8 * SLICE - 1) yield
      take(sample)
    }
    const through = Math.floor(nowMs / MINUTE) - 1 - settings.horizonMinutes
    // a clock that goes back judges nothing twice
    return through > settled ? yield* settle(through) : []
  }

  function revise(identity: string, fresh: Case, found: readonly AlertEvent[]): readonly AlertEvent[] {
    const old = cases.get(identity)
    if (old === undefined) {
      cases.set(identity, fresh)
      return found
    }
    cases.set(identity, { ...fresh, open: old.open, deploys: old.deploys, over: old.over ?? fresh.over })
    if (old.track.life.phase !== 'firing') return withoutOver(found, old.over)
    const { since, firedAt } = old.track.life
    const before = found.filter(({ timeMs }) => timeMs < since * MINUTE)
    // what began earlier, as is known now, is the alert that was told
    if (before.at(-1)?.event === 'fired') before.pop()
    if (fresh.track.life.phase === 'firing') {
      Object.assign(fresh.track.life, { since, firedAt })
      return before
    }
    const ended = found.findLast(({ event, timeMs }) => event === 'resolved' && timeMs > firedAt * MINUTE)
    const end = ended === undefined ? settled : ended.timeMs / MINUTE
    cases.set(identity, { ...cases.get(identity)!, over: { since, end } })
    if (ended !== undefined) return [...before, { ...ended, sinceMs: since * MINUTE }]
    // with all that is known now it had not fired
    const { rule } = trackers.get(old.rule)!
    const outcome = {
      reading: fresh.reading ?? old.reading,
      since,
      cause: 'recovered',
      change: null,
      phase: 'ok',
    } as const
    return [...before, { event: 'resolved', ...told(identity, old, rule, outcome, settled) }]
  }

  /** Without what lay in an alert that is over; one that has not ended after all fires now. */
  function withoutOver(found: readonly AlertEvent[], over: Case['over']): readonly AlertEvent[] {
    if (over === null) return found
    const [since, end] = [over.since * MINUTE, over.end * MINUTE]
    return found.flatMap((event, at) => {
      const ended = event.event === 'resolved' ? event : found[at + 1]
      if (event.sinceMs > end || (ended !== undefined && ended.timeMs < since)) return [event]
      return ended === undefined ? [{ ...event, timeMs: settled * MINUTE }] : []
    })
  }

  return {
    revise: (again, found) =>
      again.cases
        .filter(([, { rule }]) => trackers.has(rule))
        .flatMap(([identity, fresh]) => {
          const mine = found.filter((event) => event.identity === identity)
          return revise(identity, fresh, mine)
        })
        .sort(inOrder),
    observing,
    observe: (samples, nowMs) => {
      const steps = observing(samples, nowMs)
      for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value
    },
    deployed: (labels, timeMs) => {
      for (const one of cases.values()) {
        const shared = Object.fromEntries(Object.entries(labels).filter(([label]) => label in one.labels))
        if (Object.keys(shared).length > 0 && matches(shared, one.labels)) one.deploys.push(Math.floor(timeMs / MINUTE))
      }
    },
    open: () =>
      [...cases].flatMap(([identity, one]) => {
        const { phase, since } = one.track.life
        if (phase === 'ok' || one.reading === null) return []
        const outcome = { reading: one.reading, phase, since, change: null, cause: null }
        return [{ state: phase, ...told(identity, one, trackers.get(one.rule)!.rule, outcome, one.track.last) }]
      }),
    counts: () => ({ series: cases.size, late, refused }),
    seriesOf: (rule) => [...cases.values()].filter((one) => one.rule === rule).length,
    settled: () => settled,
    snapshot: () => ({ version: 1, settled, cases: [...cases] }),
    restore: (snapshot) => {
      settled = snapshot.settled
      for (const [identity, one] of snapshot.cases) {
        const tracker = trackers.get(one.rule)
        if (tracker !== undefined && identityOf(tracker.rule, one.labels) === identity) cases.set(identity, one)
      }
    },
  }
}

const inOrder = (a: AlertEvent, b: AlertEvent): number =>
  a.timeMs - b.timeMs || (a.identity < b.identity ? -1 : a.identity > b.identity ? 1 : 0)

const span = (from: number, through: number): readonly number[] =>
  Array.from({ length: Math.max(0, through - from + 1) }, (_, index) => from + index)
