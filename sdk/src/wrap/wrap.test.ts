import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import { DeniedError, outrider, SettingError } from '@outrider/sdk'
import OpenAI, { AzureOpenAI } from 'openai'
import { zodResponseFormat } from 'openai/helpers/zod'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { DENIED, type GateStub, startGate } from '../../test/gate-stub.ts'
import { type ProviderStub, startProviderStub } from '../../test/provider-stub.ts'
import type { Handle } from '../handle.ts'
import { createWrap } from './wrap.ts'

let provider: ProviderStub
let gate: GateStub
let telemetry: Handle
beforeEach(async () => {
  provider = await startProviderStub()
  gate = await startGate()
  telemetry = outrider.start({ service: 'wrapped', collector: gate.url, onUnavailable: 'deny' })
})
afterEach(async () => {
  await telemetry.shutdown()
  await gate[Symbol.asyncDispose]()
  await provider[Symbol.asyncDispose]()
})

const messages = [{ role: 'user' as const, content: 'Where is my order?' }]
const model = 'gpt-4o-mini'
const bareOpenai = () => new OpenAI({ apiKey: 'none', baseURL: `${provider.url}/v1`, maxRetries: 0 })
const openai = () => outrider.wrap(bareOpenai())
const anthropic = () => outrider.wrap(new Anthropic({ apiKey: 'none', baseURL: provider.url, maxRetries: 0 }))
const google = () => outrider.wrap(new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: provider.url } }))
const claude = { model: 'claude-haiku-4-5', max_tokens: 100, messages }
const gemini = { model: 'gemini-2.5-flash', contents: 'Where is my order?' }

async function drain<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const pieces: T[] = []
  for await (const piece of stream) pieces.push(piece)
  return pieces
}

/** Every way into a provider: how it is asked, and what the books must say. */
const ways: readonly (readonly [
  string,
  () => Promise<unknown>,
  { input?: number; output?: number; operation?: string },
])[] = [
  ['chat', () => openai().chat.completions.create({ model, messages }), {}],
  ['chat, streamed', async () => drain(await openai().chat.completions.create({ model, messages, stream: true })), {}],
  [
    'chat, parsed by zod',
    async () => {
      provider.words = ['{"order"', ':7}']
      const format = zodResponseFormat(z.object({ order: z.number() }), 'order')
      const { choices } = await openai().chat.completions.parse({ model, messages, response_format: format })
      expect(choices[0]?.message.parsed).toEqual({ order: 7 })
    },
    { output: 2 },
  ],
  ['chat, its helper', () => openai().chat.completions.stream({ model, messages }).finalContent(), {}],
  ['responses', () => openai().responses.create({ model, input: 'hi' }), {}],
  ['responses, streamed', async () => drain(await openai().responses.create({ model, input: 'hi', stream: true })), {}],
  ['responses, its helper', () => openai().responses.stream({ model, input: 'hi' }).finalResponse(), {}],
  [
    'completions',
    () => openai().completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: 'hi', max_tokens: 9 }),
    { operation: 'text_completion' },
  ],
  [
    'completions, streamed',
    async () =>
      drain(await openai().completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: 'hi', stream: true })),
    { operation: 'text_completion' },
  ],
  [
    'embeddings',
    () => openai().embeddings.create({ model: 'text-embedding-3-small', input: 'hi' }),
    { output: 0, operation: 'embeddings' },
  ],
  [
    'images',
    () => openai().images.generate({ model: 'gpt-image-1', prompt: 'a cat' }),
    { operation: 'generate_content' },
  ],
  [
    'audio',
    () => openai().audio.transcriptions.create({ model: 'gpt-4o-transcribe', file: new File(['x'], 'a.mp3') }),
    { operation: 'generate_content' },
  ],
  ['messages', () => anthropic().messages.create(claude), {}],
  ['messages, streamed', async () => drain(await anthropic().messages.create({ ...claude, stream: true })), {}],
  ['messages, their helper', () => anthropic().messages.stream(claude).finalText(), {}],
  ['messages, beta', () => anthropic().beta.messages.create(claude), {}],
  ['generateContent', () => google().models.generateContent(gemini), { operation: 'generate_content' }],
  [
    'generateContent, streamed',
    async () => drain(await google().models.generateContentStream(gemini)),
    { operation: 'generate_content' },
  ],
  [
    'a chat of Google',
    () => google().chats.create({ model: gemini.model }).sendMessage({ message: 'hi' }),
    { operation: 'generate_content' },
  ],
]

