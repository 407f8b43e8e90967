/** Puts what has just fired where it belongs: asks the store for what alerts have in common, the engine's room decides. */
import {
  type AlertEvent,
  awaitsCause,
  fold,
  isNear,
  type Member,
  type OpenAlert,
  type Suspect,
  sameSubject,
} from '@outrider/alerts'
import { type Alert, alone, type Placement } from '../alert.ts'
import type { AgentEnds, AlertStore, SampleStore } from '../store/sample-store.ts'
import { RUNS_SHOWING } from '../store/sample-store.ts'
import { type OpenNow, storedOpen } from './lead.ts'
import { isLoop } from './loops.ts'

export interface IncidentParts {
  readonly store: SampleStore & AlertStore
  readonly log: { warn(fields: object, text: string): void }
}

export interface Incidents {
  /**
   * In the order given, and apart from those what is to be placed at the next tick: what has just fired, while its cause
   * is about to. What ends stays where it was. Where the store does not say what alerts have in common, they are
   * told one by one; rejects where it does not say which are open.
   *
   * @param known alerts that the store does not have yet, and what the engine has open
   */
  place(
    events: readonly AlertEvent[],
    known: { readonly unstored: readonly Alert[]; readonly open: readonly OpenAlert[] },
    nowMs: number,
  ): Promise<{ readonly placed: readonly (AlertEvent & Placement)[]; readonly held: readonly AlertEvent[] }>
}

const MINUTE = 60_000
/** What is found within this time is folded together, whoever fired first. */
const TOGETHER_MS = 30 * MINUTE
/** Since the minute that decided: an alert waits for its cause for one tick or two. */
const HOLD_MS = 4 * MINUTE
/** Runs are compared over these minutes at least. */
const WINDOW_MS = 5 * MINUTE
/** Alerts whose runs are asked for at once; those beyond it are told one by one. */
const MOST = 40
/** Of two alerts of one trouble, most of the runs of the rarer one show the other, too. */
const SHARED = 0.8
/** Who is no agent: a workflow is above all of them, a tool or a model below. */
const DEPTH = { above: 0, below: 100, most: 50 }

