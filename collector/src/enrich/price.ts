import { createHash } from 'node:crypto'
import { MAX_NANO_USD, type NanoUsd, nanoFromUsd } from '@outrider/policies'
import { calcPrice, type ModelPrice } from '@pydantic/genai-prices'
import type { Span } from '../span.ts'
import { type Ceiling, ceilingOf, costAtMost, type Rate, rateOf, type Usage } from './rate.ts'

/** A price of the operator's own: of a model the table lacks, or a negotiated one. It goes before the table. */
export interface UserPrice {
  /** As on the span, e.g. `openai`, `azure.ai.openai`; left out: any provider. */
  readonly provider?: string | undefined
  /** The whole name, case does not matter. */
  readonly model: string
  readonly inputUsdPerMTok: number
  readonly outputUsdPerMTok: number
  /** @default the input price */
  readonly cacheReadUsdPerMTok?: number | undefined
  /** @default the input price */
  readonly cacheWriteUsdPerMTok?: number | undefined
}

/** What of a call its price depends on. */
type Billable = Pick<
  Span,
  | 'kind'
  | 'counted'
  | 'startNs'
  | 'provider'
  | 'requestModel'
  | 'responseModel'
  | 'inputTokens'
  | 'outputTokens'
  | 'cacheReadTokens'
  | 'cacheWriteTokens'
  | 'reasoningTokens'
  | 'costNano'
  | 'costSource'
  | 'priceVersion'
>

/** A model call that is over, told by its usage alone. */
interface Used {
  readonly provider: string | null
  readonly model: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cacheReadTokens: number | null
  readonly cacheWriteTokens: number | null
  readonly reasoningTokens: number | null
}

export interface Pricer {
  /** Every table in use, e.g. `genai-prices@0.1.8` or `config:1f0c2a9b+genai-prices@0.1.8`. */
  readonly version: string
  /**
   * Gives `llm` and `embedding` calls their cost, and agents and chains whose own sum counts. A reported cost stays; where tokens are told and no price is known, or
   * half of the tokens are missing, the call is `unpriced` and its cost unknown: never 0.
   */
  price<T extends Billable>(call: T): T
  /**
   * The dearest that a call of at most so much input can cost a token, from now until a day from now: the highest of the
   * tiers that it can reach, cache writes at their premium, reasoning at its price. `null`: no price is known.
   */
  ceiling(provider: string | null, model: string, inputTokens: number, nowMs: number): Ceiling | null
  /** What this usage costs, as `price` says; `undefined` without a price. */
  cost(used: Used): NanoUsd | undefined
  /** What a call of so many tokens costs at most, by that ceiling; `MAX_NANO_USD` beyond it, `undefined` without a price. */
  most(
    provider: string | null,
    model: string,
    inputTokens: number,
    outputTokens: number,
    nowMs: number,
  ): NanoUsd | undefined
  /** Tokens that the model takes in and gives out together, as the table knows it. */
  contextWindow(provider: string | null, model: string, nowMs: number): number | null
}

/** A pricer whose own prices can be exchanged while it is in use. */
export function createExchangeablePricer(prices: readonly UserPrice[]): Pricer & {
  exchange(prices: readonly UserPrice[]): void
} {
  let current = createPricer(prices)
  return {
    get version() {
      return current.version
    },
    price: (call) => current.price(call),
    cost: (used) => current.cost(used),
    ceiling: (...call) => current.ceiling(...call),
    most: (...call) => current.most(...call),
    contextWindow: (...call) => current.contextWindow(...call),
    exchange(next) {
      current = createPricer(next)
    },
  }
}

/** The price table's name and version; the package shows no way to ask it. */
export const PRICE_TABLE = 'genai-prices@0.1.8'

/** What the table says about a model that is asked for before it is called. */
interface Ahead {
  /** All that may be in force within the day. */
  readonly prices: readonly ModelPrice[]
  readonly contextWindow: number | null
}

/** What is known about one model on one day: a rate, that the table must be asked for each call, or nothing. */
type Known = Rate | 'ask' | null

const DAY_MS = 86_400_000
const DAY_NS = 86_400_000_000_000n
const MS_NS = 1_000_000n
/** Models and days remembered; model names come from outside, so the memory has an end. */
const REMEMBERED = 4096

