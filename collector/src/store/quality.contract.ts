/** What every backend of the store promises about scores, outcomes and corrections. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hex, hostileTexts, recentSpan } from '../../test/any-span.ts'
import type { Span } from '../span.ts'
import { type OpenedStore, openStore, type StoreSettings } from './open.ts'
import type { Backend } from './store.contract.ts'
import { AMENDABLE, type Amended, type Change, type Score } from './store.ts'

const score = (given: Partial<Score> & { traceId: string }): Score => ({
  tenantId: null,
  spanId: null,
  name: 'helpful',
  value: 0.5,
  label: null,
  explanation: null,
  source: null,
  ...given,
})

export function qualityContract(backend: () => Backend): void {
  describe('quality and corrections', () => {
    let store: OpenedStore
    let settings: StoreSettings
    let traces = 0
    const nextTrace = () => hex(++traces, 32)
    beforeAll(async () => {
      settings = backend().settings()
      store = await openStore(settings)
    })
    afterAll(() => store.close())

    /** The run as the list and the detail show it: they must agree. */
    async function shown(traceId: string, tenant: string | null = null) {
      const detail = await store.run(tenant, traceId)
      const page = await store.runs(tenant, { limit: 1, q: traceId })
      expect(page.runs[0]).toEqual(detail?.run)
      return detail!
    }

    describe('scores', () => {
      it('of a run come before those of its root, and those before the mean of its spans', async () => {
        const traceId = nextTrace()
        await store.write([
          recentSpan({ traceId, spanId: hex(1, 16) }),
          recentSpan({ traceId, spanId: hex(2, 16), parentSpanId: hex(1, 16), score: 1 }),
          recentSpan({ traceId, spanId: hex(3, 16), parentSpanId: hex(1, 16) }),
        ])
        expect((await shown(traceId)).run.score).toBe(1)
        await store.writeScores([score({ traceId, spanId: hex(3, 16), value: 0 })])
        expect((await shown(traceId)).run.score).toBe(0.5)
        await store.writeScores([score({ traceId, spanId: hex(1, 16), value: 0.25 })])
        expect((await shown(traceId)).run.score).toBe(0.25)
        await store.writeScores([score({ traceId, value: -3 }), score({ traceId, value: 4, name: 'other' })])
        const detail = await shown(traceId)
        expect(detail.run.score).toBe(0.5)
        expect(detail.spans.map((span) => span.score)).toEqual([0.25, 1, 0])
        expect(detail.scores.map(({ spanId, name, value }) => [spanId, name, value])).toEqual([
          [null, 'helpful', -3],
          [null, 'other', 4],
          [hex(1, 16), 'helpful', 0.25],
          [hex(3, 16), 'helpful', 0],
        ])
      })

      it('are kept when they come before the spans, and each field reads back', async () => {
        const traceId = nextTrace()
        const full = score({
          traceId,
          spanId: hex(1, 16),
          label: 'good',
          explanation: 'a\n\nb',
          source: 'judge',
          value: 1e-300,
        })
        await store.writeScores([full])
        expect(await store.run(null, traceId)).toBeNull()
        await store.write([recentSpan({ traceId, spanId: hex(1, 16) })])
        expect((await shown(traceId)).scores).toEqual([{ ...full, timeMs: expect.any(Number) }])
        expect((await shown(traceId)).run.score).toBe(1e-300)
      })

      it('replace those of the same name and source, in one write and in many, however fast', async () => {
        const traceId = nextTrace()
        await store.write([recentSpan({ traceId })])
        await store.writeScores([score({ traceId, value: 1 }), score({ traceId, value: 2 })])
        expect((await shown(traceId)).run.score).toBe(2)
        for (const value of [3, 4, 3, 5, 1]) await store.writeScores([score({ traceId, value })])
        expect((await shown(traceId)).scores).toHaveLength(1)
        expect((await shown(traceId)).run.score).toBe(1)
        await store.writeScores([score({ traceId, value: 2, source: 'person' })])
        expect((await shown(traceId)).run.score).toBe(1.5)
      })

      it('come from evaluation events too, on spans and as log records, the latest of a name', async () => {
        const traceId = nextTrace()
        const spanId = hex(1, 16)
        const name = 'gen_ai.evaluation.result'
        const told = (title: string, value: number | string | boolean) => ({
          'gen_ai.evaluation.name': title,
          'gen_ai.evaluation.score.value': value,
          'gen_ai.evaluation.score.label': 'l',
          'gen_ai.evaluation.explanation': 'because "x"\n\n',
        })
        const events = [
          { timeNs: 2n, name, attributes: told('a', 0.75) },
          { timeNs: 1n, name, attributes: told('a', 0.1) },
          { timeNs: 3n, name, attributes: told('b', '0.25') },
          { timeNs: 4n, name, attributes: told('c', 'high') },
          { timeNs: 5n, name: 'other', attributes: told('d', 1) },
          { timeNs: 6n, name, attributes: { 'gen_ai.evaluation.score.value': Number.NaN } },
        ]
        const span = recentSpan({ traceId, spanId, events })
        await store.write([span])
        await store.write([span])
        const log = { traceId, spanId, timeNs: 9n, name, body: null, tenantId: null }
        await store.writeLogs([
          { ...log, attributes: told('e', 1) },
          { ...log, attributes: told('f', true) },
        ])
        const { scores, run } = await shown(traceId)
        const common = { source: 'telemetry', label: 'l', explanation: 'because "x"\n\n', spanId }
        expect(scores).toMatchObject([
          { name: 'a', value: 0.75, ...common },
          { name: 'b', value: 0.25, ...common },
          { name: 'e', value: 1, ...common },
        ])
        expect(run.score).toBe(2 / 3)
      })

      it.each(hostileTexts.map((text) => [JSON.stringify(text), text.toWellFormed()]))(
        'take %s as data',
        async (_, text) => {
          const traceId = nextTrace()
          await store.write([recentSpan({ traceId })])
          const given = score({
            traceId,
            name: text,
            label: text || null,
            explanation: text || null,
            source: text || null,
          })
          await store.writeScores([given])
          await store.writeOutcomes([{ tenantId: null, traceId, outcome: text || 'x', reason: text }])
          const { run, scores } = await shown(traceId)
          expect(scores).toEqual([{ ...given, timeMs: expect.any(Number) }])
          expect(run).toMatchObject({ outcome: text || 'x', outcomeReason: text || null })
        },
      )

      it('of a tenant are seen by no other; those without a tenant by whoever has the trace', async () => {
        const traceId = nextTrace()
        await store.write(['a', 'b'].map((tenantId) => recentSpan({ traceId, tenantId })))
        await store.writeScores([score({ traceId, tenantId: 'a', value: 1 })])
        await store.writeOutcomes([{ tenantId: 'a', traceId, outcome: 'failure', reason: null }])
        expect((await shown(traceId, 'a')).run).toMatchObject({ score: 1, outcome: 'failure' })
        expect((await shown(traceId, 'b')).run).toMatchObject({ score: null, outcome: null })
        expect((await shown(traceId, 'b')).scores).toEqual([])
        await store.writeScores([score({ traceId, value: 0, name: 'other' })])
        expect((await shown(traceId, 'a')).run.score).toBe(0.5)
        expect((await shown(traceId, 'b')).run.score).toBe(0)
      })
    })

    it('shows the latest outcome, and it goes before what the spans tell', async () => {
      const traceId = nextTrace()
      await store.write([recentSpan({ traceId, attributes: { 'outrider.outcome': 'unknown' } })])
      expect((await shown(traceId)).run.outcome).toBe('unknown')
      for (const outcome of ['success', 'failure', 'success', 'refunded'])
        await store.writeOutcomes([{ tenantId: null, traceId, outcome, reason: `why ${outcome}` }])
      expect((await shown(traceId)).run).toMatchObject({ outcome: 'refunded', outcomeReason: 'why refunded' })
      await store.writeOutcomes([{ tenantId: null, traceId, outcome: 'success', reason: null }])
      expect((await shown(traceId)).run).toMatchObject({ outcome: 'success', outcomeReason: null })
    })

    it('gives the spans of the runs that changed last, each once as it is now, the earliest arrival first', async () => {
      let clock = Date.now()
      const other = await openStore(backend().settings({ now: () => ++clock }))
      const span = (trace: number, n: number, given: Partial<Span> = {}) =>
        recentSpan({ traceId: hex(trace, 32), spanId: hex(n, 16), said: { agent: null }, agent: 'a', ...given })
      await other.write([span(1, 1), span(1, 2, { inputTokens: 5, costNano: 7, costSource: 'priced' })])
      await other.write([span(2, 3, { input: 'text', attributes: { 'langsmith.trace.name': 'x', other: 1 } })])
      await other.write([span(3, 4, { startNs: BigInt(Date.now() - 3 * 86_400_000) * 1_000_000n })])
      await other.write([span(1, 1)])
      await other.amend([{ tenant: null, traceId: hex(1, 32), spanId: hex(2, 16), fields: { counted: false } }])
      const ids = (spans: readonly Span[]) => spans.map(({ spanId }) => Number(spanId))
      const recent = await other.recent({ traces: 10, spans: 10 })
      expect(ids(recent)).toEqual([3, 1, 2])
      const [third, , second] = recent
      expect(third).toMatchObject({ input: null, attributes: { 'langsmith.trace.name': 'x' }, said: { agent: null } })
      expect(Object.keys(third!.attributes)).toEqual(['langsmith.trace.name'])
      expect(second).toMatchObject({ counted: false, inputTokens: 5, costNano: 7, costSource: 'priced', agent: 'a' })
      expect(ids(await other.recent({ traces: 1, spans: 10 }))).toEqual([1, 2])
      expect(ids(await other.recent({ traces: 10, spans: 1 }))).toEqual([2])
      await other.close()
    })

    describe('amend', () => {
      const unpriced = { costNano: null, costSource: 'unpriced', priceVersion: null } as const
      it('changes what it names and nothing else, everywhere, once', async () => {
        const traceId = nextTrace()
        const [a, b, c] = [1, 2, 3].map((n) =>
          recentSpan({
            traceId,
            spanId: hex(n, 16),
            input: 'text',
            tags: ['x'],
            inputTokens: 10,
            outputTokens: 1,
            costNano: 100,
            costSource: 'priced',
            priceVersion: 'old',
            attributes: Object.assign(Object.create(null), { n, f: 0.1 }),
          }),
        ) as [Span, Span, Span]
        await store.write([a, b, c])
        const changes: Change[] = [
          { tenant: null, traceId, spanId: a.spanId, fields: { counted: false } },
          {
            tenant: null,
            traceId,
            spanId: b.spanId,
            fields: { costNano: 7, costSource: 'priced', priceVersion: 'new' },
          },
        ]
        for (const _time of ['first', 'again']) {
          expect(await store.amend(changes)).toEqual([])
          const { run, spans } = await shown(traceId)
          expect(run).toMatchObject({ spanCount: 3, llmCalls: 2, inputTokens: 20, costNano: 107 })
          expect(spans).toEqual([{ ...a, counted: false }, { ...b, costNano: 7, priceVersion: 'new' }, c])
        }
        await store.amend([
          { tenant: null, traceId, spanId: a.spanId, fields: { counted: true } },
          { tenant: null, traceId, spanId: b.spanId, fields: unpriced },
        ])
        expect((await shown(traceId)).run).toMatchObject({ llmCalls: 3, costNano: 200, unpricedCalls: 1 })
      })

      it('gives any field that may be another’s word, and what the span itself said stays in its attributes', async () => {
        const told = { 'gen_ai.usage.input_tokens': 5, model: 'alias', other: true }
        const names: ReadonlyMap<string, keyof Span> = new Map([
          ['gen_ai.usage.input_tokens', 'inputTokens'],
          ['model', 'requestModel'],
        ])
        const other = await openStore(backend().settings({ knownAs: names }))
        const attributes = Object.assign(Object.create(null), told)
        const span = recentSpan({ traceId: nextTrace(), attributes, inputTokens: 5, requestModel: 'alias' })
        await other.write([span])
        const key = { tenant: null, traceId: span.traceId, spanId: span.spanId }
        const words: Amended = {
          kind: 'other',
          agent: 'it’s "x"\n',
          agentVersion: '2',
          parentAgent: 'boss',
          workflow: 'w',
          sessionId: 's',
          userId: 'u',
          provider: 'openai',
          requestModel: 'asked',
          responseModel: 'served',
          responseId: 'r',
          inputTokens: Number.MAX_SAFE_INTEGER,
          outputTokens: 0,
          cacheReadTokens: 1,
          cacheWriteTokens: 2,
          reasoningTokens: 3,
          costNano: 4,
          costSource: 'priced',
          priceVersion: 'v',
          finishReason: 'length',
          finishReasonRaw: 'max_tokens',
          ttftMs: 0.1,
          streaming: false,
          counted: false,
          said: { agent: null, requestModel: 'alias', inputTokens: 5 },
        }
        expect(Object.keys(words).toSorted()).toEqual([...AMENDABLE].toSorted())
        // two changes of one span in one call: each has its say
        await other.amend([
          { ...key, fields: words },
          { ...key, fields: { agent: 'last' } },
        ])
        const stored = async () => (await other.run(null, span.traceId))?.spans[0]
        expect(await stored()).toEqual({ ...span, ...words, agent: 'last' })
        expect((await other.runs(null, { limit: 1, agent: 'last' })).runs).toHaveLength(1)
        const nothing = Object.fromEntries(AMENDABLE.map((field) => [field, field === 'kind' ? 'tool' : null]))
        await other.amend([{ ...key, fields: { ...nothing, counted: true, said: {} } as Amended }])
        expect(await stored()).toMatchObject({ ...nothing, counted: true, said: {} })
        await other.close()
      })

      it('names what is not stored, and another tenant with the same IDs keeps its span', async () => {
        const traceId = nextTrace()
        await store.write(['a', 'b'].map((tenantId) => recentSpan({ traceId, tenantId, costNano: 1 })))
        const known: Change = { tenant: 'a', traceId, spanId: hex(1, 16), fields: { counted: false } }
        const unknown: Change[] = [
          { ...known, spanId: hex(9, 16) },
          { ...known, tenant: 'c' },
          { ...known, traceId: nextTrace() },
        ]
        expect(await store.amend([known, ...unknown])).toEqual(unknown)
        expect((await shown(traceId, 'a')).run.llmCalls).toBe(0)
        expect((await shown(traceId, 'b')).run.llmCalls).toBe(1)
        expect(await store.amend([])).toEqual([])
      })

      it('holds against the row it replaces, whatever the clock says, and gives way to the span sent again', async () => {
        let clock = Date.now()
        const other = await openStore(backend().settings({ now: () => clock }))
        const span = recentSpan({ costNano: 5 })
        await other.write([span])
        clock -= 60_000
        await other.amend([{ tenant: null, traceId: span.traceId, spanId: span.spanId, fields: { counted: false } }])
        expect((await other.run(null, span.traceId))?.spans[0]?.counted).toBe(false)
        clock += 120_000
        await other.write([span])
        expect((await other.run(null, span.traceId))?.spans[0]?.counted).toBe(true)
        await other.close()
      })

      it('of many spans in any order and repetition leaves each as the last word says', async () => {
        const traceId = nextTrace()
        const spans = Array.from({ length: 30 }, (_, n) => recentSpan({ traceId, spanId: hex(n, 16), costNano: n }))
        await store.write(spans)
        const counted = new Map<string, boolean>()
        await fc.assert(
          fc.asyncProperty(fc.array(fc.tuple(fc.nat(29), fc.boolean()), { maxLength: 60 }), async (words) => {
            for (const [n, is] of words) counted.set(hex(n, 16), is)
            await store.amend(
              words.map(([n, is]) => ({ tenant: null, traceId, spanId: hex(n, 16), fields: { counted: is } })),
            )
            const { run } = await shown(traceId)
            const left = spans.filter(({ spanId }) => counted.get(spanId) ?? true)
            expect(run.llmCalls).toBe(left.length)
            expect(run.costNano ?? 0).toBe(left.reduce((sum, { costNano }) => sum + (costNano ?? 0), 0))
          }),
          { numRuns: 8, endOnFailure: true },
        )
      })
    })
  })
}
