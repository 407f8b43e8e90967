import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compilePattern, nativeRe2, re2js } from './pattern.ts'

const pattern = (source: string) => {
  const compiled = compilePattern(source)
  if (!compiled.ok) throw new Error(compiled.why)
  return compiled.pattern
}

describe('a pattern is refused when loaded', () => {
  test.each([
    ['(a+)\\1', 'refers back'],
    ['(?=a)b', 'looks ahead'],
    ['(a{1,1000}){1,1000}', ''],
    ['(.*a){20}', 'costs too much'],
    ['(\\w+\\s?){20}$', 'costs too much'],
    ['(a?){30}(a{2}){30}', 'costs too much'],
    ['[\\p{L}\\p{N}]{200}[^\\p{L}]', 'costs too much'],
    ['(a.*?b.*?){6}$', 'repeats `.*` too often: 9 times'],
    ['(a', 'is no RE2 syntax'],
    ['x'.repeat(1025), 'is longer'],
  ])('%s', (source, why) =>
    expect(compilePattern(source)).toMatchObject({ ok: false, why: expect.stringContaining(why) }),
  )
  test.each([
    'EMP-\\d{6}',
    '(a+)+$',
    '\\b[a-z]+@[a-z]+\\.com\\b',
    '[A-Z]{2}\\d{2}[A-Z0-9]{11,}',
    '\\p{L}+-\\d+',
    'a{2,}b',
  ])('not for being %s', (source) => expect(compilePattern(source)).toMatchObject({ ok: true }))
})

test('many matches are those that are found one after the other', () => {
  const sources = ['EMP-\\d{3}', 'a+', 'key=.*', '\\bx\\b', 'a.*?b', '[a-c]+', 'b$']
  const words = fc.constantFrom('a', 'b', 'x', ' ', '\n', 'EMP-123', 'key=', '😀', 'aaaa'.repeat(100), 'c'.repeat(300))
  fc.assert(
    fc.property(fc.constantFrom(...sources), fc.array(words, { maxLength: 200 }), (source, parts) => {
      const text = parts.join('')
      const expected = [...text.matchAll(new RegExp(source, 'gu'))].map(({ 0: all, index }) => [
        index,
        index + all.length,
      ])
      expect(
        pattern(source)
          .find(text, 1000)
          .map(({ start, end }) => [start, end]),
      ).toEqual(expected.slice(0, 1000))
    }),
    { numRuns: 300 },
  )
})

test('a thousand short matches do not read the rest of the text a thousand times', () => {
  let read = 0
  class Counting extends RegExp {
    override exec(text: string) {
      read += text.length - this.lastIndex
      return super.exec(text)
    }
  }
  const size = 20_000
  const compiled = compilePattern('(?:a[^!]{0,9}!|a)', nativeRe2(Counting as never))
  if (!compiled.ok) throw new Error(compiled.why)
  expect(compiled.pattern.find('a'.repeat(size), 1000)).toHaveLength(1000)
  expect(read).toBeLessThan(size * 20)
})

test('the same with the engine that is always there', () => {
  const text = `${'a'.repeat(65_535)}?`
  expect(pattern('(?:a+!|a)').find(text, 1000)).toHaveLength(1000)
  expect(re2js.compile('(?:a+!|a)').find(`${'a'.repeat(70)}!`, 10)).toEqual([{ start: 0, end: 71 }])
})