export function createPricer(prices: readonly UserPrice[]): Pricer {
  const ownPrices = new Map(prices.map((price) => [keyOf(price.provider ?? null, price.model), modelPrice(price)]))
  const own = ownRates(ownPrices)
  const ownVersion = `config:${createHash('sha256').update(JSON.stringify(prices)).digest('hex').slice(0, 8)}`
  const known = new Map<string, Known>()
  const foreseen = new Map<string, Ahead | null>()

  function ahead(provider: string | null, model: string, nowMs: number): Ahead | null {
    const key = `${Math.floor(nowMs / DAY_MS)} ${provider ?? ''} ${model}`
    const found = foreseen.get(key)
    if (found !== undefined) return found
    if (foreseen.size >= REMEMBERED) foreseen.clear()
    const seen = lookAhead(provider, model, nowMs)
    foreseen.set(key, seen)
    return seen
  }

  function ceiling(provider: string | null, model: string, inputTokens: number, nowMs: number): Ceiling | null {
    const rate = ownPrices.get(keyOf(provider, model)) ?? ownPrices.get(keyOf(null, model))
    const prices = rate === undefined ? (ahead(provider, model, nowMs)?.prices ?? []) : [rate]
    return prices.map((price) => ceilingOf(price, inputTokens)).reduce(dearer, null)
  }

  function tableRate(provider: string | null, model: string, startNs: bigint): Known {
    const key = `${startNs / DAY_NS} ${provider ?? ''} ${model}`
    const found = known.get(key)
    if (found !== undefined) return found
    if (known.size >= REMEMBERED) known.clear()
    const rate = look(provider, model, startNs)
    known.set(key, rate)
    return rate
  }

  const pricer: Pricer = {
    version: prices.length === 0 ? PRICE_TABLE : `${ownVersion}+${PRICE_TABLE}`,
    price<T extends Billable>(span: T): T {
      if (span.costNano !== null || !isBilled(span)) return span
      if (span.inputTokens === null && span.outputTokens === null) return span
      const usage = usageOf(span)
      if (usage === null) return unpriced(span)
      // the served model first: an alias or a deployment name says less
      for (const model of [span.responseModel, span.requestModel]) {
        if (model === null) continue
        const rate = own.get(keyOf(span.provider, model)) ?? own.get(keyOf(null, model))
        if (rate !== undefined) return priced(span, rate.cost(usage), ownVersion)
        const table = tableRate(span.provider, model, span.startNs)
        if (table === null) continue
        return priced(span, table === 'ask' ? asked(span, model, usage) : table.cost(usage), PRICE_TABLE)
      }
      return unpriced(span)
    },
    ceiling,
    most(provider, model, inputTokens, outputTokens, nowMs) {
      const found = ceiling(provider, model, inputTokens, nowMs)
      return found === null ? undefined : (costAtMost(found, inputTokens, outputTokens) ?? MAX_NANO_USD)
    },
    contextWindow: (provider, model, nowMs) => ahead(provider, model, nowMs)?.contextWindow ?? null,
    cost({ model, at, ...used }) {
      const told = {
        kind: 'llm',
        counted: true,
        responseModel: null,
        costNano: null,
        costSource: null,
        priceVersion: null,
      } as const
      const call: Billable = { ...told, ...used, requestModel: model, startNs: BigInt(at) * MS_NS }
      return (pricer.price(call).costNano ?? undefined) as NanoUsd | undefined
    },
  }
  return pricer
}

/** Model calls, and what alone tells the sum of some. */
function isBilled({ kind, counted }: Billable): boolean {
  return kind === 'llm' || kind === 'embedding' || (counted && (kind === 'agent' || kind === 'chain'))
}

function dearer(a: Ceiling | null, b: Ceiling | null): Ceiling | null {
  if (a === null || b === null) return a ?? b
  return {
    inputNanoPerMTok: Math.max(a.inputNanoPerMTok, b.inputNanoPerMTok),
    outputNanoPerMTok: Math.max(a.outputNanoPerMTok, b.outputNanoPerMTok),
    requestNano: Math.max(a.requestNano, b.requestNano),
  }
}

/** `null` where half of the usage is unknown: a cost without it would be wrong, not small. */
function usageOf(span: Billable): Usage | null {
  const output = span.outputTokens ?? (span.kind === 'embedding' ? 0 : null)
  if (span.inputTokens === null || output === null) return null
  const cacheRead = span.cacheReadTokens ?? 0
  const cacheWrite = span.cacheWriteTokens ?? 0
  return {
    // parts beyond their whole are told by a wrong count of the whole: what was billed is at least the parts
    input: Math.max(span.inputTokens, cacheRead + cacheWrite),
    output: Math.max(output, span.reasoningTokens ?? 0),
    cacheRead,
    cacheWrite,
    reasoning: span.reasoningTokens ?? 0,
  }
}

