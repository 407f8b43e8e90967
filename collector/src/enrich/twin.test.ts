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

const failed = {
  status: 'error',
  provider: 'anthropic',
  requestModel: 'm',
  parentSpanId: 'p',
  inputTokens: null,
  outputTokens: null,
} as const
const stream = { ...failed, status: 'unset', streaming: true } as const
const between = (fromMs: number, toMs: number) => {
  const startNs = sampleSpan().startNs + BigInt(Math.round(fromMs * 1000)) * 1000n
  return { startNs, durationNs: BigInt(Math.round((toMs - fromMs) * 1000)) * 1000n }
}
const own = 'com.anthropic.sdk.python'

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
    [
      'in one trace, by response id, whatever their counts say: the client knows them',
      [
        call('a', 'watcher', { responseId: 'r', outputTokens: 11, cacheReadTokens: 0 }),
        call('b', own, { responseId: 'r' }),
      ],
      ['b'],
    ],
    [
      'in one trace, by response id, one of them around the call as it failed to count',
      [call('a', 'v', { responseId: 'r', inputTokens: 7 }), call('b', 'w', { responseId: 'r', cacheReadTokens: 0 })],
      ['b'],
    ],
    [
      'failed, one within the other, below one span',
      [call('a', 'watcher', { ...failed, ...between(0, 38) }), call('b', own, { ...failed, ...between(1, 32) })],
      ['b'],
    ],
    [
      'failed, by two clocks',
      [call('a', 'watcher', { ...failed, ...between(0, 38) }), call('b', own, { ...failed, ...between(-1.9, 39.9) })],
      ['b'],
    ],
    [
      'failed, where one of them has another telling around it',
      [
        call('w', own, failed),
        call('a', 'watcher', { ...failed, parentSpanId: 'w' }),
        call('b', 'third', { ...failed, ...between(1, 32) }),
      ],
      ['w'],
    ],
    [
      'streamed without usage and id',
      [call('a', 'watcher', { ...stream, ...between(0, 38) }), call('b', own, { ...stream, ...between(1, 32) })],
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
      'with one id and other usage, in two traces',
      [call('a', 'w', { responseId: 'r' }), call('b', 'c', { responseId: 'r', inputTokens: 7, traceId: theirs })],
    ],
    ...(
      [
        ['below two agents', { parentSpanId: 'q' }],
        ['of two models', { requestModel: 'n' }],
        ['of two providers', { provider: 'aws.bedrock' }],
        ['of a provider that one does not name', { provider: null }],
        ['of a model that one does not name', { requestModel: null }],
        ['of which one ended well', { status: 'ok' }],
        ['of which one has an id', { responseId: 'r' }],
        ['of which one has usage', { inputTokens: 0 }],
        ['in two traces', { traceId: theirs }],
        ['of two tenants', { tenantId: 'u' }],
        ['that overlap', between(90, 140)],
        ['one after the other, both quick', between(100.5, 101.5)],
        ['of one instrumentation', { scope: { name: 'watcher', version: '' }, ...between(1, 99) }],
      ] satisfies [string, Partial<Span>][]
    ).map(([name, other]): [string, Span[]] => [
      `that failed, ${name}`,
      [
        call('a', 'watcher', { ...failed, tenantId: 'tenantId' in other ? 't' : null, ...between(0, 100) }),
        call('b', own, { ...failed, ...between(0, 100), ...other }),
      ],
    ]),
    [
      'that ended well and say nothing of themselves',
      [call('a', 'watcher', { ...failed, status: 'ok' }), call('b', own, { ...failed, status: 'ok' })],
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

describe('calls at once that each of several instrumentations tells', () => {
  const watchers = ['watcher', own, 'third']
  const times = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 5, max: 60 })), {
    minLength: 1,
    maxLength: 5,
  })
  const delays = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 6, maxLength: 30 })
  const kinds: [string, (at: number, watcher: number) => Partial<Span>][] = [
    ['failed', () => failed],
    ['streamed without usage and id', () => stream],
    // a double that repeats its id, and a watcher that counts more than was billed
    [
      'with one id',
      (at, watcher) => ({ responseId: 'r', parentSpanId: 'p', outputTokens: 10 * at + (watcher ? 0 : 1) }),
    ],
  ]
  test.each(kinds)('%s: none of them is lost, in any order of arrival', (_, facts) => {
    fc.assert(
      fc.property(times, delays, fc.integer({ min: 1, max: 3 }), fc.infiniteStream(fc.nat(100)), (...drawn) => {
        const [calls, late, told, chance] = drawn
        const spans = calls.flatMap(([from, length], at) =>
          watchers.slice(0, told).map((scope, watcher) => {
            const delay = late[(at * told + watcher) % late.length] as number
            const time = between(from + watcher * delay, from + length - watcher * delay)
            return call(`${at}${watcher}`, scope, { ...facts(at, watcher), ...time })
          }),
        )
        const left = counted(inherit(spans))
        expect(left.length).toBeGreaterThanOrEqual(calls.length)
        const isApart = calls.every(([from, length], at) =>
          calls.every(([other, size], index) => at === index || from + length < other - 3 || other + size < from - 3),
        )
        if (isApart) expect(left).toHaveLength(calls.length)
        const lineage = createLineage()
        const stored = new Map<string, boolean>()
        const order = spans.map((span) => ({ span, at: chance.next().value as number })).sort((a, b) => a.at - b.at)
        for (const { span } of order) {
          for (const each of lineage.apply([span])) stored.set(each.spanId, each.counted)
          for (const { spanId, fields } of lineage.corrections())
            stored.set(spanId, fields.counted ?? (stored.get(spanId) as boolean))
        }
        expect([...stored].flatMap(([spanId, is]) => (is ? [spanId] : [])).sort()).toEqual(left)
      }),
      { numRuns: 500 },
    )
  })

  test.each<[string, Partial<Span>]>([
    ['failed', failed],
    ['with one id', { responseId: 'r', parentSpanId: 'p', outputTokens: 11 }],
  ])('%s: a call has one twin, and what another one tells of a second call is left', (_, facts) => {
    const spans = [
      call('a', 'watcher', { ...facts, ...between(0, 100) }),
      call('b', 'watcher', { ...facts, ...between(2, 90) }),
      call('c', own, { ...facts, outputTokens: facts.outputTokens == null ? null : 10, ...between(3, 89) }),
    ]
    expect(counted(inherit(spans))).toEqual(['a', 'c'])
    expect(counted(inherit(spans.toReversed()))).toEqual(['a', 'c'])
  })

  test('attempts that one telling holds and another tells each are as many as they are', () => {
    const spans = [
      call('a', 'watcher', { ...failed, ...between(0, 100) }),
      call('b', own, { ...failed, ...between(1, 40) }),
      call('c', own, { ...failed, ...between(60, 99) }),
    ]
    expect(counted(inherit(spans))).toEqual(['b', 'c'])
  })
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
