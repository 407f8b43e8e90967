import { attribute } from '@outrider/sdk/attributes'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AttributeValue } from '../../span.ts'
import { knownAs } from './canonical.ts'
import { bag, chat, event, read } from './sample.ts'

describe('numbers', () => {
  const name = 'gen_ai.usage.input_tokens'
  test.each([
    [12, 12],
    [12.0, 12],
    ['12', 12],
    [' 12 ', 12],
    ['12.0', 12],
    ['"12"', 12],
    ['1e3', 1000],
    [0, 0],
  ] as const)('%j is %d', (value, expected) => {
    expect(read({ ...chat, [name]: value })).toMatchObject({ inputTokens: expected, warnings: [] })
  })
  test.each([
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [-1],
    [1.5],
    [2 ** 53],
    [1e300],
    ['-5'],
    ['0x10'],
    ['12 tokens'],
    ['9'.repeat(400)],
    [true],
    [[12]],
    [bag({ n: 12 })],
  ] as const)('%j is unknown, noted, and stays an attribute', (value) => {
    const span = read({ ...chat, [name]: value })
    expect(span).toMatchObject({ inputTokens: null, warnings: [`bad_number:${name}`] })
    expect(span.attributes[name]).toBe(value)
  })
  test.each([[null], ['']])('%j says nothing, without a note', (value) => {
    expect(read({ ...chat, [name]: value })).toMatchObject({ inputTokens: null, warnings: [] })
  })
  test('an unreadable newer name leaves the older one its word', () => {
    const span = read({ ...chat, [name]: Number.NaN, 'gen_ai.usage.prompt_tokens': 8 })
    expect(span).toMatchObject({ inputTokens: 8, warnings: [`bad_number:${name}`] })
  })
  test('a negative time to the first token is dropped', () => {
    const key = 'gen_ai.response.time_to_first_chunk'
    expect(read({ ...chat, [key]: -0.5 })).toMatchObject({
      ttftMs: null,
      streaming: null,
      warnings: [`bad_number:${key}`],
    })
  })
  test('money beyond what integers hold is unknown', () => {
    expect(read({ ...chat, 'gen_ai.usage.cost': 1e12 })).toMatchObject({
      costNano: null,
      costSource: null,
      warnings: ['bad_number:gen_ai.usage.cost'],
    })
  })
})

describe('whatever the attributes are', () => {
  const names = [
    ...new Set([...Object.values(attribute), ...knownAs.keys(), 'gen_ai.prompt', '__proto__', 'constructor']),
  ]
  const value: fc.Arbitrary<AttributeValue> = fc.letrec<{ value: AttributeValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.string({ unit: 'binary' }),
      fc.double(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.constantFrom('chat', 'invoke_agent', '["stop"]', '[', '{}', 'NaN', '1e400', '"', '[null]'),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.string(), tie('value'), { maxKeys: 3 }).map((each) => bag(each)),
    ),
  })).value
  const attributes = fc
    .uniqueArray(fc.tuple(fc.constantFrom(...names), value), { selector: ([name]) => name, maxLength: 20 })
    .map((entries) => Object.fromEntries(entries))
  const events = fc.array(
    fc
      .tuple(
        fc.constantFrom('gen_ai.choice', 'gen_ai.user.message', 'exception', 'gen_ai.evaluation.result', 'x'),
        fc.dictionary(
          fc.constantFrom(
            'content',
            'message',
            'gen_ai.event.content',
            'exception.type',
            'gen_ai.evaluation.score.value',
          ),
          value,
        ),
      )
      .map(([name, each]) => event(name, each)),
    { maxLength: 4 },
  )

  test('it never throws, numbers are right or unknown, input holds its parts', () => {
    fc.assert(
      fc.property(attributes, events, (each, happened) => {
        const span = read(each, { events: happened })
        for (const tokens of [span.inputTokens, span.outputTokens, span.cacheReadTokens, span.reasoningTokens]) {
          expect(tokens === null || (Number.isSafeInteger(tokens) && tokens >= 0)).toBe(true)
        }
        if (span.inputTokens !== null) {
          expect(span.inputTokens).toBeGreaterThanOrEqual((span.cacheReadTokens ?? 0) + (span.cacheWriteTokens ?? 0))
        }
        expect(span.costNano === null || Number.isSafeInteger(span.costNano)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  test('their order does not matter', () => {
    fc.assert(
      fc.property(attributes, fc.infiniteStream(fc.nat()), (each, random) => {
        const entries = Object.entries(each)
        const shuffled = entries
          .map((entry) => [random.next().value as number, entry] as const)
          .sort(([a], [b]) => a - b)
          .map(([, entry]) => entry)
        expect(read(Object.fromEntries(shuffled))).toEqual(read(each))
      }),
    )
  })

  test('unknown ones change nothing but the attributes', () => {
    const unknown = fc.dictionary(
      fc.string().map((name) => `app.${name}`),
      value,
    )
    fc.assert(
      fc.property(attributes, unknown, (known, extra) => {
        const { attributes: kept, ...rest } = read({ ...known, ...extra })
        const { attributes: before, ...same } = read(known)
        expect(rest).toEqual(same)
        expect({ ...kept }).toEqual({ ...before, ...extra })
      }),
    )
  })
})

test('JSON that nests beyond the stack is no crash', () => {
  const deep = '['.repeat(200_000) + ']'.repeat(200_000)
  expect(() =>
    read(
      { ...chat, 'gen_ai.response.finish_reasons': deep },
      { events: [event('gen_ai.choice', { 'gen_ai.event.content': `{"message":${deep}}` })] },
    ),
  ).not.toThrow()
})
