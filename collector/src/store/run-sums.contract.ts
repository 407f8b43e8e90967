/** What every backend of the store promises about what runs added up to: it reads as their spans do, whatever comes when. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hex, recentSpan } from '../../test/any-span.ts'
import { KINDS, type Span } from '../span.ts'
import { type OpenedStore, openStore, type StoreSettings } from './open.ts'
import type { Backend } from './store.contract.ts'
import { SPEND_BY } from './store.ts'

/** How a contract's store reads: from spans, or from what runs added up to, written down after each word of theirs. */
export const READ_FROM = ['spans', 'sums'] as const

export async function openReading(from: (typeof READ_FROM)[number], settings: StoreSettings): Promise<OpenedStore> {
  if (from === 'spans') return openStore(settings)
  const store = await openStore({ ...settings, stillMs: -1e12 })
  return {
    ...store,
    async write(spans) {
      await store.write(spans)
      await settled(store)
    },
    async amend(changes) {
      const missing = await store.amend(changes)
      await settled(store)
      return missing
    },
  }
}

async function settled(store: OpenedStore): Promise<void> {
  while ((await store.settle()) > 0);
}

const SOAK = process.env.OUTRIDER_TEST_SOAK !== undefined
const NOW = Date.UTC(2026, 10, 21, 12)
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

type Step =
  | { readonly do: 'write'; readonly spans: readonly Span[] }
  | { readonly do: 'amend'; readonly span: number; readonly counted: boolean }
  | { readonly do: 'settle' }

/** Few IDs, so that spans come again with other words, starts, parents and tenants. */
const span: fc.Arbitrary<Span> = fc
  .record({
    run: fc.integer({ min: 0, max: 7 }),
    id: fc.integer({ min: 0, max: 5 }),
    hour: fc.constantFrom(0, 0, 0, 0.2, 1, 30),
    kind: fc.constantFrom(...KINDS),
    name: fc.constantFrom('a', 'b', null),
    model: fc.constantFrom('m', 'n'),
    tokens: fc.constantFrom(null, 5, 2 ** 53 - 1),
    costNano: fc.constantFrom(null, 7, 2 ** 52),
    priced: fc.constantFrom('priced' as const, 'unpriced' as const, null),
    strange: fc.integer({ min: 0, max: 30 }),
    failed: fc.boolean(),
  })
  .map(({ run, id, hour, name, model, tokens, priced, strange, failed, ...given }) =>
    recentSpan({
      ...{ traceId: hex(run, 32), spanId: hex(id, 16), parentSpanId: id === 0 ? null : hex(0, 16) },
      ...{ kind: given.kind, costNano: given.costNano, inputTokens: tokens, outputTokens: 1, costSource: priced },
      startNs: BigInt(NOW - 9 * DAY_MS + (17 * run + hour) * HOUR_MS + id) * 1_000_000n,
      durationNs: BigInt(1 + id) * 1_000_000n,
      status: failed ? 'error' : 'ok',
      counted: strange % 3 !== 0,
      tenantId: strange === 1 ? 'other' : run % 2 === 0 ? 'acme' : null,
      agent: strange % 5 === 0 ? null : `agent-${id % 3}`,
      ...{ parentAgent: name, workflow: name, userId: strange % 4 === 0 ? null : name },
      ...{ requestModel: model, provider: name === null ? null : 'p' },
    }),
  )

const steps = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.array(span, { minLength: 1, maxLength: 12 }).map((spans): Step => ({ do: 'write', spans })),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('amend' as const), span: fc.nat(40), counted: fc.boolean() }) },
    { weight: 3, arbitrary: fc.constant<Step>({ do: 'settle' }) },
  ),
  { minLength: 4, maxLength: 10 },
)

const round = (ms: number | null) => (ms === null ? null : Math.round(ms * 1000))

