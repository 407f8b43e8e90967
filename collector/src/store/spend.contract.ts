/** What every backend of the store promises about money added up, calls to price again, and arrivals. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hex, recentSpan } from '../../test/any-span.ts'
import type { Span } from '../span.ts'
import { type OpenedStore, openStore } from './open.ts'
import { openReading, READ_FROM } from './run-sums.contract.ts'
import type { Backend } from './store.contract.ts'
import { type BilledPlace, SPEND_BY, type SpendQuery } from './store.ts'

const NOW = Date.UTC(2026, 10, 21, 12)
const HOUR_MS = 3_600_000
const at = (hours: number) => BigInt(NOW + hours * HOUR_MS) * 1_000_000n

export function spendContract(backend: () => Backend): void {
  describe.each(READ_FROM)('spend from %s', (from) => {
    let store: OpenedStore
    let spans: readonly Span[]
    beforeAll(async () => {
      let clock = NOW
      store = await openReading(from, backend().settings({ now: () => clock++ }))
      const pick = <T>(n: number, ...of: T[]): T => of[n % of.length] as T
      spans = Array.from({ length: 240 }, (_, n) =>
        recentSpan({
          traceId: hex(n % 40, 32),
          spanId: hex(n, 16),
          startNs: at(-(n % 60)),
          kind: pick(n, 'llm', 'llm', 'embedding', 'tool', 'agent'),
          counted: n % 7 !== 0,
          agent: pick(n, 'triage', null, 'research'),
          workflow: pick(n % 40, 'refund', 'support'),
          userId: pick(n % 40, 'u1', null, 'u3'),
          tenantId: pick(n % 40, 'acme', null),
          provider: pick(n, 'openai', null),
          requestModel: pick(n, 'gpt-x', 'acme-1'),
          responseModel: pick(n, null, null, 'gpt-x-2026'),
          inputTokens: pick(n, 10, 20, null),
          outputTokens: pick(n, 1, null),
          costNano: pick(n, 1000, null, 2500),
          costSource: pick(n, 'priced', 'unpriced', 'reported'),
        }),
      )
      await store.write(spans.slice(0, 150))
      await store.write(spans.slice(100))
      await store.write(spans.slice(0, 30))
    })
    afterAll(() => store.close())

    /** The slow and obvious way. */
    function reference(tenant: string | null, { fromMs, toMs, by }: SpendQuery) {
      const calls = spans.filter(({ kind, counted, costNano, tenantId, startNs }) => {
        const ms = Number(startNs / 1_000_000n)
        const isUsage = kind !== 'tool'
        return (
          counted && (isUsage || costNano !== null) && (tenant ?? tenantId) === tenantId && ms >= fromMs && ms < toMs
        )
      })
      const keyOf = (span: Span) => {
        const day = new Date(Number(span.startNs / 1_000_000n)).toISOString().slice(0, 10)
        const { agent, workflow, userId: user, tenantId, provider } = span
        return {
          model: span.responseModel ?? span.requestModel,
          agent,
          workflow,
          user,
          tenant: tenantId,
          provider,
          day,
        }[by]
      }
      return [...Map.groupBy(calls, keyOf)].map(([key, all]) => {
        const priced = all.flatMap(({ costNano }) => costNano ?? [])
        const models = all.filter(({ kind }) => kind === 'llm' || kind === 'embedding')
        const tellers = all.filter(({ kind }) => kind !== 'tool')
        const sum = (read: (span: Span) => number | null) =>
          tellers.reduce((total, span) => total + (read(span) ?? 0), 0)
        return {
          key,
          calls: models.length,
          inputTokens: sum(({ inputTokens }) => inputTokens),
          outputTokens: sum(({ outputTokens }) => outputTokens),
          costNano: priced.length === 0 ? null : priced.reduce((a, b) => a + b, 0),
          unpricedCalls: all.filter(({ costSource }) => costSource === 'unpriced').length,
        }
      })
    }
    const sorted = (rows: readonly { key: string | null }[]) =>
      rows.toSorted((a, b) => ((a.key ?? '') < (b.key ?? '') ? -1 : 1))

    describe.each(SPEND_BY)('by %s', (by) => {
      it.each([
        ['of everyone', null, -100, 1],
        ['of a tenant', 'acme', -100, 1],
        ['of a window', null, -20, -3],
        ['of no time at all', null, -3, -3],
      ])('%s is what the counted spans say, each once', async (_name, tenant, from, to) => {
        const query = { by, fromMs: NOW + from * HOUR_MS, toMs: NOW + to * HOUR_MS }
        const { rows, totalNano } = await store.spend(tenant, query)
        const expected = reference(tenant, query)
        expect(sorted(rows)).toEqual(sorted(expected))
        expect(totalNano ?? 0).toBe(expected.reduce((sum, { costNano }) => sum + (costNano ?? 0), 0))
      })
    })

    it('takes any instant, and names models without a price, most used first', async () => {
      const { rows, unpriced } = await store.spend(null, { by: 'model', fromMs: 0, toMs: Number.MAX_SAFE_INTEGER })
      expect(rows.length).toBeGreaterThan(0)
      const calls = spans.filter(({ counted, costSource }) => counted && costSource === 'unpriced')
      expect(unpriced.reduce((sum, one) => sum + one.calls, 0)).toBe(calls.length)
      expect(unpriced.map((one) => one.calls)).toEqual(unpriced.map((one) => one.calls).toSorted((a, b) => b - a))
      const last = Math.max(...calls.map(({ startNs }) => Number(startNs / 1_000_000n)))
      expect(Math.max(...unpriced.map(({ lastSeenMs }) => lastSeenMs))).toBe(last)
    })

    it.each([
      ['minutes later', [0, 0.05]],
      ['hours later', [0, 5]],
      ['hours earlier', [5, 0]],
      ['three times', [0, 30, 5]],
    ])('counts a span once that was sent again with another start, %s', async (_, starts) => {
      let clock = NOW
      const other = await openReading(from, backend().settings({ now: () => clock++ }))
      const call = recentSpan({ inputTokens: 10, costSource: 'unpriced', requestModel: 'm' })
      const spans = starts.map((hours, n) => ({ ...call, startNs: at(-100 + hours), inputTokens: 10 + n }))
      for (const span of spans) await other.write([span])
      const spentIn = async (fromHours: number, toHours: number) => {
        const hour = (hours: number) => NOW + (hours - 100) * HOUR_MS
        const query = { fromMs: hour(fromHours), toMs: hour(toHours), by: 'model' } as const
        const { rows, unpriced } = await other.spend(null, query)
        expect(unpriced.map(({ calls }) => calls)).toEqual(rows.map(({ calls }) => calls))
        return rows.map(({ calls, inputTokens }) => [calls, inputTokens])
      }
      const last = starts.at(-1)!
      const once = [[1, 9 + starts.length]]
      expect(await spentIn(-1, 99)).toEqual(once)
      expect(await spentIn(last, last + 0.001)).toEqual(once)
      for (const start of starts.slice(0, -1)) expect(await spentIn(start, start + 0.001)).toEqual([])
      // what is corrected is the row that counts
      await other.amend([{ tenant: null, traceId: call.traceId, spanId: call.spanId, fields: { counted: false } }])
      expect(await spentIn(-1, 99)).toEqual([])
      await other.close()
    })

    it('gives every call to price again once, hour by hour', async () => {
      const sinceMs = NOW - 30 * HOUR_MS
      const found: string[] = []
      for (const hour of await store.billedHours(sinceMs)) {
        let after: BilledPlace | null = null
        do {
          const page: readonly BilledPlace[] = await store.billed(hour, sinceMs, after)
          found.push(...page.map(({ spanId }) => spanId))
          after = page.at(-1) ?? null
        } while (after !== null)
      }
      const expected = spans.filter(({ kind, counted, costSource, startNs }) => {
        const isUsage = kind === 'llm' || kind === 'embedding' || (kind === 'agent' && counted)
        return isUsage && costSource !== 'reported' && startNs >= at(-30)
      })
      expect(found.toSorted()).toEqual(expected.map(({ spanId }) => spanId).toSorted())
    })
  })

  it('arrivals tell what each instrumentation lacks, each span once, by when it came', async () => {
    let clock = NOW
    const store = await openStore(backend().settings({ now: () => clock }))
    const scope = { name: 'openai', version: '1' }
    const call = { scope, dialect: 'otel-genai', requestModel: 'm', inputTokens: 1 }
    const spans = [
      recentSpan({ ...call }),
      recentSpan({ ...call, streaming: true }),
      recentSpan({ ...call, streaming: true, inputTokens: null, warnings: ['bad_number:x', 'bad_number:x', 'y'] }),
      recentSpan({ ...call, inputTokens: null, requestModel: null, warnings: ['bad_number:x'] }),
      recentSpan({ ...call, inputTokens: null, status: 'error' }),
      recentSpan({ ...call, inputTokens: null, counted: false }),
      recentSpan({ ...call, costSource: 'unpriced', scope: { name: 'openai', version: '2' } }),
      recentSpan({ dialect: 'otel', kind: 'other' }),
    ].map((span, n) => ({ ...span, traceId: hex(7, 32), spanId: hex(n, 16), startNs: at(-100), tenantId: 'acme' }))
    await store.write(spans)
    await store.write(spans)
    const none = {
      failedCalls: 0,
      withoutUsage: 0,
      withoutModel: 0,
      streams: 0,
      streamsWithoutUsage: 0,
      unpricedCalls: 0,
    }
    const common = { lastSeenMs: NOW, warnings: [] }
    expect(await store.arrivals(null, NOW - HOUR_MS)).toEqual([
      {
        ...{ ...none, ...common, dialect: 'otel-genai', scope, spans: 6, llmCalls: 5, failedCalls: 1 },
        ...{ withoutUsage: 2, withoutModel: 1, streams: 2, streamsWithoutUsage: 1 },
        warnings: [
          { name: 'bad_number:x', spans: 2 },
          { name: 'y', spans: 1 },
        ],
      },
      { ...none, ...common, dialect: 'otel', scope: spans[7]!.scope, spans: 1, llmCalls: 0 },
      {
        ...none,
        ...common,
        ...{ dialect: 'otel-genai', scope: { name: 'openai', version: '2' } },
        spans: 1,
        llmCalls: 1,
        unpricedCalls: 1,
      },
    ])
    expect(await store.arrivals('other', NOW - HOUR_MS)).toEqual([])
    expect(await store.arrivals(null, NOW + 1)).toEqual([])
    clock += HOUR_MS
    await store.write(spans.slice(0, 1))
    expect(await store.arrivals('acme', NOW + 1)).toMatchObject([{ spans: 1, lastSeenMs: NOW + HOUR_MS }])
    await store.close()
  })
}
