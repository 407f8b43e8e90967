/** What a drill shows. Pure: times and calls in, figures and lines out. */
import { count, duration, usd } from '../figures.ts'
import type { Paint } from '../terminal.ts'
import type { DrillCall } from './load.ts'

export interface DrillFacts {
  /** `scope/name` that was tripped. */
  readonly target: string
  readonly model: string
  readonly calls: readonly DrillCall[]
  /** When each call arrived at the provider. */
  readonly arrived: ReadonlyMap<string, number>
  /** When the switch was asked for, answered, and heard on the stream; null: never heard. */
  readonly asked: number
  readonly answered: number
  readonly heard: number | null
  /** USD that a call pays for what goes in, also when it is hung up on. */
  readonly inputUsd: number
}

export interface DrillReport {
  readonly target: string
  readonly callsPerSecond: number
  readonly grantedBefore: number
  readonly refusedAfter: number
  /** Calls that were asked for after the switch was answered, and granted. Must be 0. */
  readonly grantedAfter: number
  /** Milliseconds from asking for the switch to its answer. */
  readonly answerMs: number
  /** … to the event on the stream. */
  readonly heardMs: number | null
  /** … to the last call that reached the provider; null: none did any more. */
  readonly lastCallMs: number | null
  /** … to the end of the last call that was in flight. */
  readonly stoppedMs: number
  readonly inFlight: {
    readonly calls: number
    readonly model: string
    /** What they may cost at most. */
    readonly heldUsd: number
    readonly aborted: number
    /** Some of them by name. */
    readonly ids: readonly string[]
  }
  /** What a stop does not save: the input of calls in flight, and all of those that ended all the same. */
  readonly strayUsd: number
}

const IDS = 5

export function drillReport({
  target,
  model,
  calls,
  arrived,
  asked,
  answered,
  heard,
  inputUsd,
}: DrillFacts): DrillReport {
  const granted = calls.filter(({ decision }) => decision !== null && decision !== 'deny')
  const reached = [...arrived.values()].filter((at) => at > asked)
  const inFlight = granted.filter(({ id, ended }) => {
    return (arrived.get(id) ?? Number.POSITIVE_INFINITY) <= answered && ended !== null && ended > answered
  })
  const late = granted.filter(({ id }) => (arrived.get(id) ?? 0) > answered)
  const ends = [...inFlight, ...late].map(({ ended }) => ended ?? answered)
  const first = Math.min(...calls.map((call) => call.asked))
  const last = Math.max(...calls.map((call) => call.asked))
  return {
    target,
    callsPerSecond: Math.round((calls.length / Math.max(1, last - first)) * 1000),
    grantedBefore: granted.filter((call) => call.asked <= answered).length,
    refusedAfter: calls.filter((call) => call.asked > answered && call.decision === 'deny').length,
    grantedAfter: granted.filter((call) => call.asked > answered).length,
    answerMs: answered - asked,
    heardMs: heard === null ? null : heard - asked,
    lastCallMs: reached.length === 0 ? null : Math.max(...reached) - asked,
    stoppedMs: Math.max(answered, ...ends) - asked,
    inFlight: {
      calls: inFlight.length,
      model,
      heldUsd: nine(inFlight.reduce((sum, { heldUsd }) => sum + heldUsd, 0)),
      aborted: inFlight.filter(({ aborted }) => aborted).length,
      ids: inFlight.slice(0, IDS).map(({ id }) => id),
    },
    strayUsd: nine([...inFlight, ...late].reduce((sum, call) => sum + (call.aborted ? inputUsd : call.heldUsd), 0)),
  }
}

export function drillLines(report: DrillReport, paint: Paint): readonly string[] {
  const { target, inFlight, grantedAfter, strayUsd } = report
  const line = (name: string, value: string) => `${paint('dim', name.padEnd(22))}${value}`
  const ms = (value: number | null, never: string) => (value === null ? never : duration(value))
  return [
    line('tripped', `${target}, under ${count(report.callsPerSecond)} calls a second`),
    line('granted before', `${count(report.grantedBefore, 'call')}, then ${count(report.refusedAfter)} refused`),
    line('granted after', paint(grantedAfter === 0 ? 'green' : 'red', count(grantedAfter))),
    line('breach to answer', duration(report.answerMs)),
    line('breach to event', ms(report.heardMs, 'never heard')),
    line('breach to last call', ms(report.lastCallMs, 'none after it')),
    line('breach to stop', duration(report.stoppedMs)),
    line(
      'in flight',
      `${count(inFlight.calls, 'call')} of ${inFlight.model}, ${usd(inFlight.heldUsd)} at most, ${count(inFlight.aborted)} aborted`,
    ),
    line('stray money', usd(strayUsd)),
  ]
}

/** Money has nine decimals. */
const nine = (amount: number): number => Math.round(amount * 1e9) / 1e9
