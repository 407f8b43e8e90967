import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sampleSpan } from '../../test/sample-span.ts'
import type { Span } from '../span.ts'
import { createLineage, inherit } from './lineage.ts'

const span = (spanId: string, parentSpanId: string | null, rest: Partial<Span> = {}) =>
  sampleSpan({ spanId, parentSpanId, kind: 'other', ...rest })
const agent = (spanId: string, parentSpanId: string | null, name: string, rest: Partial<Span> = {}) =>
  span(spanId, parentSpanId, { kind: 'agent', agent: name, ...rest })
const call = (spanId: string, parentSpanId: string | null, inputTokens: number | null, rest: Partial<Span> = {}) =>
  span(spanId, parentSpanId, { kind: 'llm', inputTokens, ...rest })

const byId = (spans: readonly Span[]) => Object.fromEntries(spans.map((each) => [each.spanId, each]))

const run = [
  span('root', null, { kind: 'chain', workflow: 'refund', sessionId: 's', userId: 'u', tenantId: 't' }),
  agent('a', 'root', 'triage', { agentVersion: '2' }),
  call('a1', 'a', 10),
  span('tool', 'a', { kind: 'tool' }),
  agent('b', 'tool', 'research', { sessionId: 'own' }),
  call('b1', 'b', 10),
]

describe('down the trace', () => {
  test.each([
    ['in order', run],
    ['children first', [...run].reverse()],
  ])('%s', (_, spans) => {
    const told = byId(inherit(spans))
    expect(told.root).toMatchObject({ agent: null, workflow: 'refund' })
    expect(told.a).toMatchObject({ agent: 'triage', agentVersion: '2', parentAgent: null, workflow: 'refund' })
    expect(told.a1).toMatchObject({ agent: 'triage', agentVersion: '2', sessionId: 's', userId: 'u', tenantId: 't' })
    expect(told.tool).toMatchObject({ agent: 'triage' })
    expect(told.b).toMatchObject({ agent: 'research', agentVersion: null, parentAgent: 'triage', sessionId: 'own' })
    expect(told.b1).toMatchObject({ agent: 'research', parentAgent: 'triage', sessionId: 'own', workflow: 'refund' })
  })
  test('an agent without a name passes on the one above; a told caller wins', () => {
    const told = byId(
      inherit([
        agent('a', null, 'boss'),
        span('n', 'a', { kind: 'agent' }),
        call('c', 'n', 1),
        agent('b', 'a', 'x', { parentAgent: 'told' }),
      ]),
    )
    expect(told.n).toMatchObject({ agent: null, parentAgent: 'boss' })
    expect(told.c).toMatchObject({ agent: 'boss', parentAgent: null })
    expect(told.b).toMatchObject({ agent: 'x', parentAgent: 'told' })
  })
  test('order and objects that nothing changes stay', () => {
    const spans = [agent('a', null, 'x'), span('b', 'a', { agent: 'x' })]
    const told = inherit(spans)
    expect(told[0]).toBe(spans[0])
    expect(told[1]).toBe(spans[1])
  })
})

