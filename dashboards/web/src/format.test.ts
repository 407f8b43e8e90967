import { describe, expect, it, test } from 'vitest'
import { count, duration, money, plural, time, tokens } from './format.ts'

test.each([
  [null, '—'],
  [0, '$0'],
  [1e-9, '$0.000000001'],
  [0.00000038, '$0.00000038'],
  [0.000123, '$0.000123'],
  [0.000_123_456, '$0.000123'],
  [0.0042, '$0.0042'],
  [0.04, '$0.04'],
  [0.1, '$0.10'],
  [0.25, '$0.25'],
  [0.999, '$0.999'],
  [0.9996, '$1.00'],
  [1, '$1.00'],
  [1.239, '$1.24'],
  [12_345.6, '$12,345.60'],
])('money(%s) is %s', (usd, text) => {
  expect(money(usd)).toBe(text)
})

test.each([
  [null, '—'],
  [0, '0'],
  [999, '999'],
  [1000, '1k'],
  [1234, '1.2k'],
  [12_345, '12.3k'],
  [99_949, '99.9k'],
  [123_456, '123k'],
  [999_499, '999k'],
  [999_500, '1M'],
  [1_250_000, '1.3M'],
  [2e9, '2B'],
  [9e15, '9000T'],
])('tokens(%s) is %s', (number, text) => {
  expect(tokens(number)).toBe(text)
})

test.each([
  [null, '—'],
  [0, '0 ms'],
  [0.000001, '0.001 µs'],
  [0.25, '250 µs'],
  [1, '1 ms'],
  [12.34, '12.3 ms'],
  [999, '999 ms'],
  [999.6, '1 s'],
  [1234, '1.23 s'],
  [59_994, '60 s'],
  [60_000, '1m 00s'],
  [125_000, '2m 05s'],
  [3_599_600, '1h 00m'],
  [7_200_000, '2h 00m'],
  [86_400_000, '1d 00h'],
  [9e15, '104166666d 16h'],
])('duration(%s) is %s', (ms, text) => {
  expect(duration(ms)).toBe(text)
})

describe('time', () => {
  const now = new Date(2026, 10, 21, 12, 0, 0)
  it('is the clock alone today, with the day before, with the year in other years', () => {
    expect(time(new Date(2026, 10, 21, 9, 5, 7).toISOString(), now)).toBe('09:05:07')
    expect(time(new Date(2026, 10, 20, 23, 59, 59).toISOString(), now)).toBe('20 Nov 23:59:59')
    expect(time(new Date(2025, 0, 2, 3, 4, 5).toISOString(), now)).toBe('2 Jan 2025 03:04:05')
  })
  it('says that it does not know', () => expect(time('yesterday', now)).toBe('—'))
})

test('counts', () => {
  expect(count(1234567)).toBe('1,234,567')
  expect(count(null)).toBe('—')
  expect(plural(1, 'error')).toBe('1 error')
  expect(plural(0, 'match', 'matches')).toBe('0 matches')
})
