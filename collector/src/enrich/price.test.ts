import { readFileSync } from 'node:fs'
import { calcPrice, waitForUpdate } from '@pydantic/genai-prices'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sampleSpan } from '../../test/sample-span.ts'
import type { Span } from '../span.ts'
import { createPricer, PRICE_TABLE } from './price.ts'

const pricer = createPricer([])
const day = (iso: string) => BigInt(Date.parse(iso)) * 1_000_000n

function call(
  provider: string | null,
  model: string | null,
  inputTokens: number | null,
  outputTokens: number | null,
  rest: Partial<Span> = {},
) {
  return sampleSpan({ provider, requestModel: model, inputTokens, outputTokens, ...rest })
}

describe('figures worked out by hand', () => {
  const cases: readonly [string, Span, number][] = [
    // 1,000 x $2.50 + 100 x $10 a million
    ['plain', call('openai', 'gpt-4o', 1000, 100), 3_500_000],
    // 800 x $2.50 + 200 x $1.25 + 100 x $10
    ['cache reads inside the input', call('openai', 'gpt-4o', 1000, 100, { cacheReadTokens: 200 }), 3_250_000],
    // 100 x $3 + 600 x $0.30 + 300 x $3.75 + 50 x $15
    [
      'cache reads and writes',
      call('anthropic', 'claude-sonnet-4-5', 1000, 50, { cacheReadTokens: 600, cacheWriteTokens: 300 }),
      2_355_000,
    ],
    // 200,000 x $3 + 1,000 x $15 · one token more: 200,001 x $6 + 1,000 x $22.50
    ['up to the tier', call('anthropic', 'claude-sonnet-4-5', 200_000, 1000), 615_000_000],
    ['above the tier', call('anthropic', 'claude-sonnet-4-5', 200_001, 1000), 1_222_506_000],
    // 7 x $0.02 a million
    ['an embedding', call('openai', 'text-embedding-3-small', 7, null, { kind: 'embedding' }), 140],
    // reasoning is in the output and costs the same
    ['reasoning', call('openai', 'gpt-4o', 0, 100, { reasoningTokens: 60 }), 1_000_000],
    // 1 x $0.075 a million: part of a nano-dollar counts as one
    ['rounded up', call('openai', 'gpt-4o-mini', 1, 0, { cacheReadTokens: 1 }), 75],
    ['nothing used', call('openai', 'gpt-4o', 0, 0), 0],
  ]
  test.each(cases)('%s', (_, span, costNano) => {
    expect(pricer.price(span)).toMatchObject({ costNano, costSource: 'priced', priceVersion: PRICE_TABLE })
  })

  test('fractions of a nano-dollar are rounded up once, on the sum', () => {
    const cheap = createPricer([{ model: 'm', inputUsdPerMTok: 0.0001, outputUsdPerMTok: 0.0001 }])
    const cost = (input: number, output: number) => cheap.price(call(null, 'm', input, output)).costNano
    expect([cost(0, 0), cost(1, 0), cost(5, 5), cost(5, 6)]).toEqual([0, 1, 1, 2])
  })

  test('bills beyond 2^53 parts of a nano-dollar stay exact', () => {
    const own = createPricer([{ model: 'm', inputUsdPerMTok: 599.999999999, outputUsdPerMTok: 0.000000001 }])
    // 4,000,000,001 x 599,999,999,999 / 1,000,000 and one thousandth of a nano-dollar for the output
    expect(own.price(call(null, 'm', 4_000_000_001, 1000)).costNano).toBe(2_400_000_000_596_001)
  })
})

test('which model names the price: the served one, then the one asked for', () => {
  const served = call('openai', 'gpt-4o', 1000, 0, { responseModel: 'gpt-4o-mini' })
  expect(pricer.price(served).costNano).toBe(150_000)
  const deployment = call('azure.ai.openai', 'gpt-4o', 1000, 0, { responseModel: 'my-deployment' })
  expect(pricer.price(deployment).costNano).toBe(2_500_000)
})

