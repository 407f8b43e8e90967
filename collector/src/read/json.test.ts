import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { span } from '../../test/known-runs.ts'
import { isoFromNs, spanJson } from './json.ts'

describe('isoFromNs', () => {
  test.each([
    [0n, '1970-01-01T00:00:00.000000000Z'],
    [1n, '1970-01-01T00:00:00.000000001Z'],
    [1_795_219_200_123_456_789n, '2026-11-21T00:00:00.123456789Z'],
    [9_223_372_036_854_775_807n, '2262-04-11T23:47:16.854775807Z'],
    [18_446_744_073_709_551_615n, '2554-07-21T23:34:33.709551615Z'],
  ])('%s', (ns, iso) => expect(isoFromNs(ns)).toBe(iso))

  test('loses nothing, and sorts as text like it sorts as a number', () => {
    const ns = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
    fc.assert(
      fc.property(ns, ns, (a, b) => {
        const iso = isoFromNs(a)
        expect(BigInt(Date.parse(iso)) * 1_000_000n + BigInt(iso.slice(23, 29))).toBe(a)
        expect(iso < isoFromNs(b)).toBe(a < b)
      }),
    )
  })
})

describe('spanJson', () => {
  test('retrieval is told as one thing, or null', () => {
    expect(spanJson(span(), false).retrieval).toBeNull()
    expect(
      spanJson(span({ retrievalQuery: 'q', retrievalTopK: 3, retrievalDocuments: '[{"id":"1"}]' }), false).retrieval,
    ).toEqual({
      query: 'q',
      topK: 3,
      documents: [{ id: '1' }],
    })
  })

  test.each(['[{"id":"1"},{"id":', 'free text', '{"id":"1"}'])(
    'documents that are no whole list stay text: %s',
    (text) => {
      expect(spanJson(span({ retrievalDocuments: text }), false).retrieval?.documents).toBe(text)
    },
  )

  test('events carry their own time, and hostile attribute keys survive as keys', () => {
    const attributes = JSON.parse('{"__proto__":{"polluted":true},"constructor":"x"}')
    const wire = JSON.stringify(spanJson(span({ attributes, events: [{ timeNs: 1n, name: 'e', attributes }] }), true))
    expect(wire).toContain('"attributes":{"__proto__":{"polluted":true},"constructor":"x"}')
    expect(wire).toContain('"time":"1970-01-01T00:00:00.000000001Z"')
    expect(JSON.parse(wire).orphan).toBe(true)
  })
})
