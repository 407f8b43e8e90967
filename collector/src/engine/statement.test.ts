import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Refusal } from './failure.ts'
import { literal, parseStatement, prelude } from './statement.ts'

const parse = (query: string) => parseStatement('SELECT 1', new URLSearchParams(query))

describe('what a request sets', () => {
  test('settings, parameters and the database become a prelude, HTTP words do not', () => {
    const statement = parse('max_threads=2&param_id=7&database=d1&default_format=CSV&wait_end_of_query=1&query_id=x')
    expect(statement.format).toBe('CSV')
    expect(prelude(statement)).toEqual(['USE `d1`', "SET max_threads = '2', param_id = '7'"])
  })

  test('nothing set: nothing is run before the statement', () => expect(prelude(parse(''))).toEqual([]))

  test('a literal has no byte that could end it, whatever the value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(literal(value)).toMatch(/^'(?:[A-Za-z0-9]|\\x[0-9a-f]{2})*'$/)
      }),
    )
  })

  test('no text of a setting, name or value, reaches SQL unescaped', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (name, value) => {
        const options = new URLSearchParams([[name, value]])
        try {
          for (const sql of prelude(parseStatement('SELECT 1', options))) {
            expect(sql).toMatch(/^(?:SET \w+ = '(?:[A-Za-z0-9]|\\x[0-9a-f]{2})*'|USE `\w+`)$/)
          }
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal)
        }
      }),
      {
        numRuns: 1000,
        examples: [
          ['log_comment', "x\\'; DROP TABLE victim; --"],
          ["a'; DROP TABLE t; --", '1'],
          ['database', '`; DROP'],
        ],
      },
    )
  })

  test.each([
    ["log_comment=x\\'; DROP TABLE victim; --", 36],
    [`log_comment=${'x'.repeat(129)}`, 36],
    ['a;b=1', 115],
    ['param_a-b=1', 36],
    ['database=a`b', 81],
    ['session_id=s', 48],
    ['role=r', 48],
  ])('%s is refused with code %i', (query, code) => {
    expect(() => parse(query.replaceAll(';', '%3B'))).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ code }) }),
    )
  })
})
