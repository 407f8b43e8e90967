import { describe, expect, it } from 'vitest'
import { createRandom } from '../bench/random.ts'
import type { Kind } from './measure.ts'
import { type ReplayRow, replay } from './replay.ts'
import { ruleOfKind } from './rule.ts'
import type { Side } from './trigger.ts'

const DAY = 1440
const START = 1_772_409_600_000

interface Shape {
  readonly kind: Kind
  readonly bad?: Side
  readonly days: number
  readonly calls?: (minute: number) => number
  /** Share, or value before noise. */
  readonly value: (minute: number) => number | null
  readonly noise?: number
  readonly deploys?: readonly number[]
}

/** Minutes at which an alert fired, and at which it was resolved. */
function alertsOf({ kind, bad, days, calls = () => 60, value, noise = 0.1, deploys = [] }: Shape) {
  const random = createRandom(`band/${kind}`)
  const rows: ReplayRow[] = []
  for (let minute = 0; minute < days * DAY; minute++) {
    const level = value(minute)
    const count = random.poisson(calls(minute))
    if (level === null || count === 0) continue
    const told =
      kind === 'ratio'
        ? random.binomial(count, level) / count
        : kind === 'score'
          ? level + noise * 0.2 * random.normal()
          : level * Math.exp(noise * random.normal()) * (kind === 'sum' ? count : 1)
    rows.push({ timeMs: START + minute * 60_000, value: told, count })
  }
  const rule = ruleOfKind(kind, bad ?? (kind === 'score' ? 'down' : 'up'))
  const marks = deploys.map((minute) => START + minute * 60_000)
  const changes = [...replay(rows, rule, marks, 1)].filter(({ event }) => event !== null)
  const minutes = (wanted: string) =>
    changes.filter(({ event }) => event === wanted).map(({ timeMs }) => (timeMs - START) / 60_000)
  return { fired: minutes('fired'), resolved: minutes('resolved') }
}

const within = (minute: number, from: number, length: number) => minute >= from && minute < from + length
const AT = 2 * DAY + 700

describe('band finds', () => {
  it.each<[string, Shape, number]>([
    ['errors', { kind: 'ratio', days: 3, value: (m) => (within(m, AT, 60) ? 0.2 : 0.04) }, 6],
    ['errors where there never were any', { kind: 'ratio', days: 3, value: (m) => (within(m, AT, 60) ? 0.2 : 0) }, 6],
    [
      'errors of a quiet agent',
      { kind: 'ratio', days: 3, calls: () => 4, value: (m) => (within(m, AT, 180) ? 0.5 : 0.02) },
      40,
    ],
    ['a slower model', { kind: 'latency', days: 3, value: (m) => (within(m, AT, 90) ? 1400 : 800) }, 6],
    ['dearer calls', { kind: 'sum', days: 3, value: (m) => (within(m, AT, 60) ? 0.09 : 0.03) }, 6],
    ['a runaway', { kind: 'sum', days: 3, calls: (m) => (within(m, AT, 30) ? 240 : 60), value: () => 0.03 }, 6],
    ['worse grades', { kind: 'score', days: 3, value: (m) => (within(m, AT, 90) ? 0.7 : 0.88) }, 6],
    [
      'grades that were constant',
      { kind: 'score', days: 3, noise: 0, value: (m) => (within(m, AT, 60) ? 0.7 : 0.9) },
      6,
    ],
  ])('%s, once, and lets go', (_what, shape, delay) => {
    const { fired, resolved } = alertsOf(shape)
    expect(fired).toHaveLength(1)
    expect(fired[0]).toBeGreaterThanOrEqual(AT)
    expect(fired[0]).toBeLessThanOrEqual(AT + delay)
    expect(resolved).toHaveLength(1)
  })

  it('what creeps', () => {
    const creep = (minute: number) => Math.min(1, Math.max(0, (minute - AT) / 900))
    const { fired } = alertsOf({ kind: 'latency', days: 4, value: (m) => 800 * (1 + 0.8 * creep(m)) })
    expect(fired.length).toBeGreaterThan(0)
    expect(fired[0]).toBeGreaterThan(AT)
  })

  it('a spike at night that would be nothing at noon', () => {
    const day = (m: number) => 60 * (1 + 0.8 * Math.sin((2 * Math.PI * m) / DAY))
    const night = 3 * DAY + 1080
    const { fired } = alertsOf({
      kind: 'sum',
      days: 4,
      calls: (m) => day(m) * (within(m, night, 45) ? 4 : 1),
      value: () => 0.03,
    })
    expect(fired).toHaveLength(1)
    expect(fired[0]).toBeLessThan(night + 10)
  })

  it('the same trouble again', () => {
    const { fired } = alertsOf({
      kind: 'ratio',
      days: 3,
      value: (m) => (within(m, AT - 400, 40) || within(m, AT, 40) ? 0.25 : 0.04),
    })
    expect(fired).toHaveLength(2)
  })
})

