import { expect, test } from 'vitest'
import { nanoseconds } from './instant.ts'

test.each([
  ['1970-01-01T00:00:00Z', 0n],
  ['1970-01-01T00:00:01.000000001Z', 1_000_000_001n],
  ['2026-11-21T09:00:00.123456789Z', 1_795_251_600_123_456_789n],
  ['2026-11-21T09:00:00.5Z', 1_795_251_600_500_000_000n],
  ['2262-04-11T23:47:16.854775807Z', 9_223_372_036_854_775_807n],
])('%s', (iso, ns) => {
  expect(nanoseconds(iso)).toBe(ns)
})

test.each(['', 'now', '2026-11-21', '2026-11-21T09:00:00+01:00', '2026-13-41T09:00:00Z'])('%j is no instant', (iso) => {
  expect(nanoseconds(iso)).toBeNull()
})
