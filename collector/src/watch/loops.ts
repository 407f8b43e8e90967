/**
 * Runs that turn in circles, seen as their spans arrive: the same tool call with the same result, the same question with
 * the same answer, hand-offs that come back. A sink that never rejects; give it each span once.
 */
import { hash } from 'node:crypto'
import type { AlertEvent } from '@outrider/alerts'
import { type Alert, alone } from '../alert.ts'
import type { Sink } from '../pipeline/sink.ts'
import type { Span } from '../span.ts'

export interface LoopSettings {
  /** The same tool call with the same arguments and result so often in one run is a loop. @default 5 */
  readonly toolRepeats: number
  /** The same model call with the same input and output. @default 4 */
  readonly callRepeats: number
  /** Turns of one agent in a row that say nothing new and learn nothing new. @default 8 */
  readonly stalledTurns: number
  /** Hand-offs once around and back so often. @default 2 */
  readonly cycles: number
  /** Tools that may be asked again and again, such as those that wait for something. */
  readonly allowTools: readonly string[]
  /** Hand-offs that may come back, as `from>to`. */
  readonly allowEdges: readonly string[]
}

export interface Loops extends Sink {
  /** Ends the alerts of runs that were quiet for ten minutes, and forgets them. */
  expire(nowMs: number): void
  /** Runs that are remembered. */
  readonly runs: () => number
}

interface Run {
  heardMs: number
  /** How often each call, and each hand-off, was seen. */
  readonly seen: Map<string, number>
  readonly edges: Map<string, Set<string>>
  /** Turns in a row without progress, by agent. */
  readonly stalled: Map<string, number>
  readonly open: Map<string, Alert>
}

type Channel = 'repeated tool call' | 'repeated model call' | 'no progress' | 'hand-off cycle'

const RULE = 'loop'
const QUIET_MS = 10 * 60_000
/** Runs, and different calls of a run, that are remembered; beyond, the oldest run is forgotten, and no call is added. */
const MAX_RUNS = 10_000
const MAX_CALLS = 5000

export interface LoopParts {
  readonly tell: (alerts: readonly Alert[]) => void
  /** Stops the run of a span. @default nothing is stopped */
  readonly hold?: (span: Span, reason: string) => void
  readonly now: () => number
}

