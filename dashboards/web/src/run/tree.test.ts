import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { spanOf } from '../../test/span-of.ts'
import type { Span } from '../api.ts'
import { buildTree, type Node, type Tree } from './tree.ts'

const at = (ms: number) => `2026-11-21T09:00:00.${String(ms * 1_000_000).padStart(9, '0')}Z`

const span = (spanId: string, parentSpanId: string | null = null, startMs = 0, more: Partial<Span> = {}) =>
  spanOf({ spanId, parentSpanId, startTime: at(startMs), ...more })

/** `a(b(c) d)` */
function outline(nodes: readonly Node[]): string {
  return nodes
    .map(({ span: { spanId }, children }) => (children.length === 0 ? spanId : `${spanId}(${outline(children)})`))
    .join(' ')
}

const built = (...spans: Span[]) => buildTree(spans)
const node = (tree: Tree, id: string) => tree.nodes.get(id)!

describe('a tree', () => {
  it('hangs children below parents, whichever came first, in order of time', () => {
    expect(outline(built(span('c', 'b', 3), span('d', 'a', 9), span('b', 'a', 2), span('a')).roots)).toBe('a(b(c) d)')
  })
  it('orders by nanoseconds, and by id at the same instant', () => {
    const exact = (spanId: string, ns: string) => spanOf({ spanId, startTime: `2026-11-21T09:00:00.00000000${ns}Z` })
    expect(outline(built(exact('z', '1'), exact('y', '2'), exact('x', '2')).roots)).toBe('z x y')
  })
  it('keeps several roots', () => {
    expect(outline(built(span('b', null, 5), span('a')).roots)).toBe('a b')
  })
  it('marks a span whose parent did not come, and only that', () => {
    const tree = built(span('a'), span('b', 'gone', 1), span('c', 'b', 2))
    expect(outline(tree.roots)).toBe('a b(c)')
    expect(['a', 'b', 'c'].map((id) => node(tree, id).detached)).toEqual([null, 'orphan', null])
  })
  it('opens a circle at its earliest span', () => {
    const tree = built(span('a', 'c', 2), span('b', 'a', 1), span('c', 'b', 3), span('d', 'c', 0))
    expect(outline(tree.roots)).toBe('b(c(d a))')
    expect(node(tree, 'b').detached).toBe('cycle')
  })
  it('opens a span that is its own parent', () => {
    const tree = built(span('a', 'a'), span('b', 'a', 1))
    expect(outline(tree.roots)).toBe('a(b)')
    expect(node(tree, 'a').detached).toBe('cycle')
  })
  it('shows a span that was sent twice once', () => {
    expect(outline(built(span('a'), span('b', 'a'), span('b', 'a')).roots)).toBe('a(b)')
  })
  it('counts what is below', () => {
    expect(node(built(span('a'), span('b', 'a'), span('c', 'b'), span('d', 'a')), 'a').below).toBe(3)
  })
})

describe('time', () => {
  it('runs from the first start to the last end', () => {
    const tree = built(span('a', null, 10, { durationMs: 20 }), span('b', 'a', 5, { durationMs: 100 }))
    expect(tree.lengthMs).toBe(100)
    expect(node(tree, 'a').startMs).toBe(5)
  })
  it('marks a child that starts before its parent by more than a millisecond', () => {
    const tree = built(span('a', null, 10), span('b', 'a', 5), span('c', 'a', 9.5))
    expect(['a', 'b', 'c'].map((id) => node(tree, id).skewed)).toEqual([false, true, false])
  })
  it.each(['1970-01-01T00:00:00.000000000Z', '2262-04-11T23:47:16.854775807Z', 'not a time'])(
    'leaves a clock at %s off the scale',
    (startTime) => {
      const tree = built(span('a'), span('b', 'a', 1), spanOf({ spanId: 'c', parentSpanId: 'a', startTime }))
      expect(node(tree, 'c').outOfTime).toBe(true)
      expect(node(tree, 'b').outOfTime).toBe(false)
      expect(tree.lengthMs).toBe(2)
    },
  )
  it('is never of no length', () => {
    expect(built().lengthMs).toBeGreaterThan(0)
    expect(built(span('a', null, 0, { durationMs: 0 })).lengthMs).toBeGreaterThan(0)
  })
})

test('whatever parents say, every span is in the tree exactly once', () => {
  const ids = fc.constantFrom(...'abcdefghij')
  const spans = fc.array(fc.tuple(ids, fc.option(ids), fc.integer({ min: 0, max: 900 })), { maxLength: 14 })
  fc.assert(
    fc.property(spans, (drawn) => {
      const given = drawn.map(([id, parent, ms]) => span(id, parent, ms))
      const tree = buildTree(given)
      const seen: string[] = []
      const walk = (nodes: readonly Node[], parent: Node | null) => {
        for (const one of nodes) {
          seen.push(one.span.spanId)
          expect(one.parent).toBe(parent)
          walk(one.children, one)
        }
      }
      walk(tree.roots, null)
      expect(seen.sort()).toEqual([...new Set(given.map((one) => one.spanId))].sort())
    }),
  )
})

test('a chain of 10,000 spans does not overflow the stack', () => {
  const chain = Array.from({ length: 10_000 }, (_, i) => span(`s${i}`, i === 0 ? null : `s${i - 1}`))
  expect(node(buildTree(chain), 's0').below).toBe(9999)
})
