import type { NanoUsd } from '@outrider/policies'
import type { ModelPrice } from '@pydantic/genai-prices'

/** Tokens of one call. `input` includes both cache counts, `output` includes reasoning. */
export interface Usage {
  readonly input: number
  readonly output: number
  readonly cacheRead: number
  readonly cacheWrite: number
  readonly reasoning: number
}

/** A model's price, ready to multiply: the table's own arithmetic in integers, without its search for the model. */
export interface Rate {
  /** Nano-dollars, rounded up; `undefined` beyond nine million dollars. */
  cost(usage: Usage): NanoUsd | undefined
}

/** Price of one million tokens in nano-dollars, and from which input length on. Highest start first. */
type Steps = readonly { readonly above: number; readonly nanoPerMTok: number }[]

/**
 * `null` where the price says nothing about tokens: models that are billed by the second, or whose price is unknown.
 * A part without a price of its own costs what its whole costs.
 */
export function rateOf(price: ModelPrice): Rate | null {
  const input = steps(price.input_mtok)
  const output = steps(price.output_mtok)
  if (input === null && output === null) return null
  const cacheRead = steps(price.cache_read_mtok)
  const cacheWrite = steps(price.cache_write_mtok)
  const reasoning = steps(price.output_reasoning_mtok)
  // per 1,000 requests, kept in the same unit as tokens times price
  const request = typeof price.requests_kcount === 'number' ? Math.round(price.requests_kcount * 1e9) * 1000 : 0
  return {
    cost(usage) {
      const reads = cacheRead === null ? 0 : usage.cacheRead
      const writes = cacheWrite === null ? 0 : usage.cacheWrite
      const thoughts = reasoning === null ? 0 : usage.reasoning
      return bill(request, [
        [usage.input - reads - writes, at(input, usage.input)],
        [reads, at(cacheRead, usage.input)],
        [writes, at(cacheWrite, usage.input)],
        [usage.output - thoughts, at(output, usage.input)],
        [thoughts, at(reasoning, usage.input)],
      ])
    },
  }
}

function steps(price: ModelPrice[string]): Steps | null {
  if (price === undefined) return null
  if (typeof price === 'number') return [{ above: -1, nanoPerMTok: nano(price) }]
  const tiers = price.tiers.map(({ start, price: usd }) => ({ above: start, nanoPerMTok: nano(usd) }))
  return [...tiers, { above: -1, nanoPerMTok: nano(price.base) }].sort((a, b) => b.above - a.above)
}

/** A table price has far fewer than nine decimals: this takes the noise of the double away. */
function nano(usd: number): number {
  return Math.round(usd * 1e9)
}

/** The length of the whole input picks the tier, for every part of the bill. */
function at(price: Steps | null, inputTokens: number): number {
  if (price !== null) for (const { above, nanoPerMTok } of price) if (inputTokens > above) return nanoPerMTok
  return 0
}

/** Tokens times price, summed exactly, then divided by a million tokens and rounded up. */
function bill(
  request: number,
  lines: readonly (readonly [tokens: number, nanoPerMTok: number])[],
): NanoUsd | undefined {
  let sum = request
  for (const [tokens, nanoPerMTok] of lines) sum += tokens * nanoPerMTok
  // every product of a sum within 2^53 is exact; beyond, about nine dollars, only whole numbers without end are
  if (sum <= Number.MAX_SAFE_INTEGER) return Math.ceil(sum / 1e6) as NanoUsd
  let exact = BigInt(request)
  for (const [tokens, nanoPerMTok] of lines) exact += BigInt(tokens) * BigInt(nanoPerMTok)
  const nanos = (exact + 999_999n) / 1_000_000n
  return nanos <= BigInt(Number.MAX_SAFE_INTEGER) ? (Number(nanos) as NanoUsd) : undefined
}
