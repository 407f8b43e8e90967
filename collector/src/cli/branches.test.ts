import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Linked, order } from './branches.ts'

const spansOf = (parents: readonly (number | null)[]): Linked[] => {
  return parents.map((parent, at) => ({
    spanId: String(at),
    parentSpanId: parent === null ? null : String(parent),
    orphan: parent !== null && parent >= parents.length,
    agent: null,
  }))
}
const shape = fc.array(fc.option(fc.nat(30)), { maxLength: 30 })

test('every span once, whatever the links: orphans, several roots, cycles, spans that are their own parent', () => {
  fc.assert(
    fc.property(shape, (parents) => {
      const spans = spansOf(parents)
      const placed = order(spans)
      expect(new Set(placed.map(({ span }) => span))).toEqual(new Set(spans))
      expect(placed).toHaveLength(spans.length)
    }),
    { numRuns: 1000 },
  )
})

test('a span stands right under its parent, one level deeper, unless its mark says why not', () => {
  fc.assert(
    fc.property(shape, (parents) => {
      const above: Linked[] = []
      for (const { span, depth, mark } of order(spansOf(parents))) {
        above.length = depth
        if (depth > 0) expect(span.parentSpanId).toBe(above[depth - 1]?.spanId)
        else expect(mark).toBe(span.parentSpanId === null ? null : span.orphan ? 'orphan' : 'cycle')
        above.push(span)
      }
    }),
    { numRuns: 1000 },
  )
})

test('siblings keep their order, and only the last of them is last', () => {
  fc.assert(
    fc.property(shape, (parents) => {
      const groups = Map.groupBy(
        order(spansOf(parents)).filter(({ depth }) => depth > 0),
        ({ span }) => span.parentSpanId,
      )
      for (const group of groups.values()) {
        const ids = group.map(({ span }) => Number(span.spanId))
        expect(ids).toEqual(ids.toSorted((a, b) => a - b))
        expect(group.map(({ last }) => last)).toEqual(group.map((_, at) => at === group.length - 1))
      }
    }),
  )
})

test('a chain of 100,000 spans ends, at a bounded cost each', () => {
  const placed = order(spansOf(Array.from({ length: 100_000 }, (_, at) => (at === 0 ? null : at - 1))))
  expect(placed.at(-1)?.depth).toBe(99_999)
  expect(Math.max(...placed.slice(-10).map(({ open }) => open.length))).toBeLessThanOrEqual(32)
})
