import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sampleSpan } from '../../test/sample-span.ts'
import type { Span } from '../span.ts'
import { createLineage, inherit } from './lineage.ts'

const [ours, theirs] = ['0af7651916cd43dd8448eb211c80319c', '1bf7651916cd43dd8448eb211c80319c']
const call = (spanId: string, scope: string, rest: Partial<Span> = {}) =>
  sampleSpan({
    spanId,
    kind: 'llm',
    scope: { name: scope, version: '' },
    inputTokens: 100,
    outputTokens: 10,
    durationNs: 1_000_000_000n,
    ...rest,
  })
const counted = (spans: readonly Span[]) =>
  spans
    .filter((span) => span.counted)
    .map(({ spanId }) => spanId)
    .sort()

describe('one call told by two spans without a link', () => {
  const cases: [string, Span[], string[]][] = [
    [
      'in one trace, by response id',
      [call('a', 'callbacks', { responseId: 'r', outputTokens: null }), call('b', 'client', { responseId: 'r' })],
      ['b'],
    ],
    [
      'in two traces, by response id: the one in a run stands for it',
      [
        call('a', 'client', { responseId: 'r', traceId: theirs }),
        call('b', 'callbacks', { responseId: 'r', parentSpanId: 'run' }),
      ],
      ['b'],
    ],
    [
      'in two traces: the one in a run, though the other one has the usage',
      [
        call('a', 'client', { responseId: 'r', traceId: theirs }),
        call('b', 'callbacks', { responseId: 'r', parentSpanId: 'run', inputTokens: null, outputTokens: null }),
      ],
      ['b'],
    ],
    [
      'side by side, by the same usage at the same time',
      [call('a', 'wrapper'), call('b', 'client', { responseId: 'r' })],
      ['b'],
    ],
    [
      'nested, where only the outer one knows what was cached: the inner one, with what the outer one knows',
      [call('a', 'wrapper', { cacheReadTokens: 64 }), call('b', 'client', { parentSpanId: 'a' })],
      ['b'],
    ],
    [
      'nested, where both know what was cached',
      [call('a', 'wrapper', { cacheReadTokens: 64 }), call('b', 'client', { parentSpanId: 'a', cacheReadTokens: 64 })],
      ['b'],
    ],
  ]
  test.each(cases)('%s', (_, spans, left) => {
    expect(counted(inherit(spans))).toEqual(left)
    expect(counted(inherit([...spans].reverse()))).toEqual(left)
    expect(counted(createLineage().apply(spans))).toEqual(left)
  })
})

describe('calls that are not one', () => {
  const cases: [string, Span[]][] = [
    [
      'of one instrumentation, with one id',
      [call('a', 'client', { responseId: 'r' }), call('b', 'client', { responseId: 'r' })],
    ],
    ['with other ids', [call('a', 'wrapper', { responseId: 'r' }), call('b', 'client', { responseId: 's' })]],
    [
      'with one id and other usage',
      [call('a', 'w', { responseId: 'r' }), call('b', 'c', { responseId: 'r', inputTokens: 7 })],
    ],
    [
      'with one id, one after the other: a test double answers',
      [
        call('a', 'w', { responseId: 'r' }),
        call('b', 'c', { responseId: 'r', traceId: theirs, startNs: sampleSpan().startNs + 5_000_000_000n }),
      ],
    ],
    [
      'alike, one after the other',
      [call('a', 'wrapper'), call('b', 'client', { startNs: sampleSpan().startNs + 5_000_000_000n })],
    ],
    ['alike, of other models', [call('a', 'w', { responseModel: 'm' }), call('b', 'c', { responseModel: 'n' })]],
    ['alike, in two traces', [call('a', 'wrapper'), call('b', 'client', { traceId: theirs })]],
    [
      'of two tenants',
      [call('a', 'w', { responseId: 'r', tenantId: 't' }), call('b', 'c', { responseId: 'r', tenantId: 'u' })],
    ],
    [
      'of LangSmith, one below the other',
      [call('a', 'langsmith'), call('b', 'langsmith', { parentSpanId: 'a', inputTokens: 7 })],
    ],
  ]
  test.each(cases)('%s', (_, spans) => {
    expect(counted(inherit(spans))).toEqual(['a', 'b'])
    expect(counted(createLineage().apply(spans))).toEqual(['a', 'b'])
  })
})

