/** Wrapped clients on the real collector: what they spend is what the provider billed, and what guards hide stays hidden. */
import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Handle, outrider } from './src/index.ts'
import { type Collector, startCollector } from './test/collector.ts'
import { type ProviderStub, startProviderStub } from './test/provider-stub.ts'

let collector: Collector
let provider: ProviderStub
let handle: Handle
beforeAll(async () => {
  collector = await startCollector()
})
afterAll(() => collector[Symbol.asyncDispose]())
beforeEach(async () => {
  provider = await startProviderStub()
  handle = outrider.start({
    service: 'wrapped',
    collector: collector.url,
    onUnavailable: 'deny',
    gateTimeoutMs: 30_000,
  })
})
afterEach(async () => {
  await handle.shutdown()
  await provider[Symbol.asyncDispose]()
})

/** Nano-dollars a token. */
const NANO = { in: 2500, cached: 1250, out: 10_000 }
const model = 'gpt-4o'
const messages = [{ role: 'user' as const, content: 'Where is my order?' }]
const openai = () => outrider.wrap(new OpenAI({ apiKey: 'none', baseURL: `${provider.url}/v1`, maxRetries: 0 }))

interface Shown {
  readonly run: { readonly llmCalls: number; readonly costUsd: number; readonly inputTokens: number }
  readonly spans: readonly { readonly kind: string; readonly ttftMs: number | null; readonly output: string | null }[]
}
interface Balance {
  readonly key: string
  readonly limitUsd: number
  readonly spentUsd: number
  readonly heldUsd: number
  readonly unbackedUsd: number
  readonly ungovernedUsd: number
}
const balanceOf = async (traceId: string) =>
  ((await collector.get('/api/budgets')) as Balance[]).find(({ key }) => key === traceId)
const nano = (usd: number | undefined) => Math.round((usd ?? Number.NaN) * 1e9)

it('sixty streams at once never pass the cap; spent is what the provider billed, to the nano-dollar', async () => {
  let traceId = ''
  const client = openai()
  const one = async () => {
    const stream = await client.chat.completions.create({ model, messages, stream: true, max_completion_tokens: 100 })
    for await (const _ of stream);
  }
  const outcomes = await outrider.run('race', { budgetUsd: 0.02 }, (run) => {
    traceId = run.traceId
    return Promise.allSettled(Array.from({ length: 60 }, one))
  })
  await handle.flush()
  const denied = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []))
  expect(denied.length).toBeGreaterThan(0)
  for (const error of denied) expect(error).toMatchObject({ name: 'DeniedError', code: 'BUDGET_EXCEEDED' })
  expect(provider.log).toHaveLength(60 - denied.length)
  const billed = provider.log.reduce(
    (sum, { billed: { input, output } }) => sum + (input - 4) * NANO.in + 4 * NANO.cached + output * NANO.out,
    0,
  )
  const balance = await balanceOf(traceId)
  expect(balance).toMatchObject({ heldUsd: 0, unbackedUsd: 0, ungovernedUsd: 0 })
  expect(nano(balance?.spentUsd)).toBe(billed)
  const { run, spans } = (await collector.get(`/api/runs/${traceId}`)) as Shown
  expect(run.llmCalls).toBe(provider.log.length)
  expect(nano(run.costUsd)).toBe(billed)
  for (const span of spans.filter(({ kind }) => kind === 'llm')) expect(span.ttftMs).toBeGreaterThan(0)
})

it('a stream that is left is spent as far as it came', async () => {
  let traceId = ''
  await outrider.run('left', { budgetUsd: 1 }, async (run) => {
    traceId = run.traceId
    const stream = await openai().chat.completions.create({ model, messages, stream: true, max_completion_tokens: 100 })
    let words = 0
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content && ++words === 4) break
  })
  await handle.flush()
  const balance = await balanceOf(traceId)
  expect(balance?.heldUsd).toBe(0)
  // what went in, by its bound, and four tokens
  expect(nano(balance?.spentUsd)).toBeGreaterThan(12 * NANO.in + 4 * NANO.out)
  expect(nano(balance?.spentUsd)).toBeLessThan(80 * NANO.in + 8 * NANO.out)
})

describe('what guards hide', () => {
  const secret = 'max.miller@example.org'
  beforeEach(() => {
    provider.words = ['Write to ', 'max.mil', 'ler@exam', 'ple.org', ' or wait', ' a day', '.']
  })

  const text = async (pieces: AsyncIterable<unknown>): Promise<string> => {
    let all = ''
    for await (const piece of pieces) all += JSON.stringify(piece)
    return all
  }
  const claude = { model: 'claude-haiku-4-5', max_tokens: 100, messages }
  const anthropic = () => outrider.wrap(new Anthropic({ apiKey: 'none', baseURL: provider.url }))
  const google = () => outrider.wrap(new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: provider.url } }))
  const gemini = { model: 'gemini-2.5-flash', contents: 'hi' }

  it.each([
    ['chat', async () => JSON.stringify(await openai().chat.completions.create({ model, messages }))],
    ['chat, streamed', async () => text(await openai().chat.completions.create({ model, messages, stream: true }))],
    ['chat, its helper', async () => openai().chat.completions.stream({ model, messages }).finalContent()],
    ['chat, raw', async () => (await openai().chat.completions.create({ model, messages }).asResponse()).text()],
    [
      'chat, raw and streamed',
      async () => (await openai().chat.completions.create({ model, messages, stream: true }).asResponse()).text(),
    ],
    [
      'messages, raw and streamed',
      async () =>
        (
          await anthropic()
            .messages.create({ ...claude, stream: true })
            .asResponse()
        ).text(),
    ],
    ['responses', async () => (await openai().responses.create({ model, input: 'hi' })).output_text],
    ['responses, streamed', async () => text(await openai().responses.create({ model, input: 'hi', stream: true }))],
    ['messages', async () => JSON.stringify(await anthropic().messages.create(claude))],
    ['messages, streamed', async () => text(await anthropic().messages.create({ ...claude, stream: true }))],
    ['messages, their helper', async () => anthropic().messages.stream(claude).finalText()],
    ['google', async () => JSON.stringify(await google().models.generateContent(gemini))],
    ['google, streamed', async () => text(await google().models.generateContentStream(gemini))],
  ])('%s: no piece of it reaches the application', async (_, ask) => {
    const got = (await ask()) ?? ''
    expect(got).toContain('Write to')
    expect(got).toContain('<EMAIL_ADDRESS>')
    expect(got.replaceAll(/[^\w@.]/g, '')).not.toContain(secret)
    expect(got).not.toContain('ler@exam')
  })
})