test.each([
  ['no provider', null, 'gpt-4o'],
  ['no provider, vendor in the model', null, 'openai/gpt-4o'],
  ['no provider, an embedding of OpenAI', null, 'text-embedding-3-small'],
  ['Azure', 'azure.ai.openai', 'gpt-4o'],
  ['Gemini', 'gcp.gemini', 'gemini-2.5-flash'],
  ['Vertex', 'gcp.vertex_ai', 'gemini-2.5-flash'],
  ['Bedrock', 'aws.bedrock', 'anthropic.claude-3-5-sonnet-20240620-v1:0'],
  ['xAI', 'x_ai', 'grok-4'],
  ['Mistral', 'mistral_ai', 'mistral-large-latest'],
  ['Groq', 'groq', 'llama-3.3-70b-versatile'],
  ['DeepSeek, by the hour', 'deepseek', 'deepseek-chat'],
])('%s is priced', (_, provider, model) => {
  const span = pricer.price(call(provider, model, 1000, 1000))
  expect(span.costSource).toBe('priced')
  expect(span.costNano).toBeGreaterThan(0)
})

describe('unpriced is said, never zero', () => {
  test.each([
    ['an unknown model', call('openai', 'gpt-none', 10, 10)],
    ['an unknown provider, whatever its model is called', call('acme', 'gpt-4o', 10, 10)],
    ['no model', call('openai', null, 10, 10)],
    ['an embedding of nobody, named like OpenAI’s', call(null, 'text-embedding-004', 10, null, { kind: 'embedding' })],
    ['output unknown', call('openai', 'gpt-4o', 10, null)],
    ['input unknown', call('openai', 'gpt-4o', null, 10)],
    ['a model named like an object’s member', call('openai', '__proto__', 10, 10)],
  ])('%s', (_, span) => {
    expect(pricer.price(span)).toMatchObject({ costNano: null, costSource: 'unpriced', priceVersion: null })
  })
  test('a call that tells no tokens is not even that', () => {
    const span = call('openai', 'gpt-4o', null, null)
    expect(pricer.price(span)).toBe(span)
  })
})

test('a reported cost stays, and what is no call is left alone', () => {
  const reported = call('openai', 'gpt-4o', 10, 10, { costNano: 5, costSource: 'reported' })
  expect(pricer.price(reported)).toBe(reported)
  for (const kind of ['tool', 'other', 'retrieval'] as const) {
    const span = call('openai', 'gpt-4o', 10, 10, { kind })
    expect(pricer.price(span)).toBe(span)
  }
})

describe('the operator’s prices', () => {
  const own = createPricer([
    { provider: 'OpenAI', model: 'GPT-4o', inputUsdPerMTok: 1, outputUsdPerMTok: 2 },
    { model: 'acme-1', inputUsdPerMTok: 10, outputUsdPerMTok: 20, cacheReadUsdPerMTok: 1, cacheWriteUsdPerMTok: 12 },
    { provider: 'acme', model: 'acme-1', inputUsdPerMTok: 100, outputUsdPerMTok: 200 },
  ])
  test('go before the table', () => {
    const span = own.price(call('openai', 'gpt-4o', 1000, 100))
    expect(span.costNano).toBe(1_200_000)
    expect(span.priceVersion).toMatch(/^config:[0-9a-f]{8}$/)
    expect(own.version).toBe(`${span.priceVersion}+${PRICE_TABLE}`)
  })
  test('name a provider or any', () => {
    expect(own.price(call('acme', 'acme-1', 1000, 0)).costNano).toBe(100_000_000)
    expect(own.price(call('other', 'acme-1', 1000, 0)).costNano).toBe(10_000_000)
    expect(own.price(call(null, 'acme-1', 1000, 0)).costNano).toBe(10_000_000)
  })
  test('have cache prices, else the input price', () => {
    const cache = { cacheReadTokens: 500, cacheWriteTokens: 100 }
    expect(own.price(call(null, 'acme-1', 1000, 0, cache)).costNano).toBe(400 * 10_000 + 500 * 1_000 + 100 * 12_000)
    expect(own.price(call('acme', 'acme-1', 1000, 0, cache)).costNano).toBe(100_000_000)
  })
  test('leave other models to the table', () => {
    expect(own.price(call('openai', 'gpt-4o-mini', 1000, 0))).toMatchObject({ priceVersion: PRICE_TABLE })
  })
  test('change the version when they change', () => {
    const other = createPricer([{ model: 'acme-1', inputUsdPerMTok: 11, outputUsdPerMTok: 20 }])
    expect(other.version).not.toBe(own.version)
  })
})

