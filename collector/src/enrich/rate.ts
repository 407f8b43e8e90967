import { MAX_NANO_USD, type NanoUsd } from '@outrider/policies'
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

/** The dearest that a token of a call can cost, nano-dollars for a million of them, and what is billed a request. */
export interface Ceiling {
  /** Fresh, read from the cache or written to it. */
  readonly inputNanoPerMTok: number
  /** Text or reasoning. */
  readonly outputNanoPerMTok: number
  readonly requestNano: number
}

/** Price of one million tokens in nano-dollars, and from which input length on. Highest start first. */
type Steps = readonly Step[]
interface Step {
  readonly above: number
  readonly nanoPerMTok: number
  readonly isExact: boolean
}

/**
 * `null` where the price says nothing about tokens: models that are billed by the second, or whose price is unknown.
 * `inexact` where a price has more decimals than integers hold, e.g. a twelfth of a dollar. A part without a price of
 * its own costs what its whole costs.
 */
export function rateOf(price: ModelPrice): Rate | 'inexact' | null {
  const input = steps(price.input_mtok)
  const output = steps(price.output_mtok)
  if (input === null && output === null) return null
  const cacheRead = steps(price.cache_read_mtok)
  const cacheWrite = steps(price.cache_write_mtok)
  const reasoning = steps(price.output_reasoning_mtok)
  for (const part of [input, output, cacheRead, cacheWrite, reasoning]) {
    if (part?.some(({ isExact }) => !isExact)) return 'inexact'
  }
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

/**
 * The ceiling for calls of at most so much input: only tiers that it can reach count. Prices with more decimals than
 * integers hold are rounded up. `null` where the price says nothing about tokens.
 */
export function ceilingOf(price: ModelPrice, inputTokens: number): Ceiling | null {
  if (steps(price.input_mtok) === null && steps(price.output_mtok) === null) return null
  const dearest = (parts: readonly ModelPrice[string][]): number => {
    return Math.max(0, ...parts.flatMap((part) => reachable(steps(part) ?? [], inputTokens)))
  }
  return {
    inputNanoPerMTok: dearest([price.input_mtok, price.cache_read_mtok, price.cache_write_mtok]),
    outputNanoPerMTok: dearest([price.output_mtok, price.output_reasoning_mtok]),
    requestNano: typeof price.requests_kcount === 'number' ? Math.ceil(price.requests_kcount * 1e6) : 0,
  }
}

function reachable(all: Steps, inputTokens: number): readonly number[] {
  return all
    .filter(({ above }) => above < inputTokens)
    .map(({ nanoPerMTok, isExact }) => (isExact ? nanoPerMTok : nanoPerMTok + 1))
}

/** What so many tokens cost at most, rounded up; `undefined` beyond the largest amount. */
export function costAtMost(ceiling: Ceiling, inputTokens: number, outputTokens: number): NanoUsd | undefined {
  const cost = bill(ceiling.requestNano * 1e6, [
    [inputTokens, ceiling.inputNanoPerMTok],
    [outputTokens, ceiling.outputNanoPerMTok],
  ])
  return cost !== undefined && cost <= MAX_NANO_USD ? cost : undefined
}

function steps(price: ModelPrice[string]): Steps | null {
  if (price === undefined) return null
  if (typeof price === 'number') return [step(-1, price)]
  return [...price.tiers.map((tier) => step(tier.start, tier.price)), step(-1, price.base)].sort(
    (a, b) => b.above - a.above,
  )
}

function step(above: number, usd: number): Step {
  const scaled = usd * 1e9
  const nanoPerMTok = Math.round(scaled)
  // what is left is the noise of a decimal as a double, or decimals that are cut
  return { above, nanoPerMTok, isExact: Math.abs(scaled - nanoPerMTok) <= scaled * 2 ** -50 }
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