describe('band keeps silent', () => {
  it.each<[string, Shape]>([
    ['of shares that stray by chance', { kind: 'ratio', days: 3, calls: () => 6, value: () => 0.05 }],
    [
      'of one failure in a sparse series',
      { kind: 'ratio', days: 3, calls: () => 0.3, value: (m) => (within(m, AT, 2) ? 1 : 0) },
    ],
    ['of a cold start', { kind: 'latency', days: 1, value: (m) => (m < 40 ? 3000 : 800) }],
    ['of blips', { kind: 'latency', days: 3, value: (m) => (m % 517 < 2 ? 4000 : 800) }],
    ['of gaps', { kind: 'latency', days: 3, value: (m) => (within(m, AT, 300) || m % 7 === 0 ? null : 800) }],
    ['of a new level after a deploy', { kind: 'latency', days: 4, value: (m) => (m < AT ? 800 : 980), deploys: [AT] }],
    [
      'of a daily cycle',
      { kind: 'sum', days: 4, calls: (m) => 60 * (1 + 0.7 * Math.sin((2 * Math.PI * m) / DAY)), value: () => 0.03 },
    ],
    ['of better days', { kind: 'latency', days: 3, value: (m) => (within(m, AT, 200) ? 300 : 800) }],
    [
      'of less work',
      { kind: 'sum', bad: 'both', days: 3, calls: (m) => (within(m, AT, 200) ? 10 : 60), value: () => 0.03 },
    ],
  ])('%s', (_what, shape) => {
    expect(alertsOf(shape).fired).toEqual([])
  })

  it('of a nightly job, once it has seen one', () => {
    const { fired } = alertsOf({
      kind: 'sum',
      days: 5,
      calls: (m) => (within(m % DAY, 200, 30) ? 300 : 50),
      value: () => 0.03,
    })
    expect(fired.filter((minute) => minute > DAY)).toEqual([])
  })

  it('of a second kind of work, when it has come and gone for half a day, and still finds what neither is', () => {
    const random = createRandom('two kinds')
    const long = Array.from({ length: 6 * DAY }, (_, minute) => random.uniform() < 0.3 && minute > 180)
    const value = (minute: number) => (long[minute] ? 2000 : 800) * (within(minute, 4 * DAY, 90) ? 4 : 1)
    const { fired } = alertsOf({ kind: 'latency', days: 6, noise: 0.05, value })
    expect(fired.filter((minute) => minute >= DAY / 2)).toEqual([expect.any(Number)])
    expect(within(fired.at(-1)!, 4 * DAY, 45)).toBe(true)
  })

  it('of the hour that returns every hour', () => {
    const { fired } = alertsOf({ kind: 'sum', days: 3, calls: (m) => (m % 60 < 4 ? 200 : 50), value: () => 0.03 })
    expect(fired).toEqual([])
  })
})

describe('a level that stays', () => {
  it('without a deploy is one alert, then the new normal', () => {
    const { fired, resolved } = alertsOf({ kind: 'latency', days: 5, value: (m) => (m < AT ? 800 : 1600) })
    expect(fired).toHaveLength(1)
    expect(resolved).toEqual([fired[0]! + 360])
  })
})
