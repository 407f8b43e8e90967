import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sampleSpan } from '../../test/sample-span.ts'
import type { Span } from '../span.ts'
import { createLineage, inherit } from './lineage.ts'
import { createPricer } from './price.ts'

const [ours, theirs] = ['0af7651916cd43dd8448eb211c80319c', '1bf7651916cd43dd8448eb211c80319c']
const silent = { inputTokens: null, outputTokens: null }
const call = (spanId: string, parentSpanId: string | null, rest: Partial<Span> = {}) =>
  sampleSpan({ spanId, parentSpanId, scope: { name: spanId, version: '' }, durationNs: 1_000_000_000n, ...rest })
const pricer = createPricer([{ model: 'm', inputUsdPerMTok: 1, outputUsdPerMTok: 2, cacheReadUsdPerMTok: 0 }])

/** As a collector stores them, a batch after the other; `restarts` are batches before which another process starts. */
function stored(
  batches: readonly (readonly Span[])[],
  restarts: readonly number[] = [],
  onTakenBack: () => void = () => {},
): Span[] {
  const rows = new Map<string, Span>()
  let lineage = createLineage({ price: pricer.price })
  const correct = () => {
    for (const { traceId, spanId, fields } of lineage.corrections()) {
      const before = rows.get(traceId + spanId) as Span
      const isTakenBack = Object.keys(before.said).some((field) => !(field in (fields.said ?? {})))
      if (fields.counted === true || isTakenBack) onTakenBack()
      rows.set(traceId + spanId, { ...before, ...fields })
    }
  }
  batches.forEach((batch, at) => {
    if (restarts.includes(at)) {
      lineage = createLineage({ price: pricer.price })
      lineage.recall([...rows.values()])
      correct()
    }
    for (const span of lineage.apply(batch)) rows.set(span.traceId + span.spanId, pricer.price(span))
    correct()
  })
  return [...rows.values()]
}

/** What sums are made of, and the words that say whose they are. */
const facts = (spans: readonly Span[]) =>
  spans
    .map(({ spanId, counted, agent, workflow, sessionId, userId, ...span }) => ({
      ...{ spanId, counted, agent, workflow, sessionId, userId },
      ...(counted && {
        ...{ provider: span.provider, requestModel: span.requestModel, responseModel: span.responseModel },
        ...{ inputTokens: span.inputTokens, outputTokens: span.outputTokens, cacheReadTokens: span.cacheReadTokens },
        ...{ reasoningTokens: span.reasoningTokens, finishReason: span.finishReason, ttftMs: span.ttftMs },
        ...{ costNano: span.costNano, costSource: span.costSource },
      }),
    }))
    .sort((a, b) => (a.spanId < b.spanId ? -1 : 1))

const priced = (spans: readonly Span[]) => spans.map((span) => (span.costSource === null ? pricer.price(span) : span))

