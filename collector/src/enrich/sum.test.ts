import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sampleSpan } from '../../test/sample-span.ts'
import type { Span } from '../span.ts'
import { createLineage, inherit } from './lineage.ts'
import { createPricer } from './price.ts'

const pricer = createPricer([{ model: 'm', inputUsdPerMTok: 1, outputUsdPerMTok: 2 }])
const silent = { inputTokens: null, outputTokens: null, costNano: null, costSource: null }
const usage = { inputTokens: 100, outputTokens: 10, ...{ costNano: null, costSource: null, cacheReadTokens: null } }
const SECOND = 1_000_000_000n

function span(spanId: string, parentSpanId: string | null, rest: Partial<Span>): Span {
  const name = { scope: { name: 'one', version: '' }, requestModel: 'm', responseModel: 'm', responseId: null }
  return sampleSpan({ spanId, parentSpanId, durationNs: SECOND, provider: null, ...name, ...usage, ...rest })
}
const agent = (id: string, above: string | null, rest: Partial<Span> = {}) =>
  span(id, above, { kind: 'agent', agent: id, counted: true, ...rest })
const call = (id: string, above: string | null, rest: Partial<Span> = {}) =>
  span(id, above, { kind: 'llm', counted: true, ...rest })
const plain = (id: string, above: string | null, rest: Partial<Span> = {}) =>
  span(id, above, { kind: 'other', counted: false, ...silent, ...rest })

const later = { startNs: sampleSpan().startNs + 5n * SECOND }
const told: readonly [string, Span[], string[]][] = [
  ['of an agent without calls', [agent('a', null)], ['a']],
  ['of a chain', [agent('a', null, { kind: 'chain' })], ['a']],
  ['beside calls that tell none', [agent('a', null), call('c', 'a', silent)], ['a', 'c']],
  ['not where a call tells it', [agent('a', null), call('c', 'a')], ['c']],
  ['not where one deep below does', [agent('a', null), plain('h', 'a'), call('c', 'h')], ['c']],
  ['of the innermost', [agent('a', null), agent('b', 'a'), agent('d', 'a')], ['b', 'd']],
  ['of one, when the other’s calls are told', [agent('a', null), agent('b', null), call('c', 'a')], ['b', 'c']],
  ['not where a reported cost is told', [agent('a', null), call('c', 'a', { ...silent, ...reported() })], ['c']],
  ['beside calls of a tool', [agent('a', null), plain('t', 'a', { kind: 'tool' }), call('c', 't')], ['a', 'c']],
  [
    'and that of an agent in a tool',
    [agent('a', null), plain('t', 'a', { kind: 'tool' }), agent('b', 't')],
    ['a', 'b'],
  ],
  ['beside embeddings', [agent('a', null), call('e', 'a', { kind: 'embedding' })], ['a', 'e']],
  ['not of a call whose parent never came', [agent('a', null), call('c', 'gone')], ['c']],
  ['of a time when no such call was', [agent('a', null), call('c', 'gone', later)], ['a', 'c']],
  ['of agents whose parent never came', [agent('a', 'gone'), agent('b', 'gone'), call('c', 'b')], ['a', 'c']],
  ['of another tenant', [agent('a', null, { tenantId: 'x' }), call('c', 'a', { tenantId: 'y' })], ['a', 'c']],
  ['in a circle, of none', [agent('a', 'b'), agent('b', 'a')], []],
]

function reported(): Partial<Span> {
  return { costNano: 7, costSource: 'reported' }
}

const counted = (spans: readonly Span[]) =>
  spans
    .filter((each) => each.counted)
    .map(({ spanId }) => spanId)
    .toSorted()

describe('a sum counts', () => {
  test.each(told)('%s', (_name, spans, expected) => {
    expect(counted(inherit(spans))).toEqual(expected)
  })

  test.each(told)(
    '%s: in any order and batches, priced where it counts, after a restart too',
    (_name, spans, expected) => {
      const orders = fc.shuffledSubarray(spans, { minLength: spans.length })
      fc.assert(
        fc.property(orders, fc.integer({ min: 1, max: 4 }), fc.boolean(), (order, size, isRestarted) => {
          const rows = new Map<string, Span>()
          let lineage = createLineage({ price: pricer.price })
          const correct = () => {
            for (const { spanId, fields } of lineage.corrections()) {
              rows.set(spanId, { ...(rows.get(spanId) as Span), ...fields })
            }
          }
          for (let at = 0; at < order.length; at += size) {
            for (const each of lineage.apply(order.slice(at, at + size))) rows.set(each.spanId, pricer.price(each))
            correct()
          }
          if (isRestarted) {
            lineage = createLineage({ price: pricer.price })
            lineage.recall([...rows.values()])
            correct()
            for (const each of lineage.apply(order)) rows.set(each.spanId, pricer.price(each))
            correct()
          }
          expect(counted([...rows.values()])).toEqual(expected)
          for (const { kind, counted: counts, costNano, costSource } of rows.values()) {
            if (kind === 'agent' || kind === 'chain')
              expect([costNano, costSource]).toEqual(counts ? [120_000, 'priced'] : [null, null])
          }
        }),
        { numRuns: 60 },
      )
    },
  )

  test('not when its calls were told so long ago that they are forgotten', () => {
    const lineage = createLineage({ traces: 1 })
    const other = call('x', null, { traceId: 'f'.repeat(32) })
    lineage.apply([call('c', 'a')])
    lineage.apply([other])
    expect(counted(lineage.apply([agent('a', null)]))).toEqual([])
  })

  test('sent again as something else it is none', () => {
    const lineage = createLineage()
    lineage.apply([agent('a', null), agent('b', 'a')])
    lineage.apply([agent('b', 'a', { ...silent, counted: false })])
    expect(lineage.corrections().find(({ spanId }) => spanId === 'a')?.fields).toMatchObject({ counted: true })
  })
})
