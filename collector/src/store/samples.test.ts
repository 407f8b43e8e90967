import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hex, recentSpan } from '../../test/any-span.ts'
import { type Engine, startEngine } from '../engine/engine.ts'
import type { Span } from '../span.ts'
import { connect } from './connect.ts'
import { type OpenedStore, openStore } from './open.ts'
import type { StoredAlert } from './sample-store.ts'
import { createSamples } from './samples.ts'

const MINUTE = 60_000
const FROM = Math.floor(Date.now() / MINUTE) * MINUTE - 120 * MINUTE

describe('samples on the embedded engine', () => {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-samples-'))
  let engine: Engine
  let store: OpenedStore
  const lane = (username: string) => ({ username, password: engine.password })
  beforeAll(async () => {
    engine = await startEngine({ dir })
    store = await openStore({
      ...{ url: engine.url, lanes: { write: lane('writer'), read: lane('reader') } },
      ...{ database: 'samples', retentionDays: 30 },
    })
  })
  afterAll(async () => {
    await store.close()
    await engine.close()
    rmSync(dir, { recursive: true })
  })

  let ids = 0
  /** A call that ended so many seconds after `FROM`. */
  const call = (endSeconds: number, given: Partial<Span> = {}): Span => {
    const durationNs = given.durationNs ?? 2_000_000_000n
    const id = ++ids
    return recentSpan({
      ...{
        traceId: hex(id, 32),
        spanId: hex(id, 16),
        agent: 'triage',
        workflow: 'refund',
        requestModel: 'm-1',
        durationNs,
      },
      ...{ startNs: BigInt(FROM + endSeconds * 1000) * 1_000_000n - durationNs, ...given },
    })
  }
  const sampled = async (by: readonly string[], metric: string, minutes = 3) =>
    (await store.samples(by, FROM, FROM + minutes * MINUTE))
      .filter((sample) => sample.metric === metric)
      .map(({ labels, timeMs, value, count }) => [labels, (timeMs - FROM) / MINUTE, value, count])

  it('counts what ended in a minute, once, by the labels asked for', async () => {
    const spans = [
      call(10, { inputTokens: 100, outputTokens: 20, costNano: 5_000_000 }),
      call(20, { status: 'error', attempt: 2, inputTokens: null, outputTokens: null, costNano: null }),
      call(61, {
        agent: 'writer',
        kind: 'tool',
        toolName: 'search',
        requestModel: null,
        responseModel: null,
        costNano: null,
      }),
      // began long before, and counts where it ended
      call(65, { durationNs: 3_600_000_000_000n, ttftMs: 800, inputTokens: 50, outputTokens: 5, costNano: 7_000_000 }),
    ]
    await store.write(spans)
    await store.write(spans)
    const [triage, writer] = [{ agent: 'triage' }, { agent: 'writer' }]
    expect(await sampled(['agent'], 'error_rate')).toEqual([
      [triage, 0, 0.5, 2],
      [triage, 1, 0, 1],
      [writer, 1, 0, 1],
    ])
    expect(await sampled(['agent'], 'retry_rate')).toContainEqual([triage, 0, 0.5, 2])
    expect(await sampled(['agent'], 'cost_usd')).toEqual([
      [triage, 0, 0.005, 1],
      [triage, 1, 0.007, 1],
    ])
    expect(await sampled(['workflow'], 'tokens')).toEqual([
      [{ workflow: 'refund' }, 0, 120, 1],
      [{ workflow: 'refund' }, 1, 55, 1],
    ])
    expect(await sampled(['tool'], 'tool_error_rate')).toEqual([[{ tool: 'search' }, 1, 0, 1]])
    expect(await sampled(['model'], 'ttft_p95_ms')).toEqual([[{ model: 'm-1' }, 1, 800, 1]])
    const [first] = await sampled(['agent'], 'latency_p95_ms')
    expect(first?.[2]).toBeCloseTo(2000, 0)
  })

  it('of the series that are asked for, by what their spans said last', async () => {
    const [moved, stays] = [call(30, { agent: 'asked' }), call(31, { agent: 'asked', status: 'error' })]
    await store.write([moved, stays])
    await store.write([{ ...moved, agent: 'elsewhere' }])
    const which = { metrics: new Set(['error_rate']), labels: { agent: 'asked' } }
    expect(await store.samples(['agent'], FROM, FROM + 3 * MINUTE, which)).toEqual([
      { metric: 'error_rate', labels: { agent: 'asked' }, timeMs: FROM, value: 1, count: 1 },
    ])
  })

  it('are the same, however many rows one answer holds', async () => {
    await store.write(Array.from({ length: 9 }, (_, i) => call(i * 20, { agent: `many-${i % 4}` })))
    const all = await store.samples(['agent'], FROM, FROM + 3 * MINUTE)
    const connection = connect({ url: engine.url, database: 'samples', login: lane('reader') })
    // a minute has more agents than the first of these hold: they are cut off, the minutes are not
    const few = createSamples(connection, connection, Date.now, 1)
    const minutesOf = (samples: typeof all) => new Set(samples.map(({ timeMs }) => timeMs))
    const keyOf = ({ metric, labels, timeMs }: (typeof all)[number]) => JSON.stringify([metric, labels, timeMs])
    const inOrder = (samples: typeof all) => samples.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    expect(minutesOf(await few.samples(['agent'], FROM + 7000, FROM + 3 * MINUTE))).toEqual(minutesOf(all))
    for (const rows of [10, 11, 25]) {
      const some = createSamples(connection, connection, Date.now, rows)
      expect(inOrder(await some.samples(['agent'], FROM, FROM + 3 * MINUTE))).toEqual(inOrder(all))
    }
    await connection.close()
  })

  it('are the same of a few minutes as of hours, also of what began long before or is told again otherwise', async () => {
    const chance = fc.sample(fc.noBias(fc.integer({ min: 0, max: 999_999 })), { numRuns: 1500, seed: 7 })
    let drawn = 0
    const next = () => chance[drawn++ % chance.length]! / 1_000_000
    const agents = Array.from({ length: 5 }, (_, n) => `wide-${n}`)
    const told = Array.from({ length: 300 }, (_, n): Span => {
      const durationNs = BigInt(Math.floor(10 ** (9 + 4.7 * next())))
      const agentVersion = `v${Math.floor(n / 12)}`
      const labels = { agent: agents[n % 5]!, workflow: `wide-${n % 3}`, agentVersion }
      return call(Math.floor(next() * 7200), { ...labels, durationNs, costNano: 1 + n })
    })
    await store.write(told)
    // some are told again: they went on for longer, or for less
    const again = told.filter(() => next() < 0.3)
    await store.write(
      again.map((span) => ({ ...span, durationNs: BigInt(Math.floor(Number(span.durationNs) * 1.5 * next())) })),
    )
    const of = async (by: string, minutes: number) => {
      const parts: string[] = []
      for (let from = 0; from < 120; from += minutes) {
        const window = [FROM + from * MINUTE, FROM + (from + minutes) * MINUTE] as const
        const samples = await store.samples([by], ...window)
        const mine = samples.filter(({ labels }) => labels[by]?.startsWith('wide-'))
        parts.push(...mine.map((one) => JSON.stringify({ ...one, value: one.value.toPrecision(12) })))
        const changes = by === 'agent' ? await store.versionChanges(...window) : []
        parts.push(...changes.filter(({ agent }) => agents.includes(agent)).map((one) => JSON.stringify(one)))
      }
      return parts.sort()
    }
    for (const by of ['agent', 'workflow']) {
      const whole = await of(by, 120)
      expect(whole.some((one) => one.includes(by === 'agent' ? 'agentVersion' : 'run_cost_usd'))).toBe(true)
      expect(await of(by, 24)).toEqual(whole)
    }
  })

  it('a run costs what all of its calls cost, when it has ended', async () => {
    const traceId = hex(9001, 32)
    const parentSpanId = hex(9001, 16)
    await store.write([
      call(130, {
        traceId,
        spanId: parentSpanId,
        kind: 'agent',
        durationNs: 90_000_000_000n,
        workflow: 'report',
        agent: 'boss',
        costNano: null,
      }),
      call(50, { traceId, parentSpanId, workflow: 'report', agent: 'boss', costNano: 1_000_000_000 }),
      call(120, { traceId, parentSpanId, workflow: 'report', agent: 'boss', costNano: 500_000_000 }),
    ])
    expect(await sampled(['workflow'], 'run_cost_usd')).toContainEqual([{ workflow: 'report' }, 2, 1.5, 1])
  })

  it('a run below a web request is that of its workflow and agent: what it costs, and how it was scored', async () => {
    const [traceId, spanId] = [hex(9100, 32), hex(9100, 16)]
    const nobody = { kind: 'other', agent: null, workflow: null, requestModel: null, costNano: null } as const
    const inside = { traceId, parentSpanId: spanId, workflow: 'checkout', agent: 'clerk' }
    await store.write([
      call(130, { traceId, spanId, durationNs: 90_000_000_000n, ...nobody }),
      call(100, { ...inside, kind: 'agent', costNano: null }),
      call(125, { ...inside, kind: 'agent', costNano: null, durationNs: 80_000_000_000n, agent: 'boss' }),
      call(90, { ...inside, costNano: 2_000_000_000 }),
    ])
    expect(await sampled(['workflow'], 'run_cost_usd')).toContainEqual([{ workflow: 'checkout' }, 2, 2, 1])
    await store.writeScores([
      {
        tenantId: null,
        traceId,
        spanId: null,
        name: 'whole',
        value: 0.25,
        label: null,
        explanation: null,
        source: 'judge',
      },
    ])
    const now = Math.floor(Date.now() / MINUTE) * MINUTE
    const of = async (by: string) =>
      (await store.samples([by], now - MINUTE, now + 2 * MINUTE)).filter(({ metric }) => metric === 'quality_score')
    expect(await of('agent')).toMatchObject([{ labels: { agent: 'boss' }, value: 0.25, count: 1 }])
    expect(await of('workflow')).toMatchObject([{ labels: { workflow: 'checkout' }, value: 0.25, count: 1 }])
  })

  it('calls in which a guard found something are counted, also those that it blocked', async () => {
    const found = {
      attributes: { 'outrider.guard.findings': '[{"guard":"pii","rule":"pii/email","direction":"input"}]' },
    }
    await store.write([
      call(10, { agent: 'guarded' }),
      call(11, { agent: 'guarded', ...found }),
      call(12, { agent: 'guarded', kind: 'gate', ...found, requestModel: null, costNano: null }),
      call(13, { agent: 'guarded', kind: 'gate', requestModel: null, costNano: null }),
    ])
    const rates = await sampled(['agent'], 'guard_finding_rate')
    expect(rates).toContainEqual([{ agent: 'guarded' }, 0, 2 / 3, 3])
    const window = { fromMs: FROM, toMs: FROM + 3 * MINUTE }
    const runs = await store.examples({ metric: 'guard_finding_rate', labels: { agent: 'guarded' }, ...window })
    expect(runs).toHaveLength(2)
  })

  it('scores are samples of who was scored', async () => {
    const one = call(100, { agent: 'judged' })
    await store.write([one])
    const score = { tenantId: null, traceId: one.traceId, name: 'good', label: null, explanation: null, source: 'test' }
    await store.writeScores([
      { ...score, spanId: one.spanId, value: 1 },
      { ...score, spanId: null, value: 0.5 },
    ])
    const now = Math.floor(Date.now() / MINUTE) * MINUTE
    const samples = await store.samples(['agent'], now - MINUTE, now + 2 * MINUTE)
    const judged = samples.filter(({ metric, labels }) => metric === 'quality_score' && labels.agent === 'judged')
    expect(judged.reduce((sum, { value, count }) => sum + value * count, 0)).toBe(1.5)

    const better = call(101, { agent: 'judged' })
    await store.write([better])
    await store.writeScores([{ ...score, traceId: better.traceId, spanId: better.spanId, value: 0.9 }])
    const window = { fromMs: now - MINUTE, toMs: now + 2 * MINUTE }
    const query = { metric: 'quality_score', labels: { agent: 'judged' }, ...window }
    expect(await store.examples(query)).toEqual([one.traceId, better.traceId])
    expect(await store.showing(query)).toHaveLength(1)
  })

  it('a version is a change where the agent was at work without it', async () => {
    const before = call(-3600, { agent: 'deployed', promptName: 'p', promptVersion: '1', requestModel: 'm-1' })
    const after = call(90, { agent: 'deployed', promptName: 'p', promptVersion: '2', requestModel: 'm-1' })
    const fresh = call(90, { agent: 'new', promptName: 'p', promptVersion: '1' })
    await store.write([before, after, fresh])
    const changes = await store.versionChanges(FROM, FROM + 3 * MINUTE)
    expect(changes.filter(({ agent }) => agent === 'deployed' || agent === 'new')).toEqual([
      { agent: 'deployed', what: 'promptVersion', version: 'p 2', timeMs: FROM + 88_000 },
    ])
  })

  it('what came back after a day is a change, what somebody new begins with is none', async () => {
    const DAY_S = 86_400
    const said = (agent: string, promptVersion: string, second: number) =>
      call(second, { agent, promptName: 'p', promptVersion, requestModel: null, responseModel: null })
    await store.write([
      ...[said('back', '1', 60 - DAY_S - 40), said('back', '2', -DAY_S / 2), said('back', '1', 60)],
      ...[said('kept', '1', 60 - DAY_S / 2), said('kept', '2', -60), said('kept', '1', 60)],
      ...[said('begins', '1', 30), said('begins', '2', 60), said('begins', '3', 260)],
    ])
    const found = await store.versionChanges(FROM - 10 * MINUTE, FROM + 10 * MINUTE)
    const agents = ['back', 'kept', 'begins']
    const told = found.filter(({ agent }) => agents.includes(agent))
    expect(told.map(({ agent, version, timeMs }) => [agent, version, (timeMs - FROM) / 1000])).toEqual([
      ['kept', 'p 2', -62],
      ['back', 'p 1', 58],
      ['begins', 'p 3', 258],
    ])
    const one = await store.versionChanges(FROM - 10 * MINUTE, FROM + 10 * MINUTE, 'kept')
    expect(one).toEqual(told.filter(({ agent }) => agent === 'kept'))
  })

  it.each([
    ['error_rate', { status: 'error' }, { status: 'ok' }],
    ['latency_p95_ms', { durationNs: 9_000_000_000n }, { durationNs: 1n }],
    ['cost_usd', { costNano: 9 }, { costNano: 1 }],
  ] as const)('examples of %s are the worst', async (metric, bad, good) => {
    const agent = `examples-${metric}`
    const spans = [call(70, { ...good, agent }), call(71, { ...bad, agent }), call(200, { ...bad, agent })]
    await store.write(spans)
    const found = await store.examples({ metric, labels: { agent }, fromMs: FROM, toMs: FROM + 3 * MINUTE })
    expect(found[0]).toBe(spans[1]?.traceId)
    expect(found).not.toContain(spans[2]?.traceId)
  })

  it('the runs that cost most are the examples of what a run costs, however it is spread over them', async () => {
    const [dear, cheap] = [hex(9001, 32), hex(9002, 32)]
    const spent = (traceId: string, costNano: number) => call(90, { traceId, workflow: 'runs-cost', costNano })
    await store.write([spent(dear, 4), spent(dear, 4), spent(dear, 4), spent(cheap, 9)])
    const window = { fromMs: FROM, toMs: FROM + 3 * MINUTE }
    const labels = { workflow: 'runs-cost' }
    expect(await store.examples({ metric: 'run_cost_usd', labels, ...window })).toEqual([dear, cheap])
    expect(await store.examples({ metric: 'cost_usd', labels, ...window })).toEqual([cheap, dear])
  })

  it('runs that show a metric can be compared: the bad ones of a share, the worst fifth of anything else', async () => {
    const agent = 'showing'
    const ends = (at: number, given: Partial<Span>) => call(70 + at, { ...given, agent })
    const failed = [0, 1, 2].map((at) => ends(at, { status: 'error', durationNs: 1n }))
    const slow = [3, 4].map((at) => ends(at, { status: 'ok', durationNs: 9_000_000_000n + BigInt(at) }))
    const rest = [5, 6, 7, 8, 9].map((at) => ends(at, { status: 'ok', durationNs: 1n }))
    const others = failed.map((span, at) => call(80 + at, { traceId: span.traceId, agent: 'other', status: 'error' }))
    await store.write([...failed, ...slow, ...rest, ...others])
    const window = { fromMs: FROM, toMs: FROM + 3 * MINUTE }
    const showing = (metric: string, who: string) => store.showing({ metric, labels: { agent: who }, ...window })
    const bad = await showing('error_rate', agent)
    expect(bad).toHaveLength(3)
    expect(bad).toEqual(bad.toSorted())
    expect(await showing('error_rate', 'other')).toEqual(bad)
    const worst = await showing('latency_p95_ms', agent)
    expect(worst).toHaveLength(2)
    expect(bad.filter((key) => worst.includes(key))).toEqual([])
  })

  it('who called an agent, and whether it ended in failure', async () => {
    const ends = (at: number, given: Partial<Span>) => call(100 + at, { kind: 'agent', requestModel: null, ...given })
    await store.write([
      // it got over what failed
      ends(0, { agent: 'caller', traceId: hex(9101, 32), status: 'ok' }),
      ends(0, { agent: 'caller', traceId: hex(9101, 32), status: 'error', kind: 'llm' }),
      ends(1, { agent: 'called', parentAgent: 'caller', status: 'error' }),
      ends(2, { agent: 'called', parentAgent: 'caller', status: 'ok' }),
      ends(3, { agent: 'called', parentAgent: 'caller', status: 'ok' }),
    ])
    const known = await store.callers(FROM + MINUTE, FROM + 2 * MINUTE)
    expect(known.filter(({ agent }) => agent.startsWith('call'))).toEqual([
      { agent: 'called', caller: 'caller', failed: true },
      { agent: 'caller', caller: '', failed: false },
    ])
  })

  it('alerts are kept once, and found by the runs that they name', async () => {
    const alert: StoredAlert = {
      ...{ identity: '["errors","triage"]', event: 'fired', timeMs: FROM, rule: 'errors', metric: 'error_rate' },
      ...{ severity: 'critical', examples: [hex(1, 32)], body: '{"é":"\\u0000"}' },
    }
    const resolved: StoredAlert = { ...alert, event: 'resolved', timeMs: FROM + MINUTE, examples: [] }
    await store.writeAlerts([alert])
    await store.writeAlerts([alert, resolved])
    expect(await store.alerts({ fromMs: FROM - 1, limit: 10 })).toEqual([resolved, alert])
    expect(await store.alerts({ fromMs: FROM - 1, limit: 10, traceId: hex(1, 32) })).toEqual([alert])
    expect(await store.alerts({ fromMs: FROM + 1, limit: 10 })).toEqual([resolved])
  })

  it('what each label adds is told before and while', async () => {
    const told = { agent: 'shared', errorType: null }
    const before = ['m-1', 'm-2'].map((requestModel) => call(30, { ...told, requestModel }))
    const during = [call(130, { ...told, requestModel: 'm-1' })].concat(
      [1, 2, 3].map(() => call(131, { ...told, requestModel: 'm-2', status: 'error', errorType: 'timeout' })),
    )
    await store.write([...before, ...during])
    const window = { fromMs: FROM, sinceMs: FROM + 2 * MINUTE, toMs: FROM + 3 * MINUTE }
    const shares = await store.shares({ metric: 'error_rate', labels: { agent: 'shared' }, ...window })
    expect(shares.filter(({ label }) => label === 'model')).toEqual([
      { label: 'model', value: 'm-2', weightBefore: 0, countBefore: 1, weightDuring: 3, countDuring: 3 },
      { label: 'model', value: 'm-1', weightBefore: 0, countBefore: 1, weightDuring: 0, countDuring: 1 },
    ])
    expect(shares).toContainEqual(expect.objectContaining({ label: 'errorType', value: 'timeout', weightDuring: 3 }))
  })

  it('who arrives late is told with when it ended', async () => {
    const since = Date.now() - 1000
    await store.write([call(100, { agent: 'late' }), call(40, { agent: 'late' }), call(400, { agent: 'late' })])
    const window = { endedFromMs: FROM, endedBeforeMs: FROM + 5 * MINUTE }
    const late = (await store.lateSpans({ ...window, sinceMs: since })).filter(({ agent }) => agent === 'late')
    expect(late).toMatchObject([{ workflow: 'refund', model: 'm-1', tool: '', firstEndMs: FROM + 40_000 }])
    expect(await store.lateSpans({ ...window, sinceMs: Date.now() + 60_000 })).toEqual([])
  })

  it('a silence that is ended is kept, the latest word stands', async () => {
    const silence = { match: { agent: 'a' }, by: 'ada', reason: 'known', endedBy: null, startsMs: FROM }
    await store.writeSilence({ ...silence, id: 'one', endsMs: FROM + MINUTE })
    await store.writeSilence({ ...silence, id: 'two', endsMs: FROM + 60 * MINUTE })
    await store.writeSilence({ ...silence, id: 'two', endsMs: FROM + 2 * MINUTE, endedBy: 'lin' })
    expect(await store.silences(FROM + MINUTE)).toEqual([
      { ...silence, id: 'two', endsMs: FROM + 2 * MINUTE, endedBy: 'lin' },
    ])
    expect(await store.silences(0)).toHaveLength(2)
  })

  it('of those who bid the oldest has the lease, until it leaves or is not seen', async () => {
    const bid = (holder: string, sinceMs: number, alive = true, ttlMs = 60_000) =>
      store.bid({ name: 'test', holder, sinceMs, alive, ttlMs })
    expect(await bid('b', FROM + 1)).toBe('b')
    expect(await bid('a', FROM + 2)).toBe('b')
    expect(await bid('b', FROM + 1)).toBe('b')
    expect(await bid('b', FROM + 1, false)).toBe('a')
    expect(await bid('b', FROM + 3)).toBe('a')
    // one that was seen longer ago than it may be is not there
    expect(await bid('c', FROM + 9, true, 0)).toBeNull()
  })
})
