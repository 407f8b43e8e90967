import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { globMatches } from './glob.ts'

describe('globMatches', () => {
  it.each([
    ['refund-*', 'refund-eu', true],
    ['refund-*', 'refund-', true],
    ['refund-*', 'Refund-eu', false],
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['?', '', false],
    ['g?t-*', 'gpt-5', true],
    ['*-mini', 'gpt-5-mini-mini', true],
    ['*-mini', 'gpt-5-mini-x', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a.c', 'abc', false],
    ['[ab]', 'a', false],
    ['**', 'x', true],
  ])('%s on %s: %s', (pattern, text, expected) => expect(globMatches(pattern, text)).toBe(expected))

  it('equals the regular expression that says the same', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 12 })
    const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), maxLength: 8 })
    fc.assert(
      fc.property(patterns, letters, (pattern, text) => {
        const same = new RegExp(`^${[...pattern].map((c) => ({ '*': '.*', '?': '.', '.': '\\.' })[c] ?? c).join('')}$`)
        return globMatches(pattern, text) === same.test(text)
      }),
    )
  })

  it('does not explode', () => {
    expect(globMatches(`${'a*'.repeat(500)}b`, 'a'.repeat(5000))).toBe(false)
  })
})