export function createIncidents({ store, log }: IncidentParts): Incidents {
  /** @param pending alerts that may still turn out to be the cause */
  async function placeTogether(
    fired: readonly AlertEvent[],
    open: readonly Member[],
    pending: readonly OpenAlert[],
    nowMs: number,
  ): Promise<{ readonly members: readonly Member[]; readonly held: ReadonlySet<string> }> {
    const toMs = Math.max(...fired.map(({ timeMs }) => timeMs)) + MINUTE
    const fromMs = Math.min(Math.max(...fired.map(({ sinceMs }) => sinceMs)), toMs - WINDOW_MS)
    const agents = await store.callers(fromMs, toMs).catch(nothing<AgentEnds>('how deep agents are'))
    const suspects = fired.map((event) => suspectOf(event, agents))
    const recent = suspects.filter(({ timeMs }) => nowMs - timeMs < HOLD_MS)
    const causes = recent.length === 0 ? [] : pending.map((alert) => suspectOf(alert, agents))
    const heard = open.filter(({ told }) => told)
    const runs = await runsOf(comparable(suspects, [...heard, ...causes]), fromMs, toMs)
    const shares = (a: Suspect, b: Suspect) => overlap(runs.get(a.identity), runs.get(b.identity)) >= SHARED
    const held = new Set(recent.filter((one) => awaitsCause(one, causes, shares)).map(({ identity }) => identity))
    const rest = suspects.filter(({ identity }) => !held.has(identity))
    return { members: fold(rest, open, shares), held }
  }

  /** Keys of the runs that show each alert. */
  async function runsOf(alerts: readonly Suspect[], fromMs: number, toMs: number) {
    const found = new Map<string, readonly string[]>()
    for (const { identity, metric, labels } of alerts.slice(0, MOST)) {
      const keys = await store
        .showing({ metric, labels, fromMs, toMs })
        .catch(nothing<string>('which runs show an alert'))
      found.set(identity, keys)
    }
    return found
  }

  const nothing =
    <T>(what: string) =>
    (err: unknown): readonly T[] => {
      log.warn({ err }, `alerts: the store did not say ${what}; they are told one by one`)
      return []
    }

  return {
    async place(events, { unstored, open: now }, nowMs) {
      if (events.length === 0) return { placed: [], held: [] }
      const stored = await storedOpen(store, nowMs)
      const judged = new Set(now.map(({ identity }) => identity))
      const pending = now.filter(({ state }) => state === 'pending')
      const concerned = new Set(events.map(({ identity }) => identity))
      // what nobody judges any more speaks for nobody
      const isOpen = (one: Alert | OpenNow) => isLoop(one) || judged.has(one.identity) || concerned.has(one.identity)
      const known = [...stored, ...unstored.filter(({ event }) => event === 'fired')].filter(isOpen)
      const open = new Map<string, Member>(known.map((alert) => [alert.identity, alert]))
      const placed = new Map<string, Placement>()
      const waiting: AlertEvent[] = []
      const held: AlertEvent[] = []
      const placeWaiting = async () => {
        const fired = waiting.splice(0)
        if (fired.length === 0) return
        const together = await placeTogether(fired, [...open.values()], pending, nowMs)
        held.push(...fired.filter(({ identity }) => together.held.has(identity)))
        for (const member of together.members) {
          open.set(member.identity, member)
          placed.set(keyOf(member, 'fired'), placementOf(member))
        }
      }
      for (const event of events.toSorted((a, b) => a.timeMs - b.timeMs)) {
        const { identity } = event
        const before = open.get(identity)
        const [first] = waiting
        if (event.event === 'resolved' || (first !== undefined && event.timeMs - first.timeMs > TOGETHER_MS))
          await placeWaiting()
        if (event.event === 'resolved') {
          placed.set(keyOf(event), placementOf(open.get(identity) ?? alone(identity)))
          open.delete(identity)
        } else if (before?.timeMs === event.timeMs) placed.set(keyOf(event), placementOf(before))
        else {
          open.delete(identity)
          waiting.push(event)
        }
      }
      await placeWaiting()
      return {
        placed: events
          .filter((event) => !held.includes(event))
          .map((event) => ({ ...event, ...(placed.get(keyOf(event)) ?? alone(event.identity)) })),
        held,
      }
    },
  }
}

const keyOf = (
  { identity, timeMs, ...one }: Pick<AlertEvent, 'identity' | 'timeMs'> & { event?: string },
  event?: string,
) => JSON.stringify([identity, timeMs, event ?? one.event])

const placementOf = ({ incident, told, depth, failed }: Placement): Placement => ({ incident, told, depth, failed })

/** Of these, who may be of one trouble with another, and is not about the same. */
function comparable(fired: readonly Suspect[], others: readonly Suspect[]): readonly Suspect[] {
  const all = [...fired, ...others.filter((one) => fired.some((other) => isNear(one, other)))]
  return all.filter((one) => all.some((other) => other !== one && isNear(one, other) && !sameSubject(one, other)))
}

/** Part of the smaller of two ascending lists that is in the other; lists that are full go only as far as their last. */
export function overlap(a: readonly string[] = [], b: readonly string[] = []): number {
  const endOf = (keys: readonly string[]) => (keys.length < RUNS_SHOWING ? null : (keys.at(-1) ?? null))
  const ends = [endOf(a), endOf(b)].filter((end) => end !== null)
  const end = ends.toSorted()[0]
  const within = (keys: readonly string[]) => (end === undefined ? keys : keys.filter((key) => key <= end))
  const [one, other] = [within(a), new Set(within(b))]
  const least = Math.min(one.length, other.size)
  return least === 0 ? 0 : one.filter((key) => other.has(key)).length / least
}

function suspectOf(event: Omit<Suspect, 'depth' | 'failed'>, agents: readonly AgentEnds[]): Suspect {
  const { agent, tool, model } = event.labels
  if (agent === undefined)
    return { ...event, depth: tool === undefined && model === undefined ? DEPTH.above : DEPTH.below, failed: false }
  const callers = new Map(agents.map((one) => [one.agent, one]))
  let depth = 1
  // agents may call each other in turn
  for (let at = callers.get(agent); at !== undefined && at.caller !== '' && depth < DEPTH.most; depth++)
    at = callers.get(at.caller)
  return { ...event, depth, failed: callers.get(agent)?.failed ?? false }
}
