import { MAX_NANO_USD } from '@outrider/policies'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createPricer } from './price.ts'

const now = Date.parse('2026-11-21T12:00:00Z')
const DAY = 86_400_000
const table = createPricer([])
const own = createPricer([
  { model: 'acme-1', inputUsdPerMTok: 1, outputUsdPerMTok: 2, cacheReadUsdPerMTok: 0.1, cacheWriteUsdPerMTok: 3 },
])

const models: readonly [string | null, string][] = [
  ['openai', 'gpt-4o'],
  ['openai', 'o3'],
  ['openai', 'gpt-5'],
  ['anthropic', 'claude-sonnet-4-5'],
  ['anthropic', 'claude-haiku-4-5'],
  ['google', 'gemini-2.5-pro'],
  ['deepseek', 'deepseek-chat'],
  [null, 'acme-1'],
]

test.each(models)('no call of %s %s costs more than its ceiling', (provider, model) => {
  const pricer = model === 'acme-1' ? own : table
  const tokens = fc.oneof(fc.nat(2000), fc.nat(400_000))
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(tokens, tokens, fc.tuple(share, share, share, share, share), fc.nat(DAY), (most, out, parts, later) => {
      const [used, read, write, written, thought] = parts
      const inputTokens = Math.floor(most * used)
      const cacheReadTokens = Math.floor(inputTokens * read)
      const outputTokens = Math.floor(out * written)
      const cost = pricer.cost({
        ...{ provider, model, at: now + later, inputTokens, outputTokens, cacheReadTokens },
        cacheWriteTokens: Math.floor((inputTokens - cacheReadTokens) * write),
        reasoningTokens: Math.floor(outputTokens * thought),
      })
      expect(cost).toBeDefined()
      expect(pricer.most(provider, model, most, out, now)).toBeGreaterThanOrEqual(cost!)
    }),
    { numRuns: 200 },
  )
})

describe('the ceiling', () => {
  test('is the dearest of fresh, read and written input, at the tiers that can be reached', () => {
    const at = (tokens: number) => table.ceiling('anthropic', 'claude-sonnet-4-5', tokens, now)
    expect(at(200_000)).toMatchObject({ inputNanoPerMTok: 3.75e9, outputNanoPerMTok: 15e9 })
    expect(at(200_001)).toMatchObject({ inputNanoPerMTok: 7.5e9, outputNanoPerMTok: 22.5e9 })
  })

  test('counts a price that begins within the day', () => {
    // o3 went from 10 to 2 USD on 2025-06-10
    const before = Date.parse('2025-06-09T12:00:00Z')
    expect(table.ceiling('openai', 'o3', 1, before)?.inputNanoPerMTok).toBe(10e9)
    expect(table.ceiling('openai', 'o3', 1, before + 2 * DAY)?.inputNanoPerMTok).toBe(2e9)
  })

  test('of what is not priced is unknown, of what is too much the most there is', () => {
    expect(table.ceiling('acme', 'nobody-knows', 1, now)).toBeNull()
    expect(table.most('acme', 'nobody-knows', 1, 1, now)).toBeUndefined()
    expect(table.most('openai', 'gpt-4o', Number.MAX_SAFE_INTEGER, 0, now)).toBe(MAX_NANO_USD)
    expect(table.contextWindow('openai', 'gpt-4o', now)).toBe(128_000)
  })

  test('goes by the operator’s own price before the table', () => {
    const dear = createPricer([{ model: 'gpt-4o', inputUsdPerMTok: 1000, outputUsdPerMTok: 0 }])
    expect(dear.ceiling('openai', 'gpt-4o', 1, now)).toEqual({
      inputNanoPerMTok: 1e12,
      outputNanoPerMTok: 0,
      requestNano: 0,
    })
  })
})
