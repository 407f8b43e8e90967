import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMeter } from './meter.ts'

const filled = (pieces: readonly string[], most?: number, reported?: number) => {
  const meter = createMeter(most)
  for (const piece of pieces) meter.add(piece)
  if (reported !== undefined) meter.report(reported)
  return meter
}
const times = (count: number, piece: string) => new Array<string>(count).fill(piece)

describe('used up', () => {
  it.each([
    ['nothing yet', [], 0, undefined, false],
    ['as many pieces as tokens are allowed', times(50, ' word'), 50, undefined, false],
    ['one piece more', times(51, ' word'), 50, undefined, true],
    ['large pieces within the limit', times(5, 'x'.repeat(40)), 50, undefined, false],
    ['large pieces beyond every language', times(5, 'x'.repeat(100)), 50, undefined, true],
    [
      'letters one by one, an answer within its limit',
      [...'an order is on its way to you now'.repeat(3)],
      30,
      undefined,
      false,
    ],
    ['a deep indentation', times(20, ' '.repeat(200)), 50, undefined, false],
    ['what the provider reports', [], 50, 51, true],
  ] as const)('%s: %j', (_, pieces, most, reported, wanted) => {
    expect(filled(pieces, most, reported).isUsedUp()).toBe(wanted)
  })

  it('never without a limit', () => expect(filled(times(10_000, ' word')).isUsedUp()).toBe(false))
})

describe('the likely count', () => {
  it.each([
    ['nothing', [], undefined],
    ['tokens one by one', [' a', ' word', '.'], 3],
    ['pieces of many tokens', ['a whole sentence of words, and more'], 9],
    ['empty pieces', ['', ''], undefined],
  ] as const)('%s: %j', (_, pieces, wanted) => expect(filled(pieces).estimate()).toBe(wanted))

  it('is never more than what is allowed, and what the provider says goes before it', () => {
    expect(filled(times(90, ' word'), 50).estimate()).toBe(50)
    expect(filled([' word'], 50, 20).estimate()).toBe(20)
  })
})

it('an honest answer, a token a piece and within its limit, is never cut', () => {
  const token = fc.string({ minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(fc.array(token, { maxLength: 100 }), fc.nat(50), (tokens, spare) => {
      expect(filled(tokens, tokens.length + spare).isUsedUp()).toBe(false)
    }),
  )
})
