import { expect, test } from 'vitest'
import { spanOf } from '../../test/span-of.ts'
import type { Span } from '../api.ts'
import type { Node } from '../run/tree.ts'
import { change, differencesOf } from './difference.ts'

const node = (given: Partial<Span>): Node => ({
  ...{ span: spanOf({ spanId: '1', durationMs: 200, ...given }), parent: null, children: [], detached: null },
  ...{ startMs: 0, skewed: false, outOfTime: false, below: 0 },
})

test.each<[Partial<Span>, Partial<Span>, readonly string[]]>([
  [{}, {}, []],
  [{ durationMs: 200 }, { durationMs: 290 }, []],
  [{ durationMs: 200 }, { durationMs: 301 }, ['duration']],
  [{ durationMs: 9000 }, { durationMs: 9900 }, []],
  [{ status: 'ok' }, { status: 'error' }, ['status']],
  [{ finishReason: 'stop' }, { finishReason: 'length' }, ['status']],
  [{ requestModel: 'a', responseModel: 'a-1' }, { requestModel: 'a', responseModel: 'a-2' }, ['model']],
  [{ inputTokens: 1, costUsd: 1 }, { inputTokens: 2, costUsd: 2 }, ['tokens', 'cost']],
  [{ output: 'yes' }, { output: 'no' }, ['text']],
  [{ toolArgs: null }, { toolArgs: '{}' }, ['text']],
])('%o beside %o differs in %o', (a, b, what) => {
  expect(differencesOf({ level: 1, a: node(a), b: node(b) })).toEqual(what)
})

test('a step of one run only says so, and nothing else', () => {
  expect(differencesOf({ level: 1, a: null, b: node({}) })).toEqual(['only'])
})

test.each([
  [2, 3, '+50 %'],
  [3, 2, '−33 %'],
  [1000, 1001, '+0.1 %'],
  [1, 40, '×40'],
  [0, 5, 'new'],
  [5, 5, ''],
  [null, 5, ''],
])('from %s to %s: %s', (a, b, words) => {
  expect(change(a, b)).toBe(words)
})
