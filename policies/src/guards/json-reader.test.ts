import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createJsonReader } from './json-reader.ts'

const at = (text: string) => {
  const reader = createJsonReader()
  reader.read(text, 0, text.length)
  return reader.at()
}

describe('where a text stands as JSON', () => {
  test.each([
    ['', 'no'],
    [' \n', 'no'],
    ['{', 'value'],
    ['{"a', 'string'],
    ['{"a":', 'value'],
    ['{"a":"\\"', 'string'],
    ['{"a":[1, -2.5e+3, true', 'value'],
    ['{"a":[1,{"b":null}]}', 'value'],
    ['{"a":1} ', 'value'],
    ['{"a":1} x', 'no'],
    ['[1] see', 'no'],
    ['[Note]', 'no'],
    ['[1 2]', 'no'],
    ['[01]', 'no'],
    ['[1,]', 'no'],
    ['{"a" 1', 'no'],
    ['{a:1}', 'no'],
    ["{'a':1}", 'no'],
    ['{"a":1]', 'no'],
    ['["a\n', 'no'],
    ['"a"', 'no'],
    ['12', 'no'],
  ])('%j: %s', (text, expected) => expect(at(text)).toBe(expected))

  test('every part of every JSON object and list, in parts of any size', () => {
    const json = fc
      .oneof(fc.array(fc.jsonValue(), { minLength: 1 }), fc.dictionary(fc.string(), fc.jsonValue()))
      .map((value) => JSON.stringify(value, null, 1))
    fc.assert(
      fc.property(json, fc.nat(), (text, where) => {
        const cut = where % (text.length + 1)
        const reader = createJsonReader()
        reader.read(text, 0, cut)
        if (cut > 0) expect(reader.at()).not.toBe('no')
        const copy = reader.copy()
        for (const each of [reader, copy]) {
          each.read(text, cut, text.length)
          expect(each.at()).toBe('value')
          each.read(' x', 0, 2)
          expect(each.at()).toBe('no')
        }
      }),
    )
  })
})