test('the price is that of the day of the call', async () => {
  const dated = (await waitForUpdate())?.flatMap((provider) =>
    provider.models.flatMap((model) =>
      Array.isArray(model.prices)
        ? model.prices.flatMap(({ constraint, prices }) =>
            constraint?.type === 'start_date' && prices.input_mtok !== undefined
              ? [{ provider: provider.id, model: model.id, day: constraint.start_date }]
              : [],
          )
        : [],
    ),
  )
  expect(dated?.length).toBeGreaterThan(0)
  let changed = 0
  for (const { provider, model, day: start } of dated ?? []) {
    const at = (startNs: bigint) => pricer.price(call(provider, model, 1_000_000, 1_000_000, { startNs })).costNano
    const asked = (ms: number) =>
      calcPrice({ input_tokens: 1e6, output_tokens: 1e6 }, model, { providerId: provider, timestamp: new Date(ms) })
    const first = day(`${start}T00:00:00Z`)
    for (const startNs of [first - 1n, first, first + 86_399_999_999_999n]) {
      // some ids of the table are not found by the table itself
      const price = asked(Number(startNs / 1_000_000n))?.total_price
      expect(at(startNs), `${provider} ${model} ${startNs}`).toBe(price === undefined ? null : Math.round(price * 1e9))
    }
    if (at(first - 1n) !== at(first)) changed++
  }
  expect(changed).toBeGreaterThan(0)
})

test('for every model of the table and any usage the rate is the table’s own price', async () => {
  const models = ((await waitForUpdate()) ?? []).flatMap((provider) =>
    provider.models.map((model) => ({ provider: provider.id, model: model.id })),
  )
  expect(models.length).toBeGreaterThan(1000)
  const tokens = fc.oneof(fc.nat(1000), fc.nat(2_000_000))
  fc.assert(
    fc.property(
      fc.constantFrom(...models),
      tokens,
      tokens,
      tokens,
      tokens,
      tokens,
      (each, input, read, write, output, thought) => {
        const span = call(each.provider, each.model, input + read + write, output + thought, {
          cacheReadTokens: read,
          cacheWriteTokens: write,
          reasoningTokens: thought,
        })
        const expected = calcPrice(
          {
            input_tokens: input + read + write,
            cache_read_tokens: read,
            cache_write_tokens: write,
            output_tokens: output + thought,
            output_reasoning_tokens: thought,
          },
          each.model,
          { providerId: each.provider, timestamp: new Date(Number(span.startNs / 1_000_000n)) },
        )
        const { costNano } = pricer.price(span)
        if (costNano === null) return
        const nano = (expected?.total_price ?? Number.NaN) * 1e9
        // up to one nano-dollar above for rounding up, and the table's own noise of doubles
        expect(costNano).toBeGreaterThan(nano - 1e-3 - nano * 1e-12)
        expect(costNano).toBeLessThan(nano + 1 + nano * 1e-12)
      },
    ),
    { numRuns: 5000 },
  )
})

test('prices of more decimals than integers hold are the table’s own arithmetic', () => {
  // 1,923,769 cache writes x $0.08333333333333333 a million
  const span = call('openrouter', 'google/gemini-3-flash-preview', 1_923_769, 0, { cacheWriteTokens: 1_923_769 })
  expect(pricer.price(span)).toMatchObject({ costNano: 160_314_084, costSource: 'priced', priceVersion: PRICE_TABLE })
})

test('parts beyond their whole are billed, not subtracted', () => {
  const span = call('openai', 'gpt-4o', 10, 5, { cacheReadTokens: 100, reasoningTokens: 50 })
  expect(pricer.price(span).costNano).toBe(100 * 1250 + 50 * 10_000)
})

test('the table’s version is the one that is installed', () => {
  const { dependencies } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  expect(PRICE_TABLE).toBe(`genai-prices@${dependencies['@pydantic/genai-prices']}`)
})
