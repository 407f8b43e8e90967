/**
 * Every minute: samples from the store through the alert engine, what it finds into the store and to whom it is told.
 * Knows time and order; refuses to know what is unusual (the engine), how samples are made (the store) and how
 * receivers are reached (told to `tell`).
 */
import { type AlertEvent, createEngine, type Engine, type Rule } from '@outrider/alerts'
import { type Alert, type AlertChange, alertText } from '../alert.ts'
import type { AlertStore, SampleStore, StoredAlert, VersionChange } from '../store/sample-store.ts'
import { turn } from '../turn.ts'
import type { Memory } from './memory.ts'

export interface WatchParts {
  readonly store: SampleStore & AlertStore
  readonly memory: Memory
  /** Hears every alert once it is stored; what it does not take is its own to try again. */
  readonly tell: (alerts: readonly Alert[]) => void
  readonly log: { warn(fields: object, text: string): void; info(fields: object, text: string): void }
}

export interface WatchSettings {
  readonly rules: readonly Rule[]
  /** Minutes of history that a new watch learns from. @default 2880 */
  readonly learnMinutes: number
  /** Minutes between two savings of the state; a crash costs none of it, it is learnt again from the store. @default 5 */
  readonly saveMinutes: number
  /** Alerts that are older when they are found are stored, but told to nobody. @default 30 */
  readonly staleMinutes: number
}

export const watchDefaults: Omit<WatchSettings, 'rules'> = { learnMinutes: 2880, saveMinutes: 5, staleMinutes: 30 }

export interface Watch {
  /** Judges what is settled by now. One at a time; rejects when the store does, and the next call goes on from there. */
  tick(nowMs: number): Promise<void>
  /** Alerts that were found elsewhere: stored, then told. Rejects when the store does; the next tick tries again. */
  keep(alerts: readonly Alert[], nowMs: number): Promise<void>
  open: Engine['open']
  counts: Engine['counts']
  /** Saves what is known. */
  close(): Promise<void>
}

const MINUTE = 60_000
/** Minutes that are read at once. */
const WINDOW = 240
/** Minutes of versions that are read again. */
const OVERLAP = 3
/** A change so long before an alert may be its reason. */
const REASON_MS = 60 * MINUTE

export function createWatch({ store, memory, tell, log }: WatchParts, settings: WatchSettings): Watch {
  const engine = createEngine(settings.rules)
  const grains = [...new Map(settings.rules.map(({ by }) => [by.join(), by])).values()]
  const saved = memory.load()
  if (saved !== null) engine.restore(saved)
  let changes: readonly VersionChange[] = []
  let unstored: readonly Alert[] = []
  let savedAt = engine.settled()
  let last: Promise<void> = Promise.resolve()
  let closing = false

  async function tick(nowMs: number): Promise<void> {
    await keep(nowMs)
    const now = Math.floor(nowMs / MINUTE)
    const oldest = now - settings.learnMinutes
    for (let from = Math.max(engine.settled() + 1, oldest); from < now && !closing; from += WINDOW) {
      const to = Math.min(from + WINDOW, now)
      await observe(from, to, to === now ? nowMs : to * MINUTE, nowMs)
    }
    if (engine.settled() - savedAt >= settings.saveMinutes) await save()
  }

  /** Minutes `from` up to `to`, as of `asOfMs`. */
  async function observe(from: number, to: number, asOfMs: number, nowMs: number): Promise<void> {
    const window = [from * MINUTE, to * MINUTE] as const
    const samples = await Promise.all(grains.map((by) => store.samples(by, ...window)))
    await learnChanges(from, to)
    const events = await inTurns(engine.observing(samples.flat(), asOfMs))
    if (events.length === 0) return
    unstored = [...unstored, ...(await Promise.all(events.map(explained)))]
    await keep(nowMs)
  }

  async function learnChanges(from: number, to: number): Promise<void> {
    const known = new Set(changes.map(keyOf))
    // spans come some time after they began: the last minutes are looked at again
    const found = await store.versionChanges((from - OVERLAP) * MINUTE, to * MINUTE)
    const fresh = found.filter((change) => !known.has(keyOf(change)))
    // another model is told as a reason, but excuses nothing: it may stand in for one that failed
    for (const { agent, what, timeMs } of fresh) if (what !== 'model') engine.deployed({ agent }, timeMs)
    changes = [...changes.filter(({ timeMs }) => timeMs > to * MINUTE - 24 * REASON_MS), ...fresh]
  }

  async function explained(event: AlertEvent): Promise<Alert> {
    const { metric, labels, sinceMs, timeMs } = event
    const text = alertText(event)
    if (event.event === 'resolved') return { ...event, text, examples: [], changes: [] }
    const examples = await store
      .examples({ metric, labels, fromMs: Math.min(sinceMs, timeMs - 4 * MINUTE), toMs: timeMs + MINUTE })
      .catch((cause: unknown) => {
        log.warn({ err: cause, rule: event.rule }, 'alert without examples: the store did not give them')
        return []
      })
    return { ...event, text, examples, changes: changesOf(event) }
  }

  const changesOf = ({ labels, sinceMs, timeMs }: AlertEvent): readonly AlertChange[] =>
    changes
      .filter(
        (change) => change.agent === labels.agent && change.timeMs >= sinceMs - REASON_MS && change.timeMs <= timeMs,
      )
      .map(({ what, version, timeMs: at }) => ({ what, version, timeMs: at }))

  /** Stored first, told then: nobody hears of an alert that is not there to be looked at. */
  async function keep(nowMs: number): Promise<void> {
    if (unstored.length === 0) return
    await store.writeAlerts(unstored.map(stored))
    const fresh = unstored.filter(({ timeMs }) => nowMs - timeMs <= settings.staleMinutes * MINUTE)
    unstored = []
    if (fresh.length > 0) tell(fresh)
  }

  async function save(): Promise<void> {
    await memory.save(engine.snapshot())
    savedAt = engine.settled()
  }

  const inOrder = (step: () => Promise<void>): Promise<void> => {
    const mine = last.then(step)
    last = mine.catch(() => {})
    return mine
  }

  return {
    tick: (nowMs) => inOrder(() => tick(nowMs)),
    keep: (alerts, nowMs) =>
      inOrder(() => {
        unstored = [...unstored, ...alerts]
        return keep(nowMs)
      }),
    open: engine.open,
    counts: engine.counts,
    close: () => {
      // history that was not read yet is read at the next start
      closing = true
      return inOrder(save)
    },
  }
}

/** Works for a millisecond or so, then lets others work. */
async function inTurns<Result>(steps: Generator<void, Result>): Promise<Result> {
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return step.value
    await turn()
  }
}

const keyOf = ({ agent, what, version }: VersionChange): string => JSON.stringify([agent, what, version])

const stored = (alert: Alert): StoredAlert => ({
  identity: alert.identity,
  event: alert.event,
  timeMs: alert.timeMs,
  rule: alert.rule,
  metric: alert.metric,
  severity: alert.severity,
  examples: alert.examples,
  body: JSON.stringify(alert),
})
