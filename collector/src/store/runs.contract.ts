/** What every backend of the store promises about runs: the list, its filters and the detail agree with a plain reading. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hex, hostileTexts, recentSpan } from '../../test/any-span.ts'
import { COST_SOURCES, FINISH_REASONS, KINDS, type Span, STATUSES } from '../span.ts'
import { connect } from './connect.ts'
import { type OpenedStore, openStore } from './open.ts'
import { createReader } from './reader.ts'
import { referenceMatches, referenceRuns } from './reference.ts'
import type { Backend } from './store.contract.ts'
import type { RunQuery, RunSummary } from './store.ts'

const NOW = Date.UTC(2026, 10, 21, 12)
const MINUTE = 60_000n * 1_000_000n
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 2 })
const few = (...words: string[]) => maybe(fc.constantFrom(...words))
const hostile = maybe(fc.constantFrom(...hostileTexts.map((text) => text.toWellFormed())))

/** A span of one of a few runs: late and early, in several hours, days and at both ends of time, with and without a root. */
const anyPart: fc.Arbitrary<Partial<Span>> = fc.record({
  traceId: fc.nat(12).map((n) => hex(n, 32)),
  spanId: fc.nat(30).map((n) => hex(n, 16)),
  parentSpanId: maybe(fc.nat(30).map((n) => hex(n, 16))),
  startNs: fc.oneof(
    {
      weight: 9,
      arbitrary: fc.integer({ min: -3000, max: 30 }).map((min) => BigInt(NOW) * 1_000_000n + BigInt(min) * MINUTE),
    },
    { weight: 1, arbitrary: fc.constantFrom(0n, 2n ** 63n - 1n, BigInt(NOW) * 1_000_000n) },
  ),
  durationNs: fc.bigInt(0n, 10n * MINUTE),
  name: fc.constantFrom('root', 'chat', ...hostileTexts).map((text) => text.toWellFormed()),
  kind: fc.constantFrom(...KINDS),
  status: fc.constantFrom(...STATUSES),
  counted: fc.boolean(),
  workflow: few('refund', 'triage'),
  service: few('web', 'worker'),
  agent: hostile,
  userId: hostile,
  sessionId: hostile,
  tenantId: few('acme', 'other'),
  requestModel: few('gpt-x', 'claude-y'),
  responseModel: few('gpt-x-1', 'claude-y'),
  finishReason: maybe(fc.constantFrom(...FINISH_REASONS)),
  stopReason: maybe(fc.constantFrom('completed', 'killed', 'error', 'tool_calls', 'max_turns')),
  inputTokens: maybe(fc.oneof(fc.nat(1000), fc.constant(Number.MAX_SAFE_INTEGER))),
  outputTokens: maybe(fc.nat(1000)),
  cacheReadTokens: maybe(fc.nat(1000)),
  cacheWriteTokens: maybe(fc.nat(1000)),
  reasoningTokens: maybe(fc.nat(1000)),
  costNano: maybe(fc.oneof(fc.nat(1_000_000), fc.constant(Number.MAX_SAFE_INTEGER))),
  costSource: maybe(fc.constantFrom(...COST_SOURCES)),
  toolName: few('search', 'Search', "it's"),
  score: maybe(fc.integer({ min: 0, max: 8 }).map((n) => n / 8)),
  attributes: few('success', 'failure').map((outcome) => (outcome === null ? {} : { 'outrider.outcome': outcome })),
}) as fc.Arbitrary<Partial<Span>>

/** A span ID keeps its start, whoever sends it again. */
function settled(parts: readonly Partial<Span>[]): Span[] {
  const starts = new Map<string, bigint>()
  return parts.map((part) => {
    const span = recentSpan(part)
    const id = span.traceId + span.spanId
    if (!starts.has(id)) starts.set(id, span.startNs)
    return { ...span, startNs: starts.get(id)! }
  })
}

async function allPages(store: OpenedStore, tenant: string | null, query: Omit<RunQuery, 'limit'>, limit: number) {
  const runs: RunSummary[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await store.runs(tenant, { ...query, limit, ...(cursor === undefined ? {} : { cursor }) })
    expect(page.runs.length).toBeLessThanOrEqual(limit)
    runs.push(...page.runs)
    if (page.next === null) return runs
    expect(page.runs).toHaveLength(limit)
    cursor = page.next
  }
}