it.each(ways)('%s: one question, one span, and what the provider billed', async (_, ask, wanted) => {
  const { input = 12, output = 7, operation = 'chat' } = wanted
  await outrider.run('w', ask)
  await telemetry.flush()
  expect(provider.log).toHaveLength(1)
  expect(gate.checks).toHaveLength(1)
  expect(gate.releases).toEqual([])
  expect(gate.settles).toMatchObject([{ status: 'ok', usage: { inputTokens: input, outputTokens: output } }])
  expect(gate.settles[0]?.holdId).toBe(gate.checks[0]?.id)
  const [span, run] = gate.spans
  expect(gate.spans).toHaveLength(2)
  expect(span?.parentSpanId).toBe(run?.spanId)
  expect(span?.spanId).toBe(gate.checks[0]?.spanId)
  expect(span?.attributes).toMatchObject({
    'gen_ai.operation.name': operation,
    'gen_ai.usage.input_tokens': input,
    'gen_ai.usage.output_tokens': output,
    'outrider.hold.id': gate.checks[0]?.id,
  })
})

it('a sound has no usage that could be told: what went in is settled', async () => {
  const sound = await openai().audio.speech.create({ model: 'gpt-4o-mini-tts', input: 'hello', voice: 'alloy' })
  expect(await sound.text()).toBe('sound')
  await gate.reached('settles', 1)
  expect(gate.settles).toMatchObject([{ status: 'ok' }])
})

it('tells what was asked and answered, with tools', async () => {
  const tools = [
    { type: 'function' as const, function: { name: 'lookup', parameters: { type: 'object', properties: {} } } },
  ]
  const stream = await openai().chat.completions.create({ model, messages, tools, stream: true })
  await drain(stream)
  await telemetry.flush()
  const { attributes } = gate.spans[0] ?? {}
  const parts = [
    { type: 'text', content: 'Your order is on its way.' },
    { type: 'tool_call', id: 'call_1', name: 'lookup', arguments: '{"order":7}' },
  ]
  expect(JSON.parse(String(attributes?.['gen_ai.output.messages']))).toEqual([{ role: 'assistant', parts }])
  expect(attributes).toMatchObject({
    'gen_ai.provider.name': 'openai',
    'gen_ai.response.finish_reasons': ['tool_calls'],
    'gen_ai.response.id': 'chatcmpl-1',
    'gen_ai.request.stream': true,
  })
  expect(attributes?.['gen_ai.response.time_to_first_chunk']).toBeGreaterThan(0)
  expect(gate.checks[0]?.input).toMatchObject({ tools })
})

describe('what is allowed is what is sent', () => {
  it.each([
    [
      'chat, no limit given',
      () => openai().chat.completions.create({ model, messages }),
      { max_completion_tokens: 30 },
    ],
    [
      'chat, the old limit',
      () => openai().chat.completions.create({ model, messages, max_tokens: 99 }),
      { max_tokens: 30 },
    ],
    [
      'chat, three answers',
      () => openai().chat.completions.create({ model, messages, max_completion_tokens: 50, n: 3 }),
      { max_completion_tokens: 10 },
    ],
    ['responses', () => openai().responses.create({ model, input: 'hi' }), { max_output_tokens: 30 }],
    ['completions', () => openai().completions.create({ model, prompt: ['a', 'b'] }), { max_tokens: 15 }],
    ['messages', () => anthropic().messages.create(claude), { max_tokens: 30 }],
    ['google', () => google().models.generateContent(gemini), { generationConfig: { maxOutputTokens: 30 } }],
  ])('%s', async (_, ask, sent) => {
    gate.answer = () => ({ maxOutputTokens: 30 })
    await ask()
    expect(provider.log[0]?.body).toMatchObject(sent)
  })

  it('a limit that is within what is allowed stays', async () => {
    gate.answer = ({ maxOutputTokens = 0 }) => ({ maxOutputTokens })
    await openai().chat.completions.create({ model, messages, max_completion_tokens: 7, n: 3 })
    expect(gate.checks[0]?.maxOutputTokens).toBe(21)
    expect(provider.log[0]?.body.max_completion_tokens).toBe(7)
  })

  it.each([
    ['openai', () => openai().chat.completions.create({ model, messages })],
    ['anthropic', () => anthropic().messages.create(claude)],
  ])('%s: a degraded verdict switches the model', async (_, ask) => {
    gate.answer = () => ({ decision: 'degrade', model: 'cheaper' })
    await ask()
    expect(provider.log[0]?.body.model).toBe('cheaper')
  })

  it('a degraded verdict switches the model of Google, which stands in the path', async () => {
    gate.answer = () => ({ decision: 'degrade', model: 'gemini-2.5-flash-lite' })
    await google().models.generateContent(gemini)
    expect(provider.log[0]?.path).toContain('gemini-2.5-flash-lite:generateContent')
  })

  it('a redacted input is what the provider gets', async () => {
    const redacted = { model, messages: [{ role: 'user', content: '[EMAIL]' }] }
    gate.answer = () => ({ decision: 'redact', input: redacted as never })
    await openai().chat.completions.create({ model, messages })
    expect(provider.log[0]?.body.messages).toEqual(redacted.messages)
  })
})

