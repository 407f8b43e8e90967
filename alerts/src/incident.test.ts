import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { awaitsCause, fold, type Member, type Suspect, sameSubject, toldOf } from './incident.ts'

const MINUTE = 60_000
const suspect = (identity: string, given: Partial<Suspect> = {}): Suspect => ({
  ...{ identity, metric: 'error_rate', severity: 'critical', labels: { agent: identity }, timeMs: 0, sinceMs: 0 },
  ...{ channel: 'fast', score: 5, depth: 1, failed: false, ...given },
})
const always = () => true
const never = () => false
const told = (members: readonly Member[]) => members.filter((one) => one.told).map(({ identity }) => identity)

describe('of one trouble one alert is told', () => {
  const child = suspect('child', { depth: 2, failed: true })
  it.each<[string, Suspect, Suspect]>([
    ['the deeper agent', child, suspect('parent', { failed: true, score: 50 })],
    ['who failed before who got over it', suspect('child', { failed: true }), suspect('parent', { depth: 2 })],
    ['failures before amounts', suspect('child'), suspect('parent', { metric: 'cost_usd', depth: 9, failed: true })],
    ['the severe before the deep', suspect('child'), suspect('parent', { severity: 'warning', depth: 9 })],
    ['who fell silent', suspect('child', { metric: 'calls', channel: 'silence' }), suspect('parent', { failed: true })],
  ])('%s, in whatever order they are found', (_what, cause, other) => {
    for (const found of [
      [cause, other],
      [other, cause],
    ])
      expect(fold(found, [], always)).toMatchObject([
        { identity: 'child', incident: 'child', told: true },
        { identity: 'parent', incident: 'child', told: false },
      ])
  })

  it('a cause that is found a minute later joins without a second page, unless it is more severe', () => {
    const [parent] = fold([suspect('parent')], [], always)
    const later = { timeMs: MINUTE, sinceMs: MINUTE }
    expect(fold([{ ...child, ...later }], [parent!], always)).toMatchObject([{ incident: 'parent', told: false }])
    const mild = fold([suspect('parent', { severity: 'warning' })], [], always)
    expect(fold([{ ...child, ...later }], mild, always)).toMatchObject([{ incident: 'parent', told: true }])
  })

  it('who fires a minute before its cause waits for it, and for nothing else', () => {
    const parent = suspect('parent')
    expect(awaitsCause(parent, [child], always)).toBe(true)
    expect(awaitsCause(child, [parent], always)).toBe(false)
    expect(awaitsCause(parent, [child], never)).toBe(false)
    expect(awaitsCause(parent, [{ ...child, sinceMs: 31 * MINUTE }], always)).toBe(false)
    expect(awaitsCause(parent, [{ ...child, severity: 'warning' }], always)).toBe(false)
    expect(awaitsCause(parent, [], always)).toBe(false)
  })

  it('what began half an hour and more later is another trouble, but for what failures bring with them', () => {
    const [errors] = fold([suspect('a')], [], always)
    const later = { labels: { agent: 'a' }, timeMs: 90 * MINUTE, sinceMs: 31 * MINUTE }
    expect(fold([suspect('cost', { ...later, metric: 'cost_usd' })], [errors!], always)).toMatchObject([{ told: true }])
    expect(fold([suspect('b', { ...later, labels: { agent: 'b' } })], [errors!], always)).toMatchObject([
      { told: true },
    ])
    expect(fold([suspect('retries', { ...later, metric: 'retry_rate' })], [errors!], always)).toMatchObject([
      { incident: 'a', told: false },
    ])
  })

  it('what shares runs with a symptom only is told', () => {
    const tied = (a: Suspect, b: Suspect) => ['ab', 'ba', 'bc', 'cb'].includes(`${a.identity}${b.identity}`)
    const failed = { failed: true }
    const placed = fold([suspect('a', failed), suspect('b')], [], tied)
    expect(told(fold([suspect('c')], placed, tied))).toEqual(['c'])
  })

  it('a symptom that goes on when the alert that was told is over is told then, the most severe first', () => {
    const placed = fold(
      [
        suspect('a', { failed: true }),
        suspect('slow', { labels: { agent: 'a' }, metric: 'latency_p95_ms', severity: 'warning' }),
        suspect('dear', { labels: { agent: 'a' }, metric: 'cost_usd', timeMs: MINUTE }),
      ],
      [],
      never,
    )
    expect([...toldOf(placed)]).toEqual(['a'])
    const left = placed.filter(({ identity }) => identity !== 'a')
    expect([...toldOf(left)]).toEqual(['dear'])
    const next = fold([suspect('again', { labels: { agent: 'a' }, metric: 'tokens', timeMs: 2 * MINUTE })], left, never)
    expect(next).toMatchObject([{ incident: 'a', told: false }])
  })
})