/** All that reads of sums. What is nearly exact alone is compared to a thousandth. */
async function told(store: OpenedStore) {
  const part = { fromMs: NOW - 9 * DAY_MS + 30 * HOUR_MS, toMs: NOW - 9 * DAY_MS + 51 * HOUR_MS + 3 }
  const asked = [
    { tenant: null, window: part, keys: SPEND_BY },
    { tenant: null, window: { fromMs: 0, toMs: NOW - 9 * DAY_MS + 34 * HOUR_MS }, keys: ['model'] },
    { tenant: 'acme', window: { fromMs: NOW - 30 * DAY_MS, toMs: NOW }, keys: ['user'] },
  ] as const
  const answers = []
  for (const { tenant, window, keys } of asked) {
    const whole = await store.agents(tenant, { ...window, stepMs: 7 * HOUR_MS })
    const one = await store.agents(tenant, { ...window, stepMs: DAY_MS, workflow: 'a' })
    const latency = <T extends { p95Ms: number | null }>(all: readonly T[]) =>
      all.map((given) => ({ ...given, p50Ms: 0, p95Ms: round(given.p95Ms), steps: 0 }))
    const workflows = await store.workflows(tenant, { ...window, success: [] })
    answers.push({
      agents: [whole, one].map(({ agents, handoffs, starts }) => [latency(agents), latency(handoffs), latency(starts)]),
      steps: whole.agents.map(({ steps }) => steps.map((step) => ({ ...step, p50Ms: 0, p95Ms: round(step.p95Ms) }))),
      workflows: latency(workflows),
      spend: await Promise.all(
        keys.map(async (by) => {
          const { rows, ...rest } = await store.spend(tenant, { ...window, by })
          return { ...rest, rows: rows.toSorted((a, b) => ((a.key ?? '') < (b.key ?? '') ? -1 : 1)) }
        }),
      ),
    })
  }
  return answers
}

