import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { plain, plainLines, printableJson } from './plain.ts'

/** What people have used against terminals and their readers. */
const corpus = {
  colour: '\u001b[31mred\u001b[0m',
  title: '\u001b]0;owned\u0007',
  link: '\u001b]8;;http://evil.example\u001b\\click\u001b]8;;\u001b\\',
  clipboard: '\u001b]52;c;cm0gLXJmIH4=\u0007',
  clear: '\u001b[2J\u001b[H',
  'up and over': 'harmless\u001b[1A\u001b[2Krm -rf ~',
  'device status': '\u001b[6n\u001bP$q"p\u001b\\',
  '8-bit sequence': '\u009b31mred\u009c\u0090q\u009e',
  'carriage return': 'ok\rFAILED',
  backspace: 'abc\b\b\bxyz',
  bell: '\u0007\u0007',
  'form feed and vertical tab': 'a\fb\vc',
  nul: 'a\u0000b',
  del: 'a\u007fb',
  'right-to-left': 'invoice\u202efdp.exe',
  isolate: '\u2066a\u2069 \u2067b\u2068',
  marks: 'a\u200eb\u200fc\u061cd',
  'line separators': 'a\u2028b\u2029c',
  'invisible tags': 'hi\u{e0049}\u{e0067}\u{e006e}',
  'byte order mark': '\ufeffa',
  'broken surrogates': 'a\ud83dz\udca9',
  'shift out': 'a\u000e\u000fb',
}

/** Told by code point, unlike in the code under test. */
function isForbidden(point: number): boolean {
  const within = (from: number, to: number) => point >= from && point <= to
  const controls = within(0, 0x1f) || within(0x7f, 0x9f) || within(0xd800, 0xdfff) || within(0xe0000, 0xe007f)
  const bidi = point === 0x61c || within(0x200e, 0x200f) || within(0x2028, 0x202e) || within(0x2066, 0x2069)
  return controls || bidi || point === 0xfeff
}
const forbiddenIn = (text: string) => [...text].map((each) => each.codePointAt(0)!).filter(isForbidden)

describe.each(Object.entries(corpus))('%s', (_name, text) => {
  test('nothing of it reaches the terminal', () => {
    expect(forbiddenIn(plain(text))).toEqual([])
    for (const line of plainLines(text)) expect(forbiddenIn(line)).toEqual([])
    expect(forbiddenIn(printableJson(text))).toEqual([])
  })
  test('JSON still carries all of it', () => expect(JSON.parse(printableJson(text))).toBe(text))
})

test('what is readable stays', () => {
  const text = 'Größe 👩‍👩‍👧‍👦 שלום 日本語 ε → 🏳️‍🌈 tab'
  expect(plain(text)).toBe(text)
  expect(plain('two\nlines\r\nor\tthree')).toBe('two lines or three')
  expect(plainLines('a\r\nb\n\tc')).toEqual(['a', 'b', '  c'])
})

test('any text at all', () => {
  const unit = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...Object.values(corpus)))
  fc.assert(
    fc.property(
      fc.array(unit).map((parts) => parts.join('')),
      (text) => {
        expect(forbiddenIn(plain(text))).toEqual([])
        expect(forbiddenIn(printableJson({ [text]: text }))).toEqual([])
        expect(JSON.parse(printableJson([text]))).toEqual([text])
      },
    ),
    { numRuns: 500 },
  )
})
