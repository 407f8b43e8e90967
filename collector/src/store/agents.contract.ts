/** What every backend of the store promises about agents: their health over time, and who calls whom. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hex, recentSpan } from '../../test/any-span.ts'
import type { Span } from '../span.ts'
import type { AgentQuery } from './agent-store.ts'
import type { OpenedStore } from './open.ts'
import { openReading, READ_FROM } from './run-sums.contract.ts'
import type { Backend } from './store.contract.ts'

const NOW = Date.UTC(2026, 10, 21, 12)
const MINUTE_MS = 60_000
const at = (minutes: number) => BigInt(NOW + minutes * MINUTE_MS) * 1_000_000n
const startMs = (span: Span) => Number(span.startNs / 1_000_000n)
const CALLS = ['llm', 'tool', 'retrieval', 'embedding']

export function agentsContract(backend: () => Backend): void {
  describe.each(READ_FROM)('agents from %s', (from) => {
    let store: OpenedStore
    let spans: readonly Span[]
    beforeAll(async () => {
      let clock = NOW
      store = await openReading(from, backend().settings({ now: () => clock++ }))
      const pick = <T>(n: number, ...of: T[]): T => of[n % of.length] as T
      // 40 runs, one every three minutes, of six spans that go on for up to half an hour
      spans = Array.from({ length: 240 }, (_, n) => {
        const run = n % 40
        const step = Math.floor(n / 40)
        return recentSpan({
          traceId: hex(run, 32),
          spanId: hex(n, 16),
          startNs: at(-3 * run + 5 * step - 30),
          durationNs: BigInt(1 + ((n * 37) % 100)) * 1_000_000n,
          kind: pick(step + run, 'agent', 'llm', 'tool', 'llm', 'embedding', 'gate'),
          status: pick(n, 'ok', 'unset', 'error', 'ok', 'ok'),
          agent: pick(step, 'triage', 'research', null, 'research', "it's"),
          parentAgent: pick(step, null, 'triage', 'triage', null, 'research'),
          workflow: pick(run, 'refund', 'support'),
          tenantId: pick(run, 'acme', null),
          counted: n % 7 !== 0,
          inputTokens: pick(n, 10, 20, null),
          outputTokens: pick(n, 1, null),
          costNano: pick(n, 1000, null, 2500),
          costSource: pick(n, 'priced', 'unpriced', 'reported'),
        })
      })
      await store.write(spans.slice(0, 150))
      await store.write(spans.slice(100))
      await store.write(spans.slice(0, 30))
    })
    afterAll(() => store.close())

    const sum = (all: readonly Span[], read: (span: Span) => number | null) => {
      return all.reduce((total, span) => total + (read(span) ?? 0), 0)
    }
    const costOf = (all: readonly Span[]) => {
      const priced = all.filter(({ counted, costNano }) => counted && costNano !== null)
      return priced.length === 0 ? null : sum(priced, ({ costNano }) => costNano)
    }

    /** The slow and obvious way, without what is only nearly exact. */
    function figures(all: readonly Span[]) {
      const runs = [...Map.groupBy(all, ({ traceId }) => traceId).values()]
      const failed = (of: readonly Span[]) => of.some(({ status }) => status === 'error')
      const calls = all.filter(({ kind }) => CALLS.includes(kind))
      return {
        runs: runs.length,
        failedRuns: runs.filter((run) => {
          const turns = run.filter(({ kind }) => kind === 'agent')
          return failed(turns.length > 0 ? turns : run.filter(({ kind }) => CALLS.includes(kind)))
        }).length,
        turns: all.filter(({ kind }) => kind === 'agent').length,
        calls: calls.length,
        failedCalls: calls.filter(({ status }) => status === 'error').length,
        costNano: costOf(all),
      }
    }

    function windowOf(tenant: string | null, { fromMs, toMs, workflow }: AgentQuery) {
      const seen = spans.filter(({ tenantId }) => (tenant ?? tenantId) === tenantId)
      const runs = [...Map.groupBy(seen, ({ traceId }) => traceId).values()]
      return runs.flatMap((run) => {
        const start = Math.min(...run.map(startMs))
        const isIn = start >= fromMs && start < toMs && (workflow === undefined || run[0]?.workflow === workflow)
        return isIn ? run.map((span) => ({ span, start })) : []
      })
    }

    it('lead from every step to the runs in which they failed', async () => {
      const stepMs = 50 * MINUTE_MS
      const fromMs = NOW - 150 * MINUTE_MS
      const { agents } = await store.agents('acme', { fromMs, toMs: NOW, stepMs, workflow: 'refund' })
      const cells = agents.flatMap(({ agent, steps }) => steps.map((step) => ({ agent, ...step })))
      expect(cells.some(({ runs, failedRuns }) => failedRuns > 0 && failedRuns < runs)).toBe(true)
      for (const { agent, step, failedRuns } of cells) {
        const within = { fromMs: fromMs + step * stepMs, toMs: fromMs + (step + 1) * stepMs, workflow: 'refund' }
        const { runs } = await store.runs('acme', { failedAgent: agent, ...within, limit: 100 })
        expect(runs, `${agent} ${step}`).toHaveLength(failedRuns)
      }
    })

    const window = { fromMs: NOW - 150 * MINUTE_MS, toMs: NOW, stepMs: 10 * MINUTE_MS }
    it.each<[string, string | null, AgentQuery]>([
      ['of everyone', null, window],
      ['of a tenant', 'acme', window],
      ['of a workflow', null, { ...window, workflow: 'support' }],
      ['of a part of the time', null, { ...window, fromMs: NOW - 90 * MINUTE_MS, toMs: NOW - 60 * MINUTE_MS }],
      ['of no time at all', null, { ...window, fromMs: NOW, toMs: NOW }],
    ])('%s are what their spans say, each once, by when their run started', async (_name, tenant, query) => {
      const inside = windowOf(tenant, query)
      const { agents, handoffs, starts } = await store.agents(tenant, query)
      const expected = Map.groupBy(inside, ({ span }) => span.agent)
      expected.delete(null)
      expect(agents.map(({ agent }) => agent).toSorted()).toEqual([...expected.keys()].toSorted())
      expect(agents.map(({ runs }) => runs)).toEqual(agents.map(({ runs }) => runs).toSorted((a, b) => b - a))
      for (const { agent, steps, p50Ms, p95Ms, lastSeenMs, ...told } of agents) {
        const own = expected.get(agent)!
        const all = own.map(({ span }) => span)
        const models = all.filter(({ kind, counted }) => counted && (kind === 'llm' || kind === 'agent'))
        expect(told).toEqual({
          ...figures(all),
          inputTokens: sum(models, ({ inputTokens }) => inputTokens),
          outputTokens: sum(models, ({ outputTokens }) => outputTokens),
          unpricedCalls: all.filter(({ counted, costSource }) => counted && costSource === 'unpriced').length,
        })
        expect(lastSeenMs).toBe(Math.max(...all.map((span) => startMs(span) + Number(span.durationNs / 1_000_000n))))
        expect(p50Ms).toBeLessThanOrEqual(p95Ms!)
        const byStep = Map.groupBy(own, ({ start }) => Math.floor((start - query.fromMs) / query.stepMs))
        expect(steps.map(({ p50Ms: _p50, p95Ms: _p95, ...step }) => step)).toEqual(
          [...byStep]
            .toSorted(([a], [b]) => a - b)
            .map(([step, of]) => ({ step, ...figures(of.map(({ span }) => span)) })),
        )
      }
      const worked = inside.map(({ span }) => span).filter(({ agent }) => agent !== null)
      const called = worked.filter(({ parentAgent }) => parentAgent !== null)
      const began = worked.filter(({ parentAgent, kind }) => parentAgent === null && kind !== 'gate')
      const edges = Map.groupBy([...called, ...began], ({ agent, parentAgent, workflow }) => {
        return JSON.stringify([parentAgent === null, parentAgent ?? workflow, agent])
      })
      const tell = (told: typeof handoffs, isStart: boolean) => told.map((one) => ({ ...one, isStart }))
      const drawn = [...tell(handoffs, false), ...tell(starts, true)]
      expect(drawn).toHaveLength(edges.size)
      for (const { isStart, from, to, p95Ms: _p95, ...told } of drawn) {
        const all = edges.get(JSON.stringify([isStart, from, to]))!
        const turns = all.filter(({ kind }) => kind === 'agent')
        expect(told).toEqual({
          runs: new Set(all.map(({ traceId }) => traceId)).size,
          calls: turns.length,
          failedCalls: turns.filter(({ status }) => status === 'error').length,
          costNano: costOf(all),
        })
      }
    })

    it('latency is of turns, and of model calls where an agent tells no turns', async () => {
      const other = await openReading(from, backend().settings({ now: () => NOW }))
      const ms = (n: number) => BigInt(n) * 1_000_000n
      const span = (n: number, given: Partial<Span>) =>
        recentSpan({ traceId: hex(n, 32), spanId: hex(n, 16), startNs: at(-5), ...given })
      await other.write([
        span(1, { agent: 'a', kind: 'agent', durationNs: ms(100) }),
        span(2, { agent: 'a', kind: 'llm', traceId: hex(1, 32), durationNs: ms(7) }),
        span(3, { agent: 'b', kind: 'llm', durationNs: ms(30) }),
        span(4, { agent: 'c', kind: 'tool', durationNs: ms(50) }),
      ])
      const { agents } = await other.agents(null, window)
      expect(agents.map(({ agent, p50Ms, p95Ms }) => [agent, p50Ms, p95Ms])).toEqual([
        ['a', 100, 100],
        ['b', 30, 30],
        ['c', null, null],
      ])
      await other.close()
    })

    it('takes any instant', async () => {
      const { agents } = await store.agents(null, { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, stepMs: 1e12 })
      expect(agents.length).toBeGreaterThan(0)
    })
  })
}
