import { describe, expect, test } from 'vitest'
import { clock, count, duration, usd } from './figures.ts'

describe('duration', () => {
  test.each([
    [0, '0 ms'],
    [0.42, '0.4 ms'],
    [9.96, '10 ms'],
    [999.4, '999 ms'],
    [999.6, '1.0 s'],
    [12_400, '12.4 s'],
    [59_960, '1 m 00 s'],
    [83_000, '1 m 23 s'],
    [3_599_600, '1 h 00 m'],
    [90_061_000, '25 h 01 m'],
    [-12, '-12 ms'],
  ])('%d ms', (ms, text) => expect(duration(ms)).toBe(text))
})

describe('usd', () => {
  test.each([
    [0, '$0'],
    [1234.5, '$1,234.50'],
    [0.5, '$0.5000'],
    [0.0412, '$0.0412'],
    [0.00023, '$0.00023'],
    [0.000012, '$0.000012'],
    [0.000000001, '$0.000000001'],
  ])('%d', (amount, text) => expect(usd(amount)).toBe(text))
})

test('count and clock', () => {
  expect(count(1204, 'span')).toBe('1,204 spans')
  expect(count(1, 'span')).toBe('1 span')
  expect(clock('2026-11-21T09:27:54.123456789Z')).toBe('2026-11-21 09:27:54')
})