describe('broken trees', () => {
  test('below a missing parent, trace-wide facts come from the only root; the agent does not', () => {
    const told = byId(inherit([...run, call('orphan', 'gone', 5)]))
    expect(told.orphan).toMatchObject({ workflow: 'refund', sessionId: 's', userId: 'u', tenantId: 't', agent: null })
  })
  test('with several roots an orphan has nothing', () => {
    const told = byId(inherit([...run, span('root2', null, { sessionId: 'z' }), call('orphan', 'gone', 5)]))
    expect(told.orphan).toMatchObject({ workflow: null, sessionId: null })
    expect(told.a1).toMatchObject({ sessionId: 's' })
  })
  test('cycles and a span that is its own parent end', () => {
    const told = byId(
      inherit([
        span('a', 'b', { userId: 'u' }),
        span('b', 'c'),
        span('c', 'a'),
        call('self', 'self', 1),
        call('below', 'self', 1),
      ]),
    )
    expect(told.c).toMatchObject({ userId: 'u' })
    expect(told.self).toMatchObject({ counted: false })
    expect(told.below).toMatchObject({ counted: true })
  })
  test('ten thousand spans deep', () => {
    const deep = Array.from({ length: 10_000 }, (_, i) => span(`${i}`, i === 0 ? null : `${i - 1}`))
    deep[0] = agent('0', null, 'top', { userId: 'u' })
    expect(inherit([...deep].reverse())[0]).toMatchObject({ agent: 'top', userId: 'u' })
  })
  test('two traces with the same span ids do not meet', () => {
    const other = span('b', 'a', { traceId: 'f'.repeat(32) })
    expect(inherit([agent('a', null, 'x'), other])[1]).toBe(other)
  })
  test('two tenants in one trace do not meet, also through spans without one', () => {
    const spans = [
      span('a', null, { tenantId: 'one', userId: 'secret' }),
      span('b', 'a', { tenantId: 'two' }),
      span('c', 'a'),
      span('d', 'c', { tenantId: 'two' }),
      span('e', 'gone', { tenantId: 'two' }),
    ]
    const told = byId(inherit(spans))
    expect([told.b?.userId, told.d?.userId, told.e?.userId]).toEqual([null, null, null])
    expect(told.c).toMatchObject({ userId: 'secret', tenantId: 'one' })
  })
})

describe('one call told by several spans', () => {
  const counted = (spans: readonly Span[]) =>
    inherit(spans)
      .filter((each) => each.counted)
      .map((each) => each.spanId)
  const cases: readonly [string, Span[], string[]][] = [
    ['both have usage: the inner one', [call('outer', null, 9), call('inner', 'outer', 9)], ['inner']],
    ['only the outer has it', [call('outer', null, 9), call('inner', 'outer', null)], ['outer']],
    ['only the inner has it', [call('outer', null, null), call('inner', 'outer', 9)], ['inner']],
    ['none has it: the outer one', [call('outer', null, null), call('inner', 'outer', null)], ['outer']],
    ['three deep', [call('a', null, 9), call('b', 'a', 9), call('c', 'b', null)], ['b']],
    [
      'with an HTTP span between',
      [call('outer', null, 9), span('http', 'outer', { counted: false }), call('inner', 'http', 9)],
      ['inner'],
    ],
    [
      'two attempts inside one',
      [call('outer', null, 18), call('one', 'outer', 9), call('two', 'outer', 9)],
      ['one', 'two'],
    ],
    [
      'a tool between starts another call',
      [call('outer', null, 9), span('tool', 'outer', { kind: 'tool', counted: false }), call('inner', 'tool', 9)],
      ['outer', 'inner'],
    ],
    [
      'nested embeddings',
      [call('outer', null, null, { kind: 'embedding' }), call('inner', 'outer', 9, { kind: 'embedding' })],
      ['inner'],
    ],
    [
      'an embedding inside a call is its own',
      [call('outer', null, 9), call('inner', 'outer', 9, { kind: 'embedding' })],
      ['outer', 'inner'],
    ],
  ]
  test.each(cases)('%s', (_, spans, expected) => {
    expect(counted(spans)).toEqual(expected)
    expect(counted([...spans].reverse()).reverse()).toEqual(expected)
    // in any order of arrival, what is told last is right for the last; read again, everything is
    for (const order of [spans, [...spans].reverse()]) {
      const lineage = createLineage()
      const stored = order.flatMap((each) => lineage.apply([each]))
      expect(counted(stored).sort()).toEqual([...expected].sort())
    }
  })
  test('the outer span that comes in a later batch is known not to count', () => {
    const lineage = createLineage()
    expect(lineage.apply([call('inner', 'http', 9)])[0]).toMatchObject({ counted: true })
    lineage.apply([span('http', 'outer')])
    expect(lineage.apply([call('outer', null, 9)])[0]).toMatchObject({ counted: false })
  })
  test('what a dialect says does not count stays so', () => {
    expect(inherit([call('a', null, 9, { counted: false })])[0]).toMatchObject({ counted: false })
  })
})

