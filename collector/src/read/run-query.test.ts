import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OutriderError } from '../errors.ts'
import { parseRunQuery } from './run-query.ts'

const names = ['workflow', 'agent', 'failedAgent', 'user', 'session', 'tenant', 'model', 'q'] as const
const hostile = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }),
  fc.constantFrom(
    "' OR 1=1 --",
    '{x:String}',
    '\\',
    '%',
    '_',
    '`',
    '\u0000',
    '\n\n',
    '?',
    '$1',
    '}}; DROP TABLE spans',
  ),
)

test('text filters are data: whatever they hold reaches the store unchanged', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), hostile), (filters) => {
      expect(parseRunQuery(filters)).toEqual({ limit: 50, ...filters })
    }),
  )
})

test('any query at all is parsed or refused by name, never anything else', () => {
  const known = fc.constantFrom(...names, 'limit', 'cursor', 'status', 'minCostUsd', 'from', 'to')
  const value = fc.oneof(hostile, fc.constantFrom('1', '0.5', '2026-11-21', 'ok'), fc.array(fc.string()))
  fc.assert(
    fc.property(fc.dictionary(fc.oneof(known, fc.string()), value), (query) => {
      try {
        const { limit, minCostNano, fromMs, toMs } = parseRunQuery(query)
        expect(limit).toBeGreaterThanOrEqual(1)
        expect(limit).toBeLessThanOrEqual(500)
        for (const number of [minCostNano, fromMs, toMs])
          if (number !== undefined) expect(Number.isSafeInteger(Math.floor(number))).toBe(true)
      } catch (error) {
        expect(error).toBeInstanceOf(OutriderError)
        expect((error as OutriderError).code).toBe('OUT_QUERY_INVALID')
        expect(Object.keys(query).map((name) => name.slice(0, 64))).toContain((error as OutriderError).field)
      }
    }),
    { numRuns: 2000 },
  )
})