it.each([
  [{ agent: 'a' }, { agent: 'a', tenant: 't' }, true],
  [{ agent: 'a', tenant: 't' }, { agent: 'a', tenant: 'u' }, false],
  [{ agent: 'a' }, { tool: 'a' }, false],
  [{}, { agent: 'a' }, false],
])('%j and %j are about the same: %s', (a, b, same) => {
  expect(sameSubject(suspect('x', { labels: a }), suspect('y', { labels: b }))).toBe(same)
})

describe('whatever happens', () => {
  const letters = ['a', 'b', 'c', 'd', 'e'] as const
  const some = fc.record({
    metric: fc.constantFrom('error_rate', 'cost_usd', 'tokens', 'retry_rate', 'latency_p95_ms', 'calls'),
    severity: fc.constantFrom('info' as const, 'warning' as const, 'critical' as const),
    agent: fc.constantFrom(...letters),
    sinceMs: fc.integer({ min: 0, max: 100 }).map((minute) => minute * MINUTE),
    depth: fc.integer({ min: 0, max: 3 }),
    failed: fc.boolean(),
  })
  /** Alerts that are found tick by tick, and which of them are over by the next. */
  const story = fc.array(
    fc.record({ found: fc.array(some, { maxLength: 4 }), over: fc.array(fc.nat({ max: 9 }), { maxLength: 3 }) }),
    { minLength: 1, maxLength: 8 },
  )
  const ties = fc.uniqueArray(fc.tuple(fc.constantFrom(...letters), fc.constantFrom(...letters)), { maxLength: 4 })
  const tied = (pairs: readonly (readonly [string, string])[]) => (a: Suspect, b: Suspect) =>
    pairs.some(([x, y]) => [a.labels.agent, b.labels.agent].toSorted().join() === [x, y].toSorted().join())

  const live = (
    ticks: readonly { found: readonly { agent: string; sinceMs: number }[]; over: readonly number[] }[],
    shares: (a: Suspect, b: Suspect) => boolean,
    each: (open: readonly Member[], before: readonly Member[]) => void,
  ) => {
    let open: readonly Member[] = []
    ticks.forEach(({ found, over }, tick) => {
      const before = open.filter((_one, at) => !over.includes(at))
      const fresh = found.map(({ agent, ...one }, at) =>
        suspect(`${tick}.${at}`, { ...one, labels: { agent }, timeMs: 200 * MINUTE + tick }),
      )
      open = [...before, ...fold(fresh, before, shares)]
      each(open, before)
    })
  }
  const weight = { info: 0, warning: 1, critical: 2 }

  it('no alert is lost: each is told, or one that is told and no less severe is of its incident', () => {
    fc.assert(
      fc.property(story, ties, (ticks, pairs) => {
        live(ticks, tied(pairs), (open) => {
          const heard = toldOf(open)
          for (const one of open)
            expect(
              open.some(
                (other) =>
                  other.incident === one.incident &&
                  heard.has(other.identity) &&
                  weight[other.severity] >= weight[one.severity],
              ),
            ).toBe(true)
        })
      }),
    )
  })

  it('who was told and still fires stays told, whatever comes', () => {
    fc.assert(
      fc.property(story, ties, (ticks, pairs) => {
        live(ticks, tied(pairs), (open, before) => {
          const heard = toldOf(open)
          for (const one of before) if (one.told) expect(heard.has(one.identity)).toBe(true)
        })
      }),
    )
  })

  it('agents that share no runs are never of one incident', () => {
    fc.assert(
      fc.property(story, (ticks) => {
        live(ticks, never, (open) => {
          for (const { incident, labels } of open)
            for (const other of open) if (other.incident === incident) expect(other.labels).toEqual(labels)
        })
      }),
    )
  })

  it('the order in which alerts of one tick are found changes nothing', () => {
    fc.assert(
      fc.property(fc.array(some, { maxLength: 6 }), ties, fc.nat(), (given, pairs, turn) => {
        const found = given.map(({ agent, ...one }, at) => suspect(String(at), { ...one, labels: { agent } }))
        const turned = found.map((_one, at) => found[(at + turn) % found.length]!)
        expect(fold(turned, [], tied(pairs))).toEqual(fold(found, [], tied(pairs)))
      }),
    )
  })
})