describe('the tellings of one call are one', () => {
  const usage = { inputTokens: 100, outputTokens: 10 }
  const rich = {
    requestModel: 'm',
    cacheReadTokens: 40,
    reasoningTokens: 5,
    finishReason: 'length',
    ttftMs: 3,
  } as const
  const twin = { responseId: 'r', traceId: theirs }
  const cases: [string, Span[], string, Partial<Span>][] = [
    ['the inner one has the tokens, the outer one the rest', [call('a', null, rich), call('b', 'a', usage)], 'b', rich],
    [
      'the inner one has the rest, the outer one the tokens',
      [call('a', null, { ...usage, provider: 'p' }), call('b', 'a', { ...rich, provider: 'inner' })],
      'a',
      { ...rich, ...usage, provider: 'inner' },
    ],
    [
      'the innermost that has a field wins, whichever has the tokens',
      [
        call('a', null, { ...usage, responseModel: 'outer', cacheReadTokens: 7 }),
        call('b', 'a', { ...usage, requestModel: 'm', cacheReadTokens: 40 }),
        call('c', 'b', { responseModel: 'served' }),
      ],
      'b',
      { responseModel: 'served', requestModel: 'm', cacheReadTokens: 40 },
    ],
    [
      'a cost that one of them reports is the cost',
      [call('a', null, { costNano: 7, costSource: 'reported' }), call('b', 'a', { ...usage, requestModel: 'm' })],
      'b',
      { costNano: 7, costSource: 'reported' },
    ],
    [
      'the price is of all that is known: 60 of input and 10 of output are billed',
      [call('a', null, rich), call('b', 'a', usage)],
      'b',
      { costNano: 60_000 + 20_000, costSource: 'priced' },
    ],
    [
      'in two traces: the run knows what the client was told',
      [
        call('a', 'run', { responseId: 'r', ...silent, finishReason: 'stop' }),
        call('b', null, { ...rich, ...usage, ...twin }),
      ],
      'a',
      { ...rich, ...usage, finishReason: 'stop', costNano: 80_000 },
    ],
    [
      'in two traces, where the one in the run is told twice itself',
      [
        call('a', 'run', usage),
        call('c', 'a', { responseId: 'r', provider: 'p' }),
        call('b', null, { ...rich, ...usage, ...twin }),
      ],
      'a',
      { ...rich, ...usage, provider: 'p' },
    ],
    [
      'side by side, with one id: what the client itself counted is billed, and what only the other one knows',
      [
        call('a', 'run', { ...rich, ...usage, outputTokens: 11, responseId: 'r' }),
        call('b', 'run', { ...usage, responseId: 'r', scope: { name: 'com.anthropic.sdk.python', version: '' } }),
      ],
      'b',
      { ...rich, ...usage, costNano: 80_000 },
    ],
    [
      'side by side',
      [call('a', 'run', { ...usage, provider: 'p' }), call('b', 'run', { ...usage, ...rich })],
      'b',
      { ...rich, provider: 'p' },
    ],
  ]
  test.each(cases)('%s', (_, spans, counting, expected) => {
    const orders = [spans, spans.toReversed()]
    for (const order of orders) {
      const singles = order.map((span) => [span])
      for (const told of [
        priced(inherit(order)),
        stored([order]),
        stored(singles),
        stored(singles, [1]),
        stored(singles, [2]),
      ]) {
        const calls = told.filter(({ counted }) => counted)
        expect(calls.map(({ spanId }) => spanId)).toEqual([counting])
        expect(calls[0]).toMatchObject(expected)
        const own = spans.find(({ spanId }) => spanId === counting)!
        // what it said itself is told, and nothing else
        expect({
          ...calls[0],
          ...calls[0]!.said,
          costNano: null,
          costSource: null,
          priceVersion: null,
          said: {},
        }).toEqual({ ...own, costNano: null, costSource: null, priceVersion: null, said: {} })
      }
    }
  })

  test('attempts within one call share the names that it knows, and no amounts', () => {
    const outer = call('a', null, {
      inputTokens: 30,
      outputTokens: 3,
      cacheReadTokens: 9,
      requestModel: 'm',
      ttftMs: 5,
    })
    const attempts = ['b', 'c'].map((id) => call(id, 'a', { ...usage, scope: { name: 'client', version: '' } }))
    for (const order of [
      [outer, ...attempts],
      [...attempts, outer],
    ]) {
      const told = stored(order.map((span) => [span])).filter(({ counted }) => counted)
      expect(told.map(({ spanId }) => spanId).sort()).toEqual(['b', 'c'])
      for (const each of told)
        expect(each).toMatchObject({ ...usage, requestModel: 'm', cacheReadTokens: null, ttftMs: null })
    }
  })

  test('sent again as something else, or somewhere else, a span is what it is now', () => {
    const outer = call('a', null, { ...rich, kind: 'other' })
    const inner = call('b', 'elsewhere', usage)
    const last = [call('a', null, rich), call('b', 'a', usage)]
    const told = stored([[outer], [inner], [last[0]!], [last[1]!]])
    expect(facts(told)).toEqual(facts(stored([last])))
  })
})

