import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sampleSpan } from '../../test/sample-span.ts'
import type { Span } from '../span.ts'
import { createLineage, inherit } from './lineage.ts'

const START = sampleSpan().startNs
const MS = 1_000_000n

/** `from` and `to` are milliseconds. */
function tool(spanId: string, parentSpanId: string | null, scope: string, rest: Partial<Span> & Times = {}): Span {
  const { from = 0, to = 100, ...fields } = rest
  const times = { startNs: START + BigInt(from) * MS, durationNs: BigInt(to - from) * MS }
  const facts = {
    kind: 'tool' as const,
    toolName: 'weather',
    agent: null,
    counted: false,
    costNano: null,
    costSource: null,
  }
  return sampleSpan({ spanId, parentSpanId, scope: { name: scope, version: '' }, ...facts, ...times, ...fields })
}

interface Times {
  readonly from?: number
  readonly to?: number
}

const http = (spanId: string, above: string) => tool(spanId, above, 'http', { kind: 'other', toolName: null })
const agent = (spanId: string, above: string) =>
  tool(spanId, above, 'one', { kind: 'agent', agent: spanId, toolName: null })

const told: readonly [string, Span[], string[]][] = [
  ['one', [tool('a', null, 'one')], ['a']],
  ['one within the other: the outer one', [tool('a', null, 'one'), tool('b', 'a', 'two')], ['a']],
  ['past plain spans', [tool('a', null, 'one'), http('h', 'a'), tool('b', 'h', 'two')], ['a']],
  ['client and server of one protocol', [tool('a', null, 'mcp'), tool('b', 'a', 'mcp', { from: 10, to: 90 })], ['a']],
  ['named for its server', [tool('a', null, 'one', { toolName: 'desk_weather' }), tool('b', 'a', 'mcp-sdk')], ['a']],
  [
    'side by side',
    [tool('a', 'x', 'mcp-sdk', { from: 1 }), tool('b', 'x', 'one', { toolName: 'mcp__desk__weather' })],
    ['b'],
  ],
  ['in two trees', [tool('a', 'x', 'one'), tool('b', 'y', 'two', { from: 5, to: 105 })], ['a']],
  ['a tool that calls itself', [tool('a', null, 'one'), tool('b', 'a', 'one', { from: 10 })], ['a', 'b']],
  ['a tool that calls another', [tool('a', null, 'one'), tool('b', 'a', 'mcp', { toolName: 'city' })], ['a', 'b']],
  ['an agent between', [tool('a', null, 'one'), agent('g', 'a'), tool('b', 'g', 'two')], ['a', 'b']],
  ['one after the other', [tool('a', 'x', 'one', { to: 40 }), tool('b', 'x', 'two', { from: 60 })], ['a', 'b']],
  ['of two tenants', [tool('a', 'x', 'one', { tenantId: 'q' }), tool('b', 'x', 'two', { tenantId: 'r' })], ['a', 'b']],
  [
    'two in parallel, each told twice',
    [
      ...[tool('a', 'x', 'one'), tool('b', 'x', 'one', { from: 4 })],
      ...[tool('c', 'y', 'two', { from: 1 }), tool('d', 'y', 'two', { from: 5 })],
    ],
    ['a', 'b'],
  ],
]

const steps = (spans: Iterable<Span>) =>
  [...spans]
    .filter(({ kind }) => kind === 'tool')
    .map(({ spanId }) => spanId)
    .toSorted()

describe('a step of a tool that several spans tell is one', () => {
  test.each(told)('%s', (_name, spans, expected) => {
    const found = inherit(spans)
    expect(steps(found)).toEqual(expected)
    for (const { kind, spanId, said } of found) {
      const isDemoted = kind === 'other' && spanId !== 'h'
      expect(said.kind).toBe(isDemoted ? 'tool' : undefined)
    }
    expect(steps(inherit(found))).toEqual(expected)
  })

  test.each(told)('%s: in any order and batches, and after a restart', (_name, spans, expected) => {
    const orders = fc.shuffledSubarray(spans, { minLength: spans.length })
    fc.assert(
      fc.property(orders, fc.integer({ min: 1, max: 4 }), (order, size) => {
        const rows = new Map<string, Span>()
        let lineage = createLineage()
        const tell = (batch: readonly Span[]) => {
          for (const each of lineage.apply(batch)) rows.set(each.spanId, each)
          for (const { spanId, fields } of lineage.corrections()) rows.set(spanId, { ...rows.get(spanId)!, ...fields })
        }
        for (let at = 0; at < order.length; at += size) tell(order.slice(at, at + size))
        expect(steps(rows.values())).toEqual(expected)
        lineage = createLineage()
        lineage.recall([...rows.values()])
        tell([])
        expect(steps(rows.values())).toEqual(expected)
        tell(order)
        expect(steps(rows.values())).toEqual(expected)
      }),
      { numRuns: 60 },
    )
  })
})