function priced<T extends Billable>(span: T, costNano: NanoUsd | undefined, priceVersion: string): T {
  return costNano === undefined ? unpriced(span) : { ...span, costNano, costSource: 'priced', priceVersion }
}

function unpriced<T extends Billable>(span: T): T {
  return { ...span, costSource: 'unpriced' }
}

function modelPrice(price: UserPrice): ModelPrice {
  return {
    input_mtok: nine(price.inputUsdPerMTok),
    output_mtok: nine(price.outputUsdPerMTok),
    cache_read_mtok: nine(price.cacheReadUsdPerMTok),
    cache_write_mtok: nine(price.cacheWriteUsdPerMTok),
  }
}

function ownRates(prices: ReadonlyMap<string, ModelPrice>): ReadonlyMap<string, Rate> {
  const rates = new Map<string, Rate>()
  for (const [key, price] of prices) {
    const rate = rateOf(price)
    if (rate !== null && rate !== 'inexact') rates.set(key, rate)
  }
  return rates
}

/** Money has nine decimals on our wire, and so in the configuration. */
function nine(usd: number | undefined): number | undefined {
  return usd === undefined ? undefined : Math.round(usd * 1e9) / 1e9
}

function keyOf(provider: string | null, model: string): string {
  return `${provider?.toLowerCase() ?? ''} ${model.toLowerCase()}`
}

/** Providers whose name the table spells in a way that it would not find by itself. */
const tableNames: Readonly<Record<string, string>> = {
  'azure.ai.openai': 'azure',
  'azure.ai.inference': 'azure',
  'gcp.gen_ai': 'google',
  x_ai: 'x-ai',
  moonshot_ai: 'moonshotai',
}

/** The table names the whole model; a provider that it does not know stays unpriced, whatever its model is called. */
function ask(provider: string | null, model: string, startNs: bigint, usage: Usage) {
  const providerId =
    provider === null ? providerIn(model) : Object.hasOwn(tableNames, provider) ? tableNames[provider] : provider
  const timestamp = new Date(Number(startNs / MS_NS))
  return calcPrice(
    {
      input_tokens: usage.input,
      output_tokens: usage.output,
      cache_read_tokens: usage.cacheRead,
      cache_write_tokens: usage.cacheWrite,
      output_reasoning_tokens: usage.reasoning,
    },
    model,
    providerId === undefined ? { timestamp } : { timestamp, providerId },
  )
}

/** What a model's name alone says of its provider; the table knows `gpt-`, `claude-` and others like them by itself. */
function providerIn(model: string): string | undefined {
  // of `vendor/model` the vendor: the table reads that form under this name
  if (model.includes('/')) return 'litellm'
  // others' names that begin like OpenAI's are none of its models and stay unpriced
  return /^text-embedding-/i.test(model) ? 'openai' : undefined
}

const nothing: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 }

function look(provider: string | null, model: string, startNs: bigint): Known {
  const found = ask(provider, model, startNs, nothing)
  if (found === null) return null
  const { prices } = found.model
  if (Array.isArray(prices) && prices.some((price) => price.constraint?.type === 'time_of_date')) return 'ask'
  const rate = rateOf(found.model_price)
  return rate === 'inexact' ? 'ask' : rate
}

/** Prices by the time of day are all counted; one that begins tomorrow counts today, because holds last. */
function lookAhead(provider: string | null, model: string, nowMs: number): Ahead | null {
  const found = [nowMs, nowMs + DAY_MS].flatMap((ms) => ask(provider, model, BigInt(ms) * MS_NS, nothing) ?? [])
  const [first] = found
  if (first === undefined) return null
  const { prices } = first.model
  const byTheClock = Array.isArray(prices) ? prices.filter(({ constraint }) => constraint?.type === 'time_of_date') : []
  return {
    prices: [...found.map(({ model_price }) => model_price), ...byTheClock.map((entry) => entry.prices)],
    contextWindow: first.model.context_window ?? null,
  }
}

function asked(span: Billable, model: string, usage: Usage): NanoUsd | undefined {
  const found = ask(span.provider, model, span.startNs, usage)
  return found === null ? undefined : nanoFromUsd(found.total_price)
}
