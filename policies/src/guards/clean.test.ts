import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createAutomaton } from './automaton.ts'
import { clean, endOf, startOf } from './clean.ts'
import { folded } from './folded.ts'
import { resolved } from './overlap.ts'

describe('clean', () => {
  test.each([
    ['plain text', 'plain text'],
    ['ｆｕｌｌ　ｗｉｄｔｈ', 'full width'],
    ['𝐛𝐨𝐥𝐝 ⓒⓘⓡⓒⓛⓔ 🅝🅔🅖', 'bold circle NEG'],
    ['z\u200be\u200cr\u2060o', 'zero'],
    ['z\u0336a\u0336l', 'zal'],
    ['⠓⠊', 'hi'],
    ['🇭🇮', 'hi'],
    ['a\ud800b', 'a\ufffdb'],
    ['ﬁne', 'fine'],
  ])('%s', (text, expected) => expect(clean(text).text).toBe(expected))
  test('text that nobody sees is brought out', () => {
    const tags = [...'secret'].map((c) => String.fromCodePoint(0xe0000 + c.charCodeAt(0))).join('')
    expect(clean(`a${tags}b`).hidden).toBe('secret')
    // the flag of England is spelled so, and hides nothing
    expect(clean('🏴󠁧󠁢󠁥󠁮󠁧󠁿').hidden).toBe('')
  })
  test('places lead back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const done = clean(text)
        for (let at = 0; at < done.text.length; at++) {
          const [start, end] = [startOf(done, at), endOf(done, at + 1)]
          expect(start).toBeGreaterThanOrEqual(0)
          expect(end).toBeGreaterThan(start)
          expect(end).toBeLessThanOrEqual(text.length)
        }
      }),
    )
  })
})

test('folded is as long as what it folds', () => {
  expect(folded('ÉcoLe ßØ')).toBe('ecole so')
  expect(folded('іgnоre')).toBe('ignore')
  expect(folded('Игнорируй')).toBe('игнорируи')
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => folded(text).length === text.length))
})

test('the automaton finds what a search for each word finds', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(
      fc.array(letters, { minLength: 1, maxLength: 6 }),
      fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'x'), maxLength: 30 }),
      (words, text) => {
        const found: string[] = []
        createAutomaton(words).scan(text, (word, end) => found.push(`${word}:${end}`))
        const expected = words.flatMap((word, index) =>
          [...text].flatMap((_, at) => (text.startsWith(word, at) ? [`${index}:${at + word.length}`] : [])),
        )
        expect(found.sort()).toEqual(expected.sort())
      },
    ),
  )
})

test('of findings that overlap one stays, by rank, length and score', () => {
  const one = (start: number, end: number, rank = 1, score = 0.5) => ({ start, end, rank, score })
  expect(resolved([one(0, 5), one(3, 12), one(12, 14)])).toEqual([one(3, 12), one(12, 14)])
  expect(resolved([one(0, 20), one(4, 6, 2)])).toEqual([one(4, 6, 2)])
  expect(resolved([one(0, 5, 1, 0.4), one(0, 5, 1, 0.9)])).toEqual([one(0, 5, 1, 0.9)])
})
