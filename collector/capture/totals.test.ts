import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLineage, inherit } from '../src/enrich/lineage.ts'
import { NOTHING_SAID, type Span } from '../src/span.ts'
import { byStart, checked, isCall, payload, pricer, received, sent } from './payload.ts'

interface Totals {
  readonly calls: number
  readonly input: number
  readonly output: number
  readonly cacheRead: number
  readonly cacheWrite: number
  readonly costNano: number
}

function totals(spans: readonly Span[]): Totals {
  const calls = spans.filter(isCall)
  const counted = spans.filter((span) => span.counted)
  const sum = (pick: (span: Span) => number | null) => counted.reduce((total, span) => total + (pick(span) ?? 0), 0)
  return {
    calls: calls.length,
    input: sum((span) => span.inputTokens),
    output: sum((span) => span.outputTokens),
    cacheRead: sum((span) => span.cacheReadTokens),
    cacheWrite: sum((span) => span.cacheWriteTokens),
    costNano: sum((span) => span.costNano),
  }
}

const silent = {
  inputTokens: null,
  outputTokens: null,
  cacheReadTokens: null,
  cacheWriteTokens: null,
  reasoningTokens: null,
  costNano: null,
}

/** A span of an agent, a chain or a tool over all spans of its trace that have no parent, with their usage summed. */
function withParentTotals(spans: readonly Span[], kind: 'agent' | 'chain' | 'tool'): Span[] {
  const tops = [...new Map(spans.map((span) => [span.traceId, span])).values()].map((some, index): Span => {
    const own = spans.filter(({ traceId }) => traceId === some.traceId)
    const sum = (pick: (span: Span) => number | null) => own.reduce((total, span) => total + (pick(span) ?? 0), 0)
    return {
      ...some,
      spanId: `f0f0f0f0${String(index).padStart(8, '0')}`,
      parentSpanId: null,
      name: 'all of it',
      kind,
      scope: { name: 'wrapper', version: '1' },
      responseId: null,
      inputTokens: sum((span) => span.inputTokens),
      outputTokens: sum((span) => span.outputTokens),
      cacheReadTokens: sum((span) => span.cacheReadTokens),
      costNano: null,
      costSource: null,
      priceVersion: null,
      said: NOTHING_SAID,
      // as its dialect says it
      counted: kind !== 'tool' && sum((span) => span.outputTokens) > 0,
    }
  })
  const topOf = new Map(tops.map(({ traceId, spanId }) => [traceId, spanId]))
  return [
    ...tops,
    ...spans.map((span) =>
      span.parentSpanId === null ? { ...span, parentSpanId: topOf.get(span.traceId) as string } : span,
    ),
  ]
}

/** Another instrumentation around the calls that are picked, which knows the usage or does not. */
function withWrappers(spans: readonly Span[], picked: (index: number) => boolean, knowsUsage: boolean): Span[] {
  return spans.flatMap((span, index) => {
    if ((span.kind !== 'llm' && span.kind !== 'embedding') || !picked(index)) return [span]
    const wrapper: Span = {
      ...span,
      ...(knowsUsage ? {} : silent),
      spanId: `e0e0e0e0${String(index).padStart(8, '0')}`,
      scope: { name: 'wrapper', version: '1' },
      counted: true,
    }
    return [wrapper, { ...span, parentSpanId: wrapper.spanId }]
  })
}

/** Spans as they came from the wire: what lineage found is found again. */
function fresh(name: string): Span[] {
  return received(sent(payload(name))).map((span) => {
    const isReported = span.costSource === 'reported'
    const cost = isReported ? {} : { costNano: null, costSource: null, priceVersion: null }
    const isSum = (span.kind === 'agent' || span.kind === 'chain') && (span.outputTokens ?? 0) > 0
    const counted = span.kind === 'llm' || span.kind === 'embedding' || isSum || span.counted
    return { ...span, ...cost, ...(span.said as Partial<Span>), said: NOTHING_SAID, counted }
  })
}

/** In any order, in batches, as a collector tells them, with the corrections that it makes. */
function ingested(spans: readonly Span[], order: readonly number[], size: number): Span[] {
  const lineage = createLineage({ price: pricer.price })
  const shuffled = spans.map((span, index) => ({ span, at: order[index % order.length] as number }))
  const queue = shuffled.sort((a, b) => a.at - b.at).map(({ span }) => span)
  const stored = new Map<string, Span>()
  for (let at = 0; at < queue.length; at += size) {
    for (const span of lineage.apply(queue.slice(at, at + size)))
      stored.set(`${span.traceId} ${span.spanId}`, pricer.price(span))
    for (const { traceId, spanId, fields } of lineage.corrections()) {
      const before = stored.get(`${traceId} ${spanId}`) as Span
      stored.set(`${traceId} ${spanId}`, { ...before, ...fields })
    }
  }
  return [...stored.values()]
}

const orders = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 7, maxLength: 60 })
const sizes = fc.integer({ min: 1, max: 40 })

describe.each(checked)('totals of %s', (name) => {
  const spans = fresh(name)
  const before = totals(received(sent(payload(name))))

  it('are the same under spans that repeat the sum', () => {
    fc.assert(
      fc.property(fc.constantFrom('agent', 'chain', 'tool'), orders, sizes, (kind, order, size) => {
        const all = withParentTotals(spans, kind)
        expect(totals(inherit([...all].sort(byStart)).map((span) => pricer.price(span)))).toEqual(before)
        expect(totals(ingested(all, order, size))).toEqual(before)
      }),
      { numRuns: 300 },
    )
  })

  it('are the same with a second instrumentation around any of its calls', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), fc.boolean(), orders, sizes, (...drawn) => {
        const [picks, knowsUsage, order, size] = drawn
        const all = withWrappers(spans, (index) => picks[index % picks.length] as boolean, knowsUsage)
        expect(totals(inherit([...all].sort(byStart)).map((span) => pricer.price(span)))).toEqual(before)
        expect(totals(ingested(all, order, size))).toEqual(before)
      }),
      { numRuns: 300 },
    )
  })

  it('are the same at ingest, once it has corrected itself', () => {
    fc.assert(
      fc.property(orders, sizes, (order, size) => {
        expect(totals(ingested(spans, order, size))).toEqual(before)
      }),
      { numRuns: 300 },
    )
  })
})