describe('corrections', () => {
  test('carry what ancestors say to spans that came before them, once', () => {
    const lineage = createLineage()
    lineage.apply([call('c', 'tool', usageOf(1))])
    lineage.apply([sampleSpan({ spanId: 'tool', parentSpanId: 'agent', kind: 'tool', counted: false })])
    expect(lineage.corrections()).toEqual([])
    const agent = { spanId: 'agent', kind: 'agent', agent: 'x', userId: 'u', sessionId: 's', workflow: 'w' } as const
    lineage.apply([sampleSpan({ ...agent, counted: false })])
    const fields = { agent: 'x', userId: 'u', sessionId: 's', workflow: 'w' }
    expect(lineage.corrections()).toMatchObject([
      { spanId: 'tool', fields },
      { spanId: 'c', fields: { ...fields, said: { agent: null, userId: null, sessionId: null, workflow: null } } },
    ])
    lineage.apply([sampleSpan({ ...agent, counted: false })])
    expect(lineage.corrections()).toEqual([])
  })
  test('of a run that is known in part only leave what is stored of others', () => {
    const [agent, child] = [
      sampleSpan({ spanId: 'agent', kind: 'agent', agent: 'x', counted: false }),
      call('c', 'agent', { ...usageOf(1), responseId: 'r' }),
    ]
    const twin = call('d', null, { ...usageOf(1), responseId: 'r', traceId: theirs, requestModel: 'm' })
    const rows = stored([[agent], [child], [twin]])
    const part = rows.filter(({ spanId }) => spanId === 'c')
    expect(inherit(part)).toEqual(part)
    const lineage = createLineage()
    lineage.recall(part)
    expect(lineage.corrections()).toEqual([])
  })
})

const usageOf = (inputTokens: number) => ({ inputTokens, outputTokens: 1 })

test('in any order, any batches, through any restarts, what is stored is what all spans together say', () => {
  const word = <T>(value: T) => fc.constantFrom(null, null, value)
  const telling = fc.record({
    parent: fc.nat(8),
    trace: fc.constantFrom(ours, ours, theirs),
    kind: fc.constantFrom<Span['kind']>('llm', 'llm', 'llm', 'other', 'agent'),
    isTold: fc.boolean(),
    agent: fc.constantFrom('x', 'y'),
    userId: word('u'),
    responseId: word('r'),
    inputTokens: fc.constantFrom(10, 10, 11),
    status: fc.constantFrom('unset' as const, 'error' as const),
    provider: word('p'),
    requestModel: word('m'),
    responseModel: fc.constantFrom(null, 'm', 'n'),
    cacheReadTokens: word(4),
    finishReason: word('stop' as const),
    costNano: fc.constantFrom(null, null, null, 5),
  })
  fc.assert(
    fc.property(
      fc.array(telling, { minLength: 1, maxLength: 8 }),
      fc.infiniteStream(fc.nat(100)),
      fc.array(fc.nat(8), { maxLength: 3 }),
      fc.integer({ min: 1, max: 4 }),
      (tellings, chance, restarts, size) => {
        const spans = tellings.map(({ parent, trace, isTold, agent, ...rest }, at) => {
          const isCall = rest.kind === 'llm'
          const above = tellings[parent]?.trace === trace && parent < at ? `${parent}` : null
          return call(`${at}`, above, {
            ...rest,
            traceId: trace,
            agent: rest.kind === 'agent' ? agent : null,
            counted: isCall,
            costNano: isCall ? rest.costNano : null,
            costSource: isCall && rest.costNano !== null ? 'reported' : null,
            ...(isCall && isTold ? usageOf(rest.inputTokens) : silent),
          })
        })
        const order = spans.map((span) => ({ span, at: chance.next().value as number })).sort((a, b) => a.at - b.at)
        const batches: Span[][] = []
        for (let at = 0; at < order.length; at += size) batches.push(order.slice(at, at + size).map(({ span }) => span))
        const whole = facts(priced(inherit(spans)))
        let isTakenBack = false
        const rows = stored(batches, [], () => {
          isTakenBack = true
        })
        expect(facts(rows)).toEqual(whole)
        // and reading it again finds nothing to correct
        expect(facts(inherit(rows))).toEqual(whole)
        // another process cannot tell a word that turns out to be another call's from one whose source it does not know
        if (!isTakenBack) expect(facts(stored(batches, restarts))).toEqual(whole)
      },
    ),
    { numRuns: 1500 },
  )
})
