import { describe, expect, it, test } from 'vitest'
import { spanOf } from '../../test/span-of.ts'
import type { Kind, Span } from '../api.ts'
import { matches, revealed, visibleRows } from './rows.ts'
import { buildTree } from './tree.ts'

const span = (spanId: string, parentSpanId: string | null, kind: Kind = 'chain', more: Partial<Span> = {}) =>
  spanOf({ spanId, parentSpanId, kind, ...more })

const tree = buildTree([
  span('a', null),
  span('b', 'a', 'other'),
  span('c', 'b', 'llm', { output: 'the ANSWER (42)' }),
  span('d', 'b', 'other', { status: 'error', errorType: 'Timeout' }),
  span('e', 'a', 'tool', { toolName: 'search.orders' }),
  span('f', 'e', 'other'),
])

const lines = (collapsed: string[], hideOthers = false) =>
  visibleRows(tree, new Set(collapsed), hideOthers).rows.map((row) => `${row.level}${row.id}`)

describe('lines', () => {
  it('are the tree from top to bottom', () => expect(lines([])).toEqual(['1a', '2b', '3c', '3d', '2e', '3f']))
  it('leave out what is below a closed one', () => expect(lines(['b'])).toEqual(['1a', '2b', '2e', '3f']))
  it('say whether they can be opened', () => {
    const { rows } = visibleRows(tree, new Set(['e']), false)
    expect(rows.map((row) => row.expanded)).toEqual([true, true, null, null, false])
    expect(rows.map((row) => [row.position, row.siblings])).toEqual([
      [1, 1],
      [1, 2],
      [1, 2],
      [2, 2],
      [2, 2],
    ])
  })
  it('can leave out other spans: their children move up, failed ones stay', () => {
    expect(lines([], true)).toEqual(['1a', '2c', '2d', '2e'])
    expect(visibleRows(tree, new Set(), true).hidden).toBe(2)
    expect(visibleRows(tree, new Set(), false).hidden).toBe(0)
  })
  it('has nothing to open where all below is left out', () => {
    expect(visibleRows(tree, new Set(), true).rows.at(-1)?.expanded).toBeNull()
  })
  it('keep their order where a left-out root has many children', () => {
    const wide = buildTree([span('r', null, 'other'), span('x', 'r'), span('y', 'r'), span('z', 'r')])
    expect(visibleRows(wide, new Set(), true).rows.map((row) => row.id)).toEqual(['x', 'y', 'z'])
  })
})

test('revealing opens every branch above, and nothing else', () => {
  expect([...revealed(tree, new Set(['a', 'b', 'e']), 'c')]).toEqual(['e'])
  const untouched = new Set(['e'])
  expect(revealed(tree, untouched, 'c')).toBe(untouched)
  expect(revealed(tree, untouched, 'nowhere')).toBe(untouched)
})

test.each([
  ['answer', ['c']],
  ['(42)', ['c']],
  ['search.', ['e']],
  ['TIMEOUT', ['d']],
  ['other', ['b', 'd', 'f']],
  ['.*', []],
  ['', []],
])('searching %j finds %j', (query, ids) => {
  expect([...matches(tree, query)].sort()).toEqual(ids)
})

test('10,000 levels do not overflow the stack', () => {
  const deep = buildTree(Array.from({ length: 10_000 }, (_, i) => span(`s${i}`, i === 0 ? null : `s${i - 1}`)))
  expect(visibleRows(deep, new Set(), false).rows).toHaveLength(10_000)
})