export function runsContract(backend: () => Backend): void {
  describe('runs', () => {
    let clock = NOW
    const fresh = () => openStore(backend().settings({ now: () => clock++ }))

    it('are what their spans say, in the list, in every page and in the detail, however the spans came', async () => {
      const settings = backend().settings({ now: () => clock++ })
      const store = await openStore(settings)
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(anyPart, { minLength: 1, maxLength: 25 }), { minLength: 1, maxLength: 5 }),
          fc.integer({ min: 1, max: 5 }),
          few('acme'),
          async (batches, limit, tenant) => {
            for (const table of ['spans', 'runs', 'trace_lookup'])
              await backend().run(settings, `TRUNCATE TABLE ${table}`)
            const sizes = batches.map((batch) => batch.length)
            const spans = settled(batches.flat())
            let from = 0
            for (const size of sizes) {
              // within a batch the last one of a span ID wins, as it does between batches
              const batch = spans.slice(from, from + size)
              from += size
              const latest = new Map(batch.map((span) => [`${span.tenantId}${span.traceId}${span.spanId}`, span]))
              await store.write([...latest.values()])
            }
            const expected = referenceRuns(spans, tenant)
            expect(await allPages(store, tenant, {}, limit)).toEqual(expected)
            for (const run of expected) {
              const detail = await store.run(tenant, run.traceId)
              expect(detail?.run).toEqual(run)
              expect(detail?.spans).toHaveLength(run.spanCount)
            }
          },
        ),
        { numRuns: 8, endOnFailure: true },
      )
      await store.close()
    })

    describe('filters', () => {
      let store: OpenedStore
      let expected: RunSummary[]
      beforeAll(async () => {
        store = await openStore(backend().settings({ now: () => clock++, stillMs: -1e12 }))
        const spans = settled(
          fc
            .sample(anyPart, { numRuns: 400, seed: 1 })
            .map((part, i) => ({ ...part, traceId: hex((i * 7) % 90, 32), spanId: hex(i, 16) })),
        )
        await store.write(spans.slice(0, 250))
        await store.write(spans.slice(200))
        // of most is written down what they added up to, of some not, or not what they are now
        while ((await store.settle()) > 0);
        await store.write(spans.slice(350))
        expected = referenceRuns(spans, null)
      })
      afterAll(() => store.close())

      const same = async (query: Omit<RunQuery, 'limit'>, limit: number) =>
        expect(await allPages(store, null, query, limit)).toEqual(
          expected.filter((run) => referenceMatches(run, query)),
        )

      it.each(hostileTexts.map((text) => [JSON.stringify(text), text]))('take %s as data', async (_name, text) => {
        for (const field of ['agent', 'user', 'q'] as const) await same({ [field]: text }, 50)
        const [run] = await store.runs(null, { limit: 1 }).then((page) => page.runs)
        expect(run).toEqual(expected[0])
      })

      it('are exact together and at every page size', async () => {
        const text = fc.constantFrom(...hostileTexts)
        const anyQuery = fc.record(
          {
            workflow: fc.constantFrom('refund', 'triage', 'none'),
            agent: text,
            failedAgent: text,
            user: text,
            session: text,
            tenant: fc.constantFrom('acme', 'other', "x' OR ''='"),
            status: fc.constantFrom(...STATUSES),
            model: fc.constantFrom('gpt-x', 'gpt-x-1', 'claude-y'),
            minCostNano: fc.oneof(fc.nat(3_000_000), fc.constantFrom(0, Number.MAX_SAFE_INTEGER)),
            fromMs: fc.integer({ min: NOW - 200_000_000, max: NOW }),
            toMs: fc.integer({ min: NOW - 200_000_000, max: NOW + 2_000_000 }),
            q: fc.oneof(text, fc.constantFrom('CHAT', 'SEARCH', 'acme', '00002', 'gpt')),
          },
          { requiredKeys: [] },
        )
        await fc.assert(
          fc.asyncProperty(anyQuery, fc.integer({ min: 1, max: 40 }), async (query, limit) => {
            await same(query, limit)
          }),
          { numRuns: 40, endOnFailure: true },
        )
      })

      it.each([
        '',
        'x',
        'MA',
        writeText('1.zz'),
        writeText(`-1.${hex(1, 32)}`),
        writeText(`99999999999999999999.${hex(1, 32)}`),
        'a'.repeat(500),
      ])('refuse the cursor %j', async (cursor) => {
        await expect(store.runs(null, { limit: 5, cursor })).rejects.toMatchObject({
          code: 'OUT_CURSOR_INVALID',
          field: 'cursor',
        })
      })
    })

    it('below a request ended as what was let in by it says, and else for the last word further in', async () => {
      type Part = Partial<Span> & { readonly inside?: Partial<Span> }
      const failed = { stopReason: 'error', status: 'error' } as const
      const cases: readonly [Partial<Span>, readonly Part[], RunSummary['stopReason'], RunSummary['status']?][] = [
        [{}, [{ stopReason: 'budget_exceeded', status: 'error' }], 'budget_exceeded', 'error'],
        [{ status: 'error' }, [{ stopReason: 'killed' }], 'killed', 'error'],
        [{ status: 'error' }, [{ stopReason: 'completed' }], 'error', 'error'],
        [{ stopReason: 'cancelled' }, [{ stopReason: 'killed', status: 'error' }], 'cancelled'],
        // of several tries the last decides
        [{}, [failed, { stopReason: 'completed' }], 'completed'],
        [{}, [{ status: 'error' }], 'error', 'error'],
        [{}, [{ kind: 'llm', status: 'error' }], 'completed'],
        [{}, [{ kind: 'chain', inside: { stopReason: 'max_turns' } }], 'max_turns'],
        // a part that failed was got over
        [{}, [{ kind: 'chain', status: 'ok', inside: failed }], 'completed'],
        [{}, [{ stopReason: 'completed', inside: { stopReason: 'max_turns' } }], 'completed'],
      ]
      const store = await openStore(backend().settings({ now: () => clock++, stillMs: -1e12 }))
      const start = BigInt(NOW) * 1_000_000n
      const ground = { stopReason: null, status: 'unset', finishReason: null, kind: 'agent' } as const
      const spans = cases.flatMap(([root, below], n) => {
        const request = {
          ...ground,
          traceId: hex(n, 32),
          kind: 'other' as const,
          startNs: start,
          durationNs: 10n * MINUTE,
        }
        const parts = below.flatMap(({ inside, ...part }, i) => {
          // clocks are coarse: what is inside may end after what it is in
          const place = { traceId: hex(n, 32), startNs: start + BigInt(i) * MINUTE, durationNs: MINUTE / 2n }
          const [spanId, parentSpanId] = [hex(i + 2, 16), hex(1, 16)]
          const outer = recentSpan({ ...ground, ...place, spanId, parentSpanId, ...part })
          const inner = { ...ground, ...place, durationNs: MINUTE, spanId: hex(i + 20, 16), parentSpanId: spanId }
          return inside === undefined ? [outer] : [outer, recentSpan({ ...inner, ...inside })]
        })
        return [recentSpan({ ...request, spanId: hex(1, 16), parentSpanId: null, ...root }), ...parts]
      })
      await store.write(spans)
      const found = await Promise.all(cases.map((_, n) => store.run(null, hex(n, 32))))
      expect(found.map((one) => one?.run.stopReason)).toEqual(cases.map(([, , stopReason]) => stopReason))
      expect(found.map((one) => one?.run.status)).toEqual(cases.map(([, , , status = 'unset']) => status))
      const failedOnes = cases.flatMap(([, , , status], n) => (status === 'error' ? [hex(n, 32)] : []))
      const listed = async (query: Partial<RunQuery>) =>
        (await store.runs(null, { limit: 50, ...query })).runs.map(({ traceId }) => traceId).toSorted()
      expect(await listed({ status: 'error' })).toEqual(failedOnes)
      while ((await store.settle()) > 0);
      expect(await listed({ status: 'error' })).toEqual(failedOnes)
      expect(await listed({ status: 'unset' })).toHaveLength(cases.length - failedOnes.length)
      await store.close()
    })

    it('come 500 on a page at most, each once and in order', async () => {
      const store = await fresh()
      const start = BigInt(NOW) * 1_000_000n
      const spans = Array.from({ length: 1200 }, (_, i) =>
        recentSpan({ traceId: hex(i, 32), startNs: start - BigInt(i % 7) * MINUTE }),
      )
      await store.write(spans)
      const listed = await allPages(store, null, {}, 500)
      expect(listed.map((run) => run.traceId)).toEqual(referenceRuns(spans, null).map((run) => run.traceId))
      await store.close()
    })

    it('of 10,000 spans are read whole, in time order', async () => {
      const store = await fresh()
      const traceId = hex(3, 32)
      const spans = Array.from({ length: 10_000 }, (_, i) =>
        recentSpan({
          traceId,
          spanId: hex((i * 7919) % 10_000, 16),
          parentSpanId: i === 0 ? null : hex(0, 16),
          startNs: BigInt(NOW) * 1_000_000n + BigInt(i) * 1_000_000n,
          input: `question ${i}`,
          inputTokens: 3,
          costNano: 2,
        }),
      )
      await store.write(spans)
      const stored = await store.run(null, traceId)
      expect(stored?.run).toMatchObject({ spanCount: 10_000, inputTokens: 30_000, costNano: 20_000 })
      expect(stored?.spans.map((span) => span.input)).toEqual(spans.map((span) => span.input))
      await store.close()
    })

    it('larger than one answer may be are given in part, with the summary of the whole', async () => {
      const settings = backend().settings({ now: () => clock++ })
      const store = await openStore(settings)
      const traceId = hex(4, 32)
      const spans = Array.from({ length: 30 }, (_, i) =>
        recentSpan({
          traceId,
          spanId: hex(i, 16),
          startNs: BigInt(NOW + i) * 1_000_000n,
          input: 'x'.repeat(100 + (i % 2) * 900),
          costNano: 1,
        }),
      )
      await store.write(spans)
      const connection = connect({ url: settings.url, database: settings.database!, login: settings.lanes.read })
      const reader = createReader(connection, () => NOW, { spans: 20, textBytes: 2000 })
      const part = await reader.run(null, traceId)
      expect(part?.run).toMatchObject({ spanCount: 30, costNano: 30 })
      expect(part?.spans.map((span) => span.spanId)).toEqual(spans.slice(0, 20).map((span) => span.spanId))
      for (const [i, span] of part!.spans.entries()) {
        const omitted = i % 2 === 1
        expect(span).toMatchObject({
          input: omitted ? null : spans[i]!.input,
          warnings: omitted ? ['content_omitted'] : [],
        })
      }
      await connection.close()
      await store.close()
    })

    it('are in the list also while an earlier span of theirs comes', async () => {
      const store = await fresh()
      const missed: number[] = []
      for (let n = 0; n < 30; n += 1) {
        const late = recentSpan({ traceId: hex(n, 32), startNs: BigInt(NOW + 1000 * n) * 1_000_000n })
        await store.write([late])
        const lists = Promise.all([store.runs(null, { limit: 5 }), store.runs(null, { limit: 5 })])
        await store.write([{ ...late, spanId: hex(n + 100, 16), startNs: late.startNs - 1_000_000n }])
        for (const { runs } of await lists) if (runs[0]?.traceId !== late.traceId) missed.push(n)
      }
      expect(missed).toEqual([])
      await store.close()
    })

    it('are not lost or doubled on pages when a span comes again with another start', async () => {
      const store = await fresh()
      const at = (hours: number) => BigInt(NOW) * 1_000_000n - BigInt(hours) * 60n * MINUTE
      const runs = Array.from({ length: 20 }, (_, i) => recentSpan({ traceId: hex(i, 32), startNs: at(i * 3) }))
      await store.write(runs)
      await store.write([
        { ...runs[3]!, startNs: at(40) },
        { ...runs[15]!, startNs: at(0) },
      ])
      const ids = (await allPages(store, null, {}, 3)).map((run) => run.traceId)
      expect(ids.toSorted()).toEqual(runs.map((span) => span.traceId))
      expect((await store.run(null, hex(3, 32)))?.run.startNs).toBe(at(40))
      expect((await store.run(null, hex(3, 32)))?.spans).toHaveLength(1)
      await store.close()
    })
  })
}

const writeText = (text: string): string => Buffer.from(text).toString('base64url')