export function runSumsContract(backend: () => Backend): void {
  describe('sums of runs', () => {
    let clock = NOW
    const now = () => clock++
    const opened: OpenedStore[] = []
    const open = async (settings: StoreSettings) => {
      const store = await openStore(settings)
      opened.push(store)
      return store
    }
    afterAll(() => Promise.all(opened.map((store) => store.close())))

    it(
      'read as the spans do: after repeats, other starts, other tenants, amends, in any order',
      async () => {
        let of = 0
        const [plain, sums] = [backend().settings({ now }), backend().settings({ now, stillMs: -1e12 })]
        const [one, other] = [await open(plain), await open(sums)]
        await fc.assert(
          fc.asyncProperty(steps, async (given) => {
            for (const table of ['spans', 'runs', 'trace_lookup', 'run_sums']) {
              for (const settings of [plain, sums]) await backend().run(settings, `TRUNCATE TABLE ${table}`)
            }
            of++
            const written: Span[] = []
            for (const step of given) {
              if (step.do === 'settle') await settled(other)
              if (step.do === 'write') {
                // the same block again would be taken for one that was sent twice
                const spans = step.spans.map((each, n) => ({ ...each, statusMessage: `${of} ${written.length} ${n}` }))
                const last = [
                  ...new Map(spans.map((each) => [`${each.traceId}${each.spanId}${each.tenantId}`, each])).values(),
                ]
                const at = clock
                await one.write(last)
                clock = at
                await other.write(last)
                written.push(...last)
              }
              if (step.do === 'amend' && written.length > 0) {
                const { tenantId: tenant, traceId, spanId } = written[step.span % written.length]!
                const at = clock
                await one.amend([{ tenant, traceId, spanId, fields: { counted: step.counted } }])
                clock = at
                await other.amend([{ tenant, traceId, spanId, fields: { counted: step.counted } }])
              }
              clock += 1000
            }
            expect(await told(other)).toEqual(await told(one))
          }),
          { numRuns: SOAK ? 60 : 3, endOnFailure: true },
        )
      },
      SOAK ? 1_800_000 : 120_000,
    )

    describe('of one run', () => {
      let settings: StoreSettings
      let store: OpenedStore
      const window = { fromMs: NOW - 20 * DAY_MS, toMs: NOW }
      const startNs = BigInt(NOW - 3 * DAY_MS) * 1_000_000n
      const call = recentSpan({ startNs, agent: 'a', workflow: 'w', kind: 'llm', costNano: 5, traceId: hex(1, 32) })
      const kept = () =>
        backend().rows<{ day: string }>(settings, 'SELECT toString(day) AS day FROM run_sums FINAL WHERE NOT gone')
      const figures = async () => {
        const { agents } = await store.agents(null, { ...window, stepMs: DAY_MS })
        const [spent, ended] = [
          await store.spend(null, { ...window, by: 'workflow' }),
          await store.workflows(null, { ...window, success: [] }),
        ]
        return [agents[0]?.runs, agents[0]?.calls, spent.totalNano, ended[0]?.runs, ended[0]?.costNano]
      }
      beforeAll(async () => {
        settings = backend().settings({ now, stillMs: -1e12 })
        store = await open(settings)
        await store.write([call])
        await settled(store)
      })

      it('are what is read: without the spans they say the same', async () => {
        expect(await figures()).toEqual([1, 1, 5, 1, 5])
        await backend().run(settings, 'TRUNCATE TABLE spans')
        expect(await figures()).toEqual([1, 1, 5, 1, 5])
        await store.write([{ ...call, statusMessage: 'again' }])
      })

      it('are not read from when another span came, and are written down again', async () => {
        await store.write([{ ...call, spanId: hex(2, 16) }])
        expect(await figures()).toEqual([1, 2, 10, 1, 10])
        expect(await store.settle()).toBe(1)
        expect(await store.settle()).toBe(0)
        expect(await figures()).toEqual([1, 2, 10, 1, 10])
      })

      it('move to the day of a span that is earlier than all before', async () => {
        await store.write([{ ...call, spanId: hex(3, 16), startNs: startNs - BigInt(DAY_MS) * 1_000_000n }])
        expect(await figures()).toEqual([1, 3, 15, 1, 15])
        await settled(store)
        expect(await kept()).toEqual([{ day: '2026-11-17' }])
        expect(await figures()).toEqual([1, 3, 15, 1, 15])
      })

      it('are written down after a stop between hiding and writing', async () => {
        await backend().run(
          settings,
          'INSERT INTO run_sums SELECT * REPLACE (addSeconds(made_at, 1) AS made_at, 1 AS gone) FROM run_sums FINAL',
        )
        expect(await kept()).toEqual([])
        expect(await figures()).toEqual([1, 3, 15, 1, 15])
        clock += 5000
        await settled(store)
        expect(await kept()).toHaveLength(1)
        expect(await figures()).toEqual([1, 3, 15, 1, 15])
      })
    })

    it('are of the whole run, however long it goes on after the window, as from spans', async () => {
      const store = await open(backend().settings({ now, stillMs: -1e12 }))
      const fromMs = NOW - 6 * DAY_MS
      const window = { fromMs, toMs: fromMs + HOUR_MS }
      const startNs = BigInt(fromMs) * 1_000_000n
      const begun = recentSpan({
        startNs,
        traceId: hex(1, 32),
        spanId: hex(1, 16),
        agent: 'a',
        workflow: 'w',
        kind: 'llm',
        costNano: 5,
      })
      const late = { ...begun, spanId: hex(2, 16), startNs: startNs + BigInt(30 * HOUR_MS) * 1_000_000n }
      const figures = async () => {
        const { agents } = await store.agents(null, { ...window, stepMs: HOUR_MS })
        const [ended] = await store.workflows(null, { ...window, success: [] })
        return [agents[0]?.calls, agents[0]?.costNano, ended?.costNano]
      }
      await store.write([begun, late])
      expect(await figures()).toEqual([2, 10, 10])
      await settled(store)
      expect(await figures()).toEqual([2, 10, 10])
    })

    it('are looked for among runs of which something came, and now and then among all', async () => {
      let at = NOW
      const settings = backend().settings({ now: () => at++, stillMs: -1e12 })
      const store = await open(settings)
      const spent = async () =>
        (await store.spend(null, { fromMs: NOW - 30 * DAY_MS, toMs: at, by: 'workflow' })).totalNano
      const call = (n: number) =>
        recentSpan({ traceId: hex(n, 32), startNs: BigInt(at - HOUR_MS) * 1_000_000n, kind: 'llm', costNano: 5 })
      const old = call(1)
      await store.write([old])
      await settled(store)
      at += 20 * DAY_MS
      await store.write([call(2)])
      expect(await store.settle()).toBe(1)
      await settled(store)
      await settled(store)
      // a word on a run of twenty days ago is read at once, and written down by a look at all
      await store.amend([{ tenant: null, traceId: old.traceId, spanId: old.spanId, fields: { costNano: 7 } }])
      expect(await spent()).toBe(12)
      expect(await store.settle()).toBe(0)
      let looks = 0
      while ((await store.settle()) === 0 && looks < 100) looks += 1
      expect(looks).toBeLessThan(60)
      await backend().run(settings, 'TRUNCATE TABLE spans')
      expect(await spent()).toBe(12)
    })

    it('are one with runs that are read from spans, however many these are', async () => {
      const store = await open(backend().settings({ now, stillMs: -1e12 }))
      const window = { fromMs: NOW - DAY_MS, toMs: NOW }
      const startNs = BigInt(NOW - HOUR_MS) * 1_000_000n
      const run = (n: number) =>
        recentSpan({
          traceId: hex(n, 32),
          startNs,
          agent: 'a',
          workflow: 'w',
          kind: 'llm',
          costNano: 5,
          parentSpanId: null,
        })
      const figures = async () => {
        const { agents, starts } = await store.agents(null, { ...window, stepMs: HOUR_MS })
        const [spent, ended] = [
          await store.spend(null, { ...window, by: 'workflow' }),
          await store.workflows(null, { ...window, success: [] }),
        ]
        return [agents[0]?.runs, starts[0]?.runs, spent.totalNano, spent.rows.length, ended[0]?.runs]
      }
      await store.write(Array.from({ length: 30 }, (_, n) => run(n)))
      await settled(store)
      await store.write(Array.from({ length: 120 }, (_, n) => run(100 + n)))
      expect(await figures()).toEqual([150, 150, 750, 1, 150])
      await settled(store)
      expect(await figures()).toEqual([150, 150, 750, 1, 150])
    })

    it('go on without a run that no statement can write: it is found by fewer and fewer, and read from its spans', async () => {
      const settings = backend().settings({ now, stillMs: -1e12 })
      const store = await open(settings)
      const spent = async (from: OpenedStore) =>
        (await from.spend(null, { fromMs: NOW - DAY_MS, toMs: NOW, by: 'workflow' })).totalNano
      const newestFirst = (n: number) => BigInt(NOW - n * 60_000) * 1_000_000n
      await store.write(
        Array.from({ length: 13 }, (_, n) =>
          recentSpan({ traceId: hex(n, 32), startNs: newestFirst(n + 1), kind: 'llm', costNano: 5 }),
        ),
      )
      // the engine itself refuses a statement in which this run's sums are
      await backend().run(
        settings,
        `ALTER TABLE run_sums ADD CONSTRAINT no_sums_of_it CHECK gone OR trace_id != '${hex(0, 32)}'`,
      )
      const told: (number | 'failed')[] = []
      while (told.at(-1) !== 0 && told.length < 20) {
        told.push(await store.settle().catch(() => 'failed' as const))
        expect(await spent(store)).toBe(65)
      }
      // of 13, of 4, alone; then it is left out, and each statement takes twice as many as the last
      expect(told).toEqual(['failed', 'failed', 'failed', 1, 2, 4, 5, 0])
      await backend().run(settings, 'ALTER TABLE run_sums DROP CONSTRAINT no_sums_of_it')
      expect(await store.settle()).toBe(0)
      const later = await open(settings)
      expect([await later.settle(), await later.settle()]).toEqual([1, 0])
      await backend().run(settings, 'TRUNCATE TABLE spans')
      expect(await spent(later)).toBe(65)
    })

    it('wait until nothing has come for a while', async () => {
      const store = await open(backend().settings({ now }))
      await store.write([recentSpan({ startNs: BigInt(NOW - DAY_MS) * 1_000_000n })])
      expect(await store.settle()).toBe(0)
      clock += 121_000
      expect(await store.settle()).toBe(1)
    })
  })
}