describe('a refusal', () => {
  it.each([
    ['chat', () => openai().chat.completions.create({ model, messages })],
    ['chat, streamed', () => openai().chat.completions.create({ model, messages, stream: true })],
    ['chat, its response', () => openai().chat.completions.create({ model, messages }).withResponse()],
    ['chat, raw', () => openai().chat.completions.create({ model, messages }).asResponse()],
    ['the helper', () => openai().chat.completions.stream({ model, messages }).finalContent()],
    ['messages', () => anthropic().messages.create(claude)],
    ['google', () => google().models.generateContent(gemini)],
    ['google, streamed', () => google().models.generateContentStream(gemini)],
  ])('%s: a DeniedError, and the provider hears nothing', async (name, ask) => {
    gate.answer = () => DENIED
    const denied = await Promise.resolve(ask()).catch((error: unknown) => error)
    const error = name === 'the helper' && !(denied instanceof DeniedError) ? (denied as Error).cause : denied
    expect(error).toBeInstanceOf(DeniedError)
    expect(error).toMatchObject({ code: 'BUDGET_EXCEEDED', retryable: false })
    expect(provider.log).toEqual([])
  })

  it('a person’s stop ends the stream under way, and says who', async () => {
    provider.behave('hangs')
    const stream = await openai().chat.completions.create({ model, messages, stream: true })
    const read = (async () => {
      for await (const chunk of stream)
        if (chunk.choices[0]?.delta.content === ' is') gate.tell({ scope: 'model', name: model, by: 'ada' })
    })()
    await expect(read).rejects.toMatchObject({ name: 'DeniedError', code: 'SWITCH_HELD' })
    await gate.reached('settles', 1)
    expect(gate.settles).toMatchObject([{ status: 'cancelled', streamedTokens: 3 }])
  })
})

describe('a client and its view', () => {
  it('the client itself stays as it is', async () => {
    const bare = bareOpenai()
    const view = outrider.wrap(bare)
    await bare.chat.completions.create({ model, messages })
    expect(gate.checks).toEqual([])
    await view.chat.completions.create({ model, messages })
    expect(gate.checks).toHaveLength(1)
  })

  it('wrapping again is nothing new, by another copy of this package too', async () => {
    const bare = bareOpenai()
    const view = outrider.wrap(bare)
    expect(outrider.wrap(view)).toBe(view)
    expect(outrider.wrap(bare)).toBe(view)
    vi.resetModules()
    const copy = await import('./wrap.ts')
    expect(copy.createWrap).not.toBe(createWrap)
    const again = copy.createWrap({ start() {} })
    expect(again(view)).toBe(view)
    expect(again(bare)).toBe(view)
    await again(view).chat.completions.create({ model, messages })
    expect(gate.checks).toHaveLength(1)
  })

  it('other resources, batches and what is set go to the client', async () => {
    const bare = bareOpenai()
    const view = outrider.wrap(bare)
    expect(view.batches).toBe(bare.batches)
    expect(view.webhooks).toBe(bare.webhooks)
    expect(view.chat).toBe(view.chat)
    expect(view.chat.completions).toBeInstanceOf(OpenAI.Chat.Completions)
    view.maxRetries = 5
    expect(bare.maxRetries).toBe(5)
    await expect(view.models.list()).rejects.toBeInstanceOf(OpenAI.NotFoundError)
    expect(gate.checks).toEqual([])
  })

  it('what spends where nobody can hold it is said at its first use, once', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    try {
      const anthropic = new Anthropic({ apiKey: 'none', baseURL: provider.url })
      const google = new GoogleGenAI({ apiKey: 'none' })
      for (let time = 0; time < 2; time += 1) {
        void outrider.wrap(bareOpenai()).realtime
        void outrider.wrap(bareOpenai()).beta.threads
        void outrider.wrap(anthropic).messages.batches
        void outrider.wrap(google).live
        void outrider.wrap(bareOpenai(), { gate: false }).videos
      }
      const named = warn.mock.calls.map(([line]) => /`(\w+)` of a wrapped client/.exec(String(line))?.[1])
      expect(named.filter((name) => name !== 'batches')).toEqual(['realtime', 'threads', 'live'])
    } finally {
      warn.mockRestore()
    }
  })

  it.each([[null], [{}], [{ chat: {} }], ['openai']])('%j is no client that it knows', (thing) => {
    expect(() => outrider.wrap(thing as object)).toThrow(SettingError)
  })

  it('Azure: by its own class, path, and name', async () => {
    const azure = outrider.wrap(
      new AzureOpenAI({
        apiKey: 'none',
        apiVersion: '2024-10-21',
        baseURL: `${provider.url}/openai`,
        deployment: 'prod-4o',
      }),
      { provider: 'azure.ai.openai' },
    )
    expect(azure).toBeInstanceOf(AzureOpenAI)
    await azure.chat.completions.create({ model, messages })
    expect(provider.log[0]?.path).toContain('/deployments/prod-4o/chat/completions')
    expect(gate.checks[0]).toMatchObject({ provider: 'azure.ai.openai', model })
  })
})