test('calls one after the other stay apart where a test double repeats its ids and usage', () => {
  const at = (index: number) => ({ responseId: 'r', startNs: sampleSpan().startNs + BigInt(index) * 2_000_000_000n })
  const spans = [0, 1, 2].flatMap((index) => [
    call(`a${index}`, 'callbacks', at(index)),
    call(`b${index}`, 'client', at(index)),
  ])
  expect(counted(inherit(spans))).toHaveLength(3)
  expect(counted(createLineage().apply(spans))).toHaveLength(3)
})

describe('corrections', () => {
  const outer = call('a', 'wrapper')
  const inner = call('b', 'client', { parentSpanId: 'a' })

  test('name a span that was told before and counts otherwise now, once', () => {
    const lineage = createLineage()
    expect(counted(lineage.apply([outer]))).toEqual(['a'])
    expect(lineage.corrections()).toEqual([])
    expect(counted(lineage.apply([inner]))).toEqual(['b'])
    expect(lineage.corrections()).toMatchObject([
      { tenant: null, traceId: ours, spanId: 'a', fields: { counted: false } },
    ])
    expect(lineage.corrections()).toEqual([])
  })
  test('reach another trace', () => {
    const lineage = createLineage()
    lineage.apply([call('a', 'client', { responseId: 'r', traceId: theirs })])
    lineage.apply([call('b', 'callbacks', { responseId: 'r', parentSpanId: 'run' })])
    expect(lineage.corrections()).toMatchObject([
      { tenant: null, traceId: theirs, spanId: 'a', fields: { counted: false } },
    ])
  })
  test('are none where a batch brought both', () => {
    const lineage = createLineage()
    lineage.apply([outer, inner])
    expect(lineage.corrections()).toEqual([])
  })
  test('are none of traces that are forgotten', () => {
    const lineage = createLineage({ traces: 1 })
    lineage.apply([call('a', 'client', { responseId: 'r', traceId: theirs })])
    lineage.apply([call('x', 'client', { inputTokens: 7 })])
    expect(counted(lineage.apply([call('b', 'callbacks', { responseId: 'r', parentSpanId: 'run' })]))).toEqual(['b'])
    expect(lineage.corrections()).toEqual([])
  })

  test('leave exactly one span of each call, whatever comes first', () => {
    const tellings = fc.record({
      responseId: fc.constantFrom('r', null),
      cacheReadTokens: fc.constantFrom(null, 0),
      traceId: fc.constantFrom(ours, theirs),
      silent: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(tellings, { minLength: 1, maxLength: 5 }), fc.infiniteStream(fc.nat(100)), (all, chance) => {
        // one call, told by as many instrumentations: those without an id in one trace only, at the same time
        const spans = all.map(({ silent, ...rest }, index) => {
          const isLinked = rest.responseId !== null
          const usage = silent && isLinked ? { inputTokens: null, outputTokens: null } : {}
          return call(`s${index}`, `scope${index}`, { ...rest, traceId: isLinked ? rest.traceId : ours, ...usage })
        })
        // what joins those without an id to those with one is a telling with both the id and the usage, in their trace
        const isJoined =
          spans.every(({ responseId }) => responseId === null) || spans.every(({ responseId }) => responseId !== null)
        fc.pre(isJoined)
        const order = spans.map((span) => ({ span, at: chance.next().value as number })).sort((a, b) => a.at - b.at)
        const lineage = createLineage()
        const stored = new Map<string, boolean>()
        for (const { span } of order) {
          for (const told of lineage.apply([span])) stored.set(told.spanId, told.counted)
          for (const { spanId, fields } of lineage.corrections()) {
            stored.set(spanId, fields.counted ?? (stored.get(spanId) as boolean))
          }
        }
        expect([...stored.values()].filter(Boolean)).toHaveLength(1)
        expect(counted(inherit(spans))).toHaveLength(1)
      }),
    )
  })
})
