import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSuite } from '../bench/suite.ts'
import type { AlertEvent } from './alert.ts'
import { createEngine } from './engine.ts'
import { replay } from './replay.ts'
import { type Rule, ruleOfKind } from './rule.ts'
import type { Sample } from './sample.ts'

const MINUTE = 60_000
const series = createSuite('engine').find(({ name }) => name === 'errors, busy')!
const rule: Rule = { ...ruleOfKind('ratio', 'up'), name: 'errors', metric: 'error_rate', by: ['agent'] }
const sampleOf = (agent: string, { timeMs, value, count }: (typeof series.rows)[number]): Sample => ({
  metric: 'error_rate',
  labels: { agent },
  timeMs,
  value,
  count: count ?? 0,
})

/** Every minute its samples, a tick a minute; what was found. */
function run(samples: readonly Sample[], arrival: (sample: Sample) => number, restartAt = -1): AlertEvent[] {
  let engine = createEngine([rule])
  const events: AlertEvent[] = []
  const arriving = Map.groupBy(samples, arrival)
  const last = Math.max(...arriving.keys())
  for (let tick = Math.min(...arriving.keys()); tick <= last + 4 * MINUTE; tick += MINUTE) {
    if (tick === restartAt) {
      const snapshot = structuredClone(engine.snapshot())
      engine = createEngine([rule])
      engine.restore(snapshot)
    }
    events.push(...engine.observe(arriving.get(tick) ?? [], tick))
  }
  return events
}

const rows = series.rows
const onTime = ({ timeMs }: Sample) => timeMs + MINUTE
const plain = rows.map((row) => sampleOf('a', row))