export function createLoops({ tell, hold, now }: LoopParts, settings: LoopSettings): Loops {
  const runs = new Map<string, Run>()

  function runOf(traceId: string): Run {
    const known = runs.get(traceId)
    if (known !== undefined) return known
    if (runs.size >= MAX_RUNS) runs.delete(runs.keys().next().value!)
    const run: Run = { heardMs: 0, seen: new Map(), edges: new Map(), stalled: new Map(), open: new Map() }
    runs.set(traceId, run)
    return run
  }

  function look(span: Span): readonly Alert[] {
    const { kind } = span
    if (kind !== 'tool' && kind !== 'llm' && kind !== 'agent') return []
    const run = runOf(span.traceId)
    run.heardMs = now()
    if (kind === 'agent') return lookAtHandOff(run, span)
    return [...lookAtCall(run, span), ...lookAtProgress(run, span)]
  }

  function lookAtCall(run: Run, span: Span): readonly Alert[] {
    const { kind } = span
    const what = kind === 'tool' ? span.toolName : (span.responseModel ?? span.requestModel)
    const asked = kind === 'tool' ? span.toolArgs : span.input
    // what was not kept cannot be the same
    if (what === null || asked === null || (kind === 'llm' && span.output === null)) return []
    if (kind === 'tool' && settings.allowTools.includes(what)) return []
    const key = digest([kind, span.agent, what, asked, span.output, span.status])
    const times = count(run, key)
    if (times < (kind === 'tool' ? settings.toolRepeats : settings.callRepeats)) return []
    const text = `${kind === 'tool' ? 'tool' : 'model'} ${what} was called ${times} times with the same input and result`
    return fired(run, span, key, kind === 'tool' ? 'repeated tool call' : 'repeated model call', times, text)
  }

  /** Who goes on talking must say or learn something new now and then. What was not kept is taken for new. */
  function lookAtProgress(run: Run, span: Span): readonly Alert[] {
    const { kind, agent, output } = span
    if (agent === null) return []
    const mayRepeat = kind === 'tool' && settings.allowTools.includes(span.toolName ?? '')
    const said = output === null ? null : output.replace(IDS, '').replace(/\s+/g, ' ')
    const fresh = said === null || mayRepeat || count(run, digest(['said', kind, agent, said])) === 1
    if (fresh) run.stalled.delete(agent)
    if (fresh || kind === 'tool') return []
    const turns = (run.stalled.get(agent) ?? 0) + 1
    run.stalled.set(agent, turns)
    if (turns < settings.stalledTurns) return []
    return fired(
      run,
      span,
      digest(['stalled', agent]),
      'no progress',
      turns,
      `${turns} turns in a row brought nothing new`,
    )
  }

  function lookAtHandOff(run: Run, span: Span): readonly Alert[] {
    const { parentAgent: from, agent: to } = span
    if (from === null || to === null || from === to || settings.allowEdges.includes(`${from}>${to}`)) return []
    count(run, edgeKey(from, to))
    run.edges.set(from, (run.edges.get(from) ?? new Set()).add(to))
    const often = (a: string, b: string) => (run.seen.get(edgeKey(a, b)) ?? 0) >= settings.cycles
    const path = often(from, to) ? pathOf(run, to, from, often) : null
    if (path === null) return []
    // the same circle whichever of its hand-offs was seen last
    const key = digest(['cycle', ...[...path].sort()])
    const circle = [...path, path[0]!].join(' → ')
    return fired(run, span, key, 'hand-off cycle', settings.cycles, `agents hand over in a circle: ${circle}`)
  }

  function fired(run: Run, span: Span, key: string, channel: Channel, times: number, what: string): readonly Alert[] {
    if (run.open.has(key)) return []
    const timeMs = now()
    const labels = span.agent === null ? {} : { agent: span.agent }
    const event: AlertEvent = {
      ...{ event: 'fired', identity: JSON.stringify(['loop', span.traceId, key]), rule: RULE, metric: 'loops' },
      ...{ severity: 'critical', labels, ruleLabels: {}, runbook: '/runbooks/loop', timeMs, sinceMs: timeMs },
      ...{ value: times, center: null, deviation: null, z: null, score: 5, channel, calls: times, cause: null },
      peak: { value: times, score: 5, timeMs },
    }
    // one run that turns in circles may do so in more than one way
    const [first] = run.open.values()
    const placement = { ...alone(first?.identity ?? event.identity), told: first === undefined }
    const who = span.agent === null ? '' : ` by agent ${span.agent}`
    const alert: Alert = {
      ...event,
      text: `${what}${who}, in one run`,
      examples: [span.traceId],
      changes: [],
      share: null,
      ...placement,
    }
    run.open.set(key, alert)
    hold?.(span, alert.text)
    return [alert]
  }

  return {
    async accept(spans) {
      const alerts = spans.flatMap(look)
      if (alerts.length > 0) tell(alerts)
    },
    expire(nowMs) {
      const over: Alert[] = []
      for (const [traceId, run] of runs) {
        if (nowMs - run.heardMs < QUIET_MS) continue
        runs.delete(traceId)
        for (const alert of run.open.values()) {
          const text = `the run ended or went on: ${alert.text}`
          over.push({ ...alert, event: 'resolved', timeMs: nowMs, cause: 'recovered', text })
        }
      }
      if (over.length > 0) tell(over)
    },
    runs: () => runs.size,
  }
}

export const isLoop = ({ rule }: Pick<AlertEvent, 'rule'>): boolean => rule === RULE

/** The end of one whose run is no longer watched. */
export function endedLoop(alert: Omit<Alert, 'event'>, timeMs: number): Alert {
  const text = 'a run that turned in circles is no longer watched'
  return { ...alert, event: 'resolved', timeMs, cause: 'recovered', text, examples: [], changes: [], share: null }
}

/** Names that providers give to calls are new every time. */
const IDS = /"(?:id|call_id|tool_call_id)"\s*:\s*"[^"]*"/g

function count({ seen }: Run, key: string): number {
  const times = (seen.get(key) ?? 0) + 1
  if (times > 1 || seen.size < MAX_CALLS) seen.set(key, times)
  return times
}

/** Agents from `from` to `to` along hand-offs that were seen often; `null`: there is no way. */
function pathOf(
  { edges }: Run,
  from: string,
  to: string,
  often: (a: string, b: string) => boolean,
): readonly string[] | null {
  const before = new Map<string, string | null>([[from, null]])
  const queue = [from]
  for (let agent = queue.shift(); agent !== undefined; agent = queue.shift()) {
    if (agent === to) {
      const path = [agent]
      for (let step = before.get(agent); step != null; step = before.get(step)) path.unshift(step)
      return path
    }
    for (const next of edges.get(agent) ?? []) {
      if (before.has(next) || !often(agent, next)) continue
      before.set(next, agent)
      queue.push(next)
    }
  }
  return null
}

const edgeKey = (from: string, to: string): string => JSON.stringify(['edge', from, to])
/** The same for the same parts; texts may be long. `null` is no text that a part can be. */
const digest = (parts: readonly (string | null)[]): string =>
  hash('sha1', parts.map((part) => part ?? '\u0001').join('\u0000'), 'base64')