describe('at ingest', () => {
  test('later batches inherit from earlier ones', () => {
    const lineage = createLineage()
    lineage.apply([agent('a', null, 'x', { userId: 'u' })])
    expect(lineage.apply([call('b', 'a', 1)])[0]).toMatchObject({ agent: 'x', userId: 'u' })
  })
  test('what came before its parent has it when the run is read', () => {
    const lineage = createLineage()
    const stored = [...lineage.apply([call('b', 'a', 1)]), ...lineage.apply([agent('a', null, 'x')])]
    expect(stored[0]).toMatchObject({ agent: null })
    expect(inherit(stored)[0]).toMatchObject({ agent: 'x' })
  })
  test('nothing is taken from a root across a gap: the parent may still come', () => {
    const lineage = createLineage()
    lineage.apply([span('root', null, { sessionId: 's' })])
    expect(lineage.apply([call('orphan', 'late', 1)])[0]).toMatchObject({ sessionId: null })
  })
  test.each([
    ['traces', { traces: 2 }],
    ['spans', { spans: 2 }],
  ])('memory has an end in %s: the least recently seen is forgotten', (_, settings) => {
    const lineage = createLineage(settings)
    const of = (traceId: string, each: Span) => ({ ...each, traceId: traceId.repeat(32) })
    lineage.apply([of('1', agent('a', null, 'x'))])
    lineage.apply([of('2', agent('a', null, 'x'))])
    lineage.apply([of('3', agent('a', null, 'x'))])
    expect(lineage.apply([of('1', call('b', 'a', 1))])[0]).toMatchObject({ agent: null })
    expect(lineage.apply([of('3', call('b', 'a', 1))])[0]).toMatchObject({ agent: 'x' })
  })
  test('sent again with its usage, a span counts', () => {
    const lineage = createLineage()
    lineage.apply([call('outer', null, 9), call('inner', 'outer', null)])
    expect(lineage.apply([call('inner', 'outer', 9)])[0]).toMatchObject({ counted: true })
    expect(lineage.apply([call('outer', null, 9)])[0]).toMatchObject({ counted: false })
  })
  test('sent again, a span is told the same', () => {
    const lineage = createLineage()
    const first = lineage.apply(run)
    expect(lineage.apply(run)).toEqual(first)
  })
})

test('for any forest and any batches: reading gives the same, and again the same', () => {
  const ids = Array.from({ length: 12 }, (_, i) => `${i}`)
  const spans = fc.tuple(
    ...ids.map((id) =>
      fc.record({
        spanId: fc.constant(id),
        parentSpanId: fc.constantFrom(null, 'gone', ...ids.slice(0, Number(id))),
        kind: fc.constantFrom<Span['kind']>('agent', 'llm', 'tool', 'other', 'chain'),
        agent: fc.constantFrom(null, 'x', 'y'),
        userId: fc.constantFrom(null, null, 'u'),
        inputTokens: fc.constantFrom(null, 5),
      }),
    ),
  )
  fc.assert(
    fc.property(spans, fc.array(fc.nat(11)), (drafts, cuts) => {
      const all = drafts.map((draft) =>
        sampleSpan({ ...draft, agent: draft.kind === 'agent' ? draft.agent : null, counted: draft.kind === 'llm' }),
      )
      const whole = inherit(all)
      expect(inherit(whole)).toEqual(whole)
      const lineage = createLineage()
      const edges = [0, ...cuts.sort((a, b) => a - b), all.length]
      const stored = edges.slice(1).flatMap((end, i) => lineage.apply(all.slice(edges[i], end)))
      expect(inherit(stored)).toEqual(whole)
    }),
    { numRuns: 1000 },
  )
})