describe('engine', () => {
  const live = run(plain, onTime)

  it('finds what the replay finds', () => {
    const replayed = [...replay(rows, rule, [], 1)].filter(({ event }) => event !== null)
    expect(replayed.length).toBeGreaterThan(0)
    expect(live.map(({ event, timeMs }) => [event, timeMs])).toEqual(
      replayed.map(({ event, timeMs }) => [event, timeMs]),
    )
    expect(live[0]).toMatchObject({ rule: 'errors', labels: { agent: 'a' }, metric: 'error_rate', cause: null })
    expect(live[0]!.sinceMs).toBeLessThan(live[0]!.timeMs)
    expect(live[1]).toMatchObject({ event: 'resolved', cause: 'recovered', sinceMs: live[0]!.sinceMs })
    expect(live[1]!.peak.score).toBeGreaterThanOrEqual(live[0]!.score)
  })

  it('finds the same in whatever order samples arrive inside the horizon, and however often', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), (salt) => {
        const delay = ({ timeMs }: Sample) => ((timeMs / MINUTE) * salt) % 2
        const early = plain.map((sample) => ({ ...sample, count: sample.count - 1, value: 0.5 }))
        const twice = [...plain, ...early.filter((_, index) => index % salt === 0)]
        expect(run(twice, (sample) => onTime(sample) + delay(sample) * MINUTE)).toEqual(live)
      }),
      { numRuns: 4 },
    )
  })

  it('goes on after a restart as if nothing had been', () => {
    const at = fc.integer({ min: 2, max: rows.length - 2 })
    fc.assert(
      fc.property(at, (index) => {
        expect(run(plain, onTime, plain[index]!.timeMs + MINUTE)).toEqual(live)
      }),
      { numRuns: 4 },
    )
  })

  it('judged again with what came late, it goes on as if that had come in time, and tells nothing twice', () => {
    const calm = live[0]!.timeMs / MINUTE - rows[0]!.timeMs / MINUTE
    const gap = fc.record({
      from: fc.integer({ min: 100, max: rows.length - 400 }),
      length: fc.integer({ min: 1, max: 120 }),
      wait: fc.integer({ min: 2, max: 200 }),
    })
    const property = ({ from, length, wait }: { from: number; length: number; wait: number }) => {
      const arrival = Math.min(from + length + wait, rows.length - 10)
      const isLate = (index: number) => index >= from && index < from + length
      const engine = createEngine([rule])
      const told: AlertEvent[] = []
      plain.forEach((sample, index) => {
        if (index === arrival) {
          const again = createEngine([rule])
          const known = plain.filter(({ timeMs }) => timeMs <= engine.settled() * MINUTE)
          const found = again.observe(known, (engine.settled() + 2) * MINUTE)
          const seen = new Set(told.map(({ event, timeMs }) => `${event}${timeMs}`))
          const fresh = engine.revise(again.snapshot(), found)
          told.push(...fresh.filter(({ event, timeMs }) => !seen.has(`${event}${timeMs}`)))
        }
        told.push(...engine.observe(isLate(index) && index < arrival ? [] : [sample], sample.timeMs + MINUTE))
      })
      told.push(...engine.observe([], plain.at(-1)!.timeMs + 5 * MINUTE))
      // fired and resolved in turns, however late it was known
      expect(told.map(({ event }) => event)).toEqual(told.map((_, at) => (at % 2 === 0 ? 'fired' : 'resolved')))
      if (arrival < calm) expect(told).toEqual(live)
      else expect(told.length).toBe(live.length)
    }
    fc.assert(fc.property(gap, property), { numRuns: 8 })
    // among them: all of the incident itself was late
    property({ from: calm - 20, length: 100, wait: 2 })
    property({ from: 4557, length: 46, wait: 4 })
  })

  it('counts what comes too late, and what goes back in time judges nothing twice', () => {
    const engine = createEngine([rule])
    const now = plain[100]!.timeMs
    engine.observe(plain.slice(0, 100), now)
    engine.observe(plain.slice(0, 50), now - 50 * MINUTE)
    expect(engine.counts()).toEqual({ series: 1, late: 50, refused: 0 })
    expect(engine.settled()).toBe(now / MINUTE - 2)
  })

  it('judges each series by itself, and refuses more than it may hold', () => {
    const engine = createEngine([rule], { horizonMinutes: 1, maxSeries: 2 })
    engine.observe(
      ['a', 'b', 'c', 'a'].map((agent) => sampleOf(agent, rows[0]!)),
      rows[0]!.timeMs,
    )
    expect(engine.counts()).toMatchObject({ series: 2, refused: 1 })
  })

  it.each([
    ['another metric', { metric: 'tokens' }],
    ['other labels', { labels: { agent: 'a', model: 'm' } }],
    ['fewer labels', { labels: {} }],
  ])('does not judge %s', (_what, other) => {
    const engine = createEngine([rule])
    engine.observe([{ ...plain[0]!, ...other }], plain[0]!.timeMs)
    expect(engine.counts().series).toBe(0)
  })

  it('forgets the state of rules that are gone', () => {
    const engine = createEngine([rule])
    engine.observe(plain.slice(0, 10), plain[10]!.timeMs)
    const other = createEngine([{ ...rule, name: 'other' }])
    other.restore(engine.snapshot())
    expect(other.counts().series).toBe(0)
  })

  it('shows what is open', () => {
    const engine = createEngine([rule])
    const fired = live[0]!.timeMs
    engine.observe(
      plain.filter(({ timeMs }) => timeMs <= fired),
      fired + 2 * MINUTE,
    )
    expect(engine.open()).toMatchObject([{ state: 'firing', timeMs: fired, sinceMs: live[0]!.sinceMs }])
  })
})

describe('silence', () => {
  const talk: Rule = {
    ...{ ...rule, name: 'silence', metric: 'calls', kind: 'sum', bad: 'down', hits: 1, of: 1 },
    trigger: { type: 'silence', minutes: 15, talkative: 0.9 },
  }
  const calls = (minute: number): Sample => ({
    metric: 'calls',
    labels: { agent: 'a' },
    timeMs: minute * MINUTE,
    value: 5,
    count: 5,
  })
  const START = 29_500_000

  const talked = (minutes: number) => {
    const engine = createEngine([talk])
    for (let minute = START; minute < START + minutes; minute++) engine.observe([calls(minute)], (minute + 1) * MINUTE)
    return engine
  }

  it('is noticed without a sample', () => {
    const engine = talked(1500)
    const found: AlertEvent[] = []
    for (let minute = START + 1500; minute < START + 1530; minute++)
      found.push(...engine.observe([], (minute + 1) * MINUTE))
    expect(found).toMatchObject([{ event: 'fired', timeMs: (START + 1514) * MINUTE, value: 15 }])
  })

  it('is nobody whom nobody listened to', () => {
    const engine = talked(1500)
    expect(engine.observe([], (START + 1600) * MINUTE)).toEqual([])
    expect(engine.observe([calls(START + 1600)], (START + 1602) * MINUTE)).toEqual([])
  })
})
