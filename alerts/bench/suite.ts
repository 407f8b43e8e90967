/**
 * A suite of agent series with labelled incidents, of sizes and shapes of its own: what triggers are tuned against, so
 * that nothing is tuned to one generator. Each case draws its sizes from ranges; a seed gives the same suite for ever.
 */
import type { Kind } from '../src/measure.ts'
import type { ReplayRow } from '../src/replay.ts'
import type { Side } from '../src/trigger.ts'
import { type Case, cases } from './cases.ts'
import { createRandom, type Random } from './random.ts'

export interface Incident {
  readonly startMs: number
  readonly endMs: number
}

export interface Series {
  readonly name: string
  readonly kind: Kind
  readonly bad: Side
  readonly rows: readonly ReplayRow[]
  readonly deploys: readonly number[]
  readonly incidents: readonly Incident[]
}

const MINUTE = 60_000
const DAY = 1440
const SECOND = 2.5
/** A Monday, 2026-03-02T00:00:00Z. */
const START = 1_772_409_600_000

/** `strength`: the part of every incident's excess that is kept, 1 for all of it. */
export function createSuite(seed: string, strength = 1): readonly Series[] {
  return cases.map((one) => createSeries(one, createRandom(`${seed}/${one.name}`), strength))
}

function createSeries(one: Case, random: Random, strength: number): Series {
  const minutes = one.days * DAY
  const level = random.between(...one.level)
  const noise = random.between(...one.noise)
  const calls = random.between(...one.calls)
  const phase = random.between(0, DAY)
  const second = one.second === undefined ? 0 : random.between(...one.second)
  const incident = one.incident === undefined ? null : draw(one.incident, random, minutes, strength)
  const deploy = one.deploy === undefined ? null : Math.floor(minutes * random.between(0.55, 0.7))
  const rows: ReplayRow[] = []
  let slow = 0
  let quick = 0
  for (let minute = 0; minute < minutes; minute++) {
    slow = 0.995 * slow + 0.1 * random.normal()
    quick = 0.6 * quick + 0.8 * random.normal()
    const day = Math.sin((2 * Math.PI * (minute + phase)) / DAY)
    const weekend = Math.floor(minute / DAY) % 7 >= 5 ? (one.weekend ?? 1) : 1
    const excess = incident === null ? 0 : incident.at(minute)
    const after = deploy !== null && minute >= deploy ? one.deploy! : 1
    const traffic = calls * (1 + (one.daily ?? 0) * day) * weekend * (one.traffic === true ? 1 + excess : 1)
    const n = random.poisson(Math.max(0, traffic) * (one.batch?.(minute, random) ?? 1))
    const wander = noise * (0.85 * quick + 0.35 * slow)
    const change = one.traffic === true ? 0 : excess
    const kind = second > 0 && random.uniform() < second ? SECOND : 1
    const value = measured(one, { n, level: level * after * kind, wander, change, day, random })
    if (n === 0 || one.missing?.(minute, random) === true) rows.push(rowOf(minute, null, n))
    else rows.push(rowOf(minute, value, n))
  }
  return {
    name: one.name,
    kind: one.kind,
    bad: one.bad,
    rows: rows.filter((row) => row.value !== null || one.kind === 'latency'),
    deploys: deploy === null ? [] : [START + deploy * MINUTE],
    incidents: incident === null ? [] : [{ startMs: at(incident.start), endMs: at(incident.end) }],
  }
}

interface Moment {
  readonly n: number
  readonly level: number
  readonly wander: number
  /** What the incident adds: to a share or a score itself, to anything else as a part of its level. */
  readonly change: number
  readonly day: number
  readonly random: Random
}

function measured(one: Case, { n, level, wander, change, day, random }: Moment): number {
  const cycle = 1 + (one.cycle ?? 0) * day
  switch (one.kind) {
    case 'ratio':
      return n === 0 ? 0 : random.binomial(n, clamp(level * cycle * Math.exp(wander) + change)) / n
    case 'score':
      return clamp(level + wander / Math.sqrt(Math.max(1, n / 10)) - change)
    case 'latency':
      return level * cycle * Math.exp(wander + tail(one, random)) * (1 + change)
    case 'sum':
      return n * level * cycle * Math.exp((wander + tail(one, random)) / Math.sqrt(Math.max(1, n / 15))) * (1 + change)
  }
}

const tail = (one: Case, random: Random): number => (random.uniform() < (one.heavy ?? 0) ? random.between(0.5, 1.6) : 0)

function draw(incident: NonNullable<Case['incident']>, random: Random, minutes: number, strength: number) {
  const start = Math.floor(minutes * random.between(0.6, 0.8)) + Math.floor(random.between(0, 120))
  const length = Math.round(random.between(...incident.minutes))
  const size = random.between(...incident.size) * strength
  const at = (minute: number): number => {
    const since = minute - start
    if (since < 0 || since >= length) return 0
    if (incident.shape === 'step') return size
    if (incident.shape === 'flap') return Math.floor(since / 6) % 2 === 0 ? size : 0
    return (size * since) / length
  }
  return { start, end: start + length, at }
}

const at = (minute: number): number => START + minute * MINUTE
const rowOf = (minute: number, value: number | null, count: number): ReplayRow => ({ timeMs: at(minute), value, count })
const clamp = (share: number): number => Math.min(1, Math.max(0, share))