it('without the gate a call is only seen', async () => {
  const seen = outrider.wrap(bareOpenai(), { gate: false })
  gate.answer = () => DENIED
  await drain(await seen.chat.completions.create({ model, messages, stream: true }))
  await telemetry.flush()
  expect([...gate.checks, ...gate.settles, ...gate.releases]).toEqual([])
  expect(gate.spans).toHaveLength(1)
  expect(gate.spans[0]?.attributes).toMatchObject({ 'gen_ai.usage.output_tokens': 7 })
  expect(gate.spans[0]?.attributes).not.toHaveProperty('outrider.hold.id')
})

it('a lease pays for wrapped calls: one question for many', async () => {
  await telemetry.shutdown()
  const terms = { model, inputNanoPerToken: 150, outputNanoPerToken: 600, requestNano: 0, maxOutputTokens: 50 }
  gate.answer = ({ kind }) => (kind === 'lease' ? { lease: terms, heldUsd: 0.5 } : {})
  telemetry = outrider.start({ service: 'wrapped', collector: gate.url, onUnavailable: 'deny', leaseUsd: 1 })
  const client = openai()
  await outrider.run('w', async () => {
    for (let call = 0; call < 5; call += 1)
      await client.chat.completions.create({ model, messages, max_completion_tokens: 50 })
  })
  await gate.reached('settles', 1)
  expect(gate.checks.map(({ kind }) => kind)).toEqual(['lease'])
  expect(provider.log.map(({ body }) => body.max_completion_tokens)).toEqual([50, 50, 50, 50, 50])
  expect(gate.settles).toMatchObject([{ usage: { inputTokens: 60, outputTokens: 35 } }])
})

it('retries: every try is told on the one span', async () => {
  provider.behave({ status: 503, times: 2, retryAfter: '0' })
  const client = outrider.wrap(new OpenAI({ apiKey: 'none', baseURL: `${provider.url}/v1`, maxRetries: 2 }))
  await client.chat.completions.create({ model, messages })
  await telemetry.flush()
  expect(gate.spans).toHaveLength(1)
  expect(gate.spans[0]?.attributes['outrider.attempt']).toBe(3)
  expect(gate.spans[0]?.events).toEqual(
    [1, 2].map((attempt) => ({
      name: 'outrider.attempt',
      attributes: { 'outrider.attempt': attempt, 'http.response.status_code': 503 },
    })),
  )
  expect(gate.settles).toHaveLength(1)
})

it('two answers of one chat with Google and its tools: two questions, two settles', async () => {
  let calls = 0
  const lookup = {
    tool: async () => ({ functionDeclarations: [{ name: 'lookup' }] }),
    callTool: async () => {
      calls += 1
      return [{ functionResponse: { name: 'lookup', response: { state: 'shipped' } } }]
    },
  }
  await google().models.generateContent({ ...gemini, config: { tools: [lookup] } })
  expect(calls).toBe(1)
  expect(provider.log).toHaveLength(2)
  await gate.reached('settles', 2)
  expect(gate.checks).toHaveLength(2)
})

it('a stream that is thrown away unread is settled once it is collected', async () => {
  const { setFlagsFromString } = await import('node:v8')
  const { runInNewContext } = await import('node:vm')
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  await (async () => void (await openai().chat.completions.create({ model, messages, stream: true })))()
  await expect
    .poll(
      () => {
        collect()
        return gate.settles.length
      },
      { timeout: 10_000, interval: 50 },
    )
    .toBe(1)
})
