import { expect, test } from 'vitest'
import { spanOf } from '../../test/span-of.ts'
import { failures } from './failures.ts'
import { buildTree } from './tree.ts'

test('a failure began in what failed furthest in, and was got over where nothing above it failed', () => {
  const span = (spanId: string, parentSpanId: string | null, status: 'ok' | 'error') =>
    spanOf({ spanId, parentSpanId, status })
  const tree = buildTree([
    span('root', null, 'error'),
    span('agent', 'root', 'ok'),
    span('tool', 'agent', 'error'),
    span('other', 'root', 'error'),
    span('call', 'other', 'ok'),
  ])
  expect([...failures(tree)]).toEqual(['tool', 'other'])
  expect(failures(buildTree([span('one', null, 'ok')])).size).toBe(0)
})
