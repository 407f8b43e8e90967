/** The real ChatOpenAI, bare and governed, on a provider that keeps its bill and the wire of a gate. */
import { ChatOpenAI } from '@langchain/openai'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { createProvider, type Provider } from '../../../collector/capture/provider.ts'
import { DENIED, type GateStub, startGate } from '../../test/gate-stub.ts'
import { startStalled } from '../../test/stalled.ts'
import { type Handle, outrider } from '../index.ts'
import { governed } from './index.ts'

let provider: Provider
let gate: GateStub
let handle: Handle

beforeAll(async () => {
  provider = await createProvider()
})
afterAll(() => provider.close())
beforeEach(async () => {
  gate = await startGate()
  handle = outrider.start({ collector: gate.url, onUnavailable: 'deny' })
})
afterEach(async () => {
  await handle.shutdown()
  await gate[Symbol.asyncDispose]()
})

const bare = (model = 'gpt-4o', url = provider.url, more: { useResponsesApi?: boolean } = {}) =>
  new ChatOpenAI({ model, apiKey: 'none needed', maxRetries: 0, configuration: { baseURL: `${url}/v1` }, ...more })

const settled = () => gate.settles.map(({ usage, status, finishReason }) => ({ ...usage, status, finishReason }))
const last = () => provider.log.at(-1)

it.each([
  ['chat completions', {}],
  ['responses', { useResponsesApi: true }],
])('asks, clamps and settles with what was billed: %s', async (_, api) => {
  gate.answer = () => ({ maxOutputTokens: 10 })
  const answer = await governed(bare('gpt-5', provider.url, api)).invoke('The weather?')
  expect(answer.content).not.toBe('')
  await handle.flush()
  expect(gate.checks).toMatchObject([{ kind: 'model', provider: 'openai', model: 'gpt-5' }])
  // ten tokens cut the answer short: the limit has reached the provider
  expect(last()?.finish).not.toBe('stop')
  const { input, output, cacheRead, reasoning } = last() ?? {}
  const usage = { inputTokens: input, outputTokens: output, cacheReadTokens: cacheRead, reasoningTokens: reasoning }
  expect(settled()).toMatchObject([{ ...usage, status: 'ok' }])
})

it.each([
  ['chat completions', {}],
  ['responses', { useResponsesApi: true }],
])('a stream is settled with what was billed, and is the same as bare: %s', async (_, api) => {
  const text = async (model: ChatOpenAI) =>
    (await Array.fromAsync(await model.stream('The weather?'))).map(({ content }) => content)
  const guarded = await text(governed(bare('gpt-4o', provider.url, api)))
  await handle.flush()
  expect(settled()).toMatchObject([{ inputTokens: last()?.input, outputTokens: last()?.output, status: 'ok' }])
  expect(guarded).toEqual(await text(bare('gpt-4o', provider.url, api)))
})

it('what is made of it is governed too, and it once', async () => {
  const model = governed(governed(bare()))
  expect(model).toBeInstanceOf(ChatOpenAI)
  const schema = z.object({ city: z.string() })
  const found = await model.withStructuredOutput(schema, { method: 'jsonSchema' }).invoke('Where?')
  expect(found).toEqual({ city: 'Lisbon' })
  await model.withConfig({ tags: ['x'] }).invoke('Where?')
  await model.bindTools([{ name: 'weather', description: 'w', schema }]).invoke('Where?')
  expect(gate.checks).toHaveLength(3)
})

it('a refusal calls nobody', async () => {
  gate.answer = () => DENIED
  const from = provider.log.length
  await expect(governed(bare()).invoke('hi')).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' })
  await expect(governed(bare()).stream('hi')).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' })
  expect(provider.log).toHaveLength(from)
})

it('calls the model that a degraded verdict names', async () => {
  gate.answer = () => ({ decision: 'degrade', model: 'gpt-4o-mini' })
  await governed(bare()).invoke('hi')
  expect(last()?.model).toBe('gpt-4o-mini')
})

it('a provider that refuses: the same error as bare, and the hold goes back', async () => {
  const failing = (model: ChatOpenAI) => model.invoke('hi').catch((error: unknown) => error)
  const [one, other] = [await failing(governed(bare('gpt-4o-context'))), await failing(bare('gpt-4o-context'))]
  expect(one).toMatchObject({ name: (other as Error).name, message: (other as Error).message })
  expect(Object.keys(one as object)).toEqual(Object.keys(other as object))
  await gate.reached('releases', 1)
})

it('the limit and the other model reach a stream as well, and a provider that writes on is cut', async () => {
  gate.answer = () => ({ decision: 'degrade', model: 'gpt-4o-mini', maxOutputTokens: 10 })
  const read = async () => Array.fromAsync(await governed(bare()).stream('hi'))
  await expect(read()).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' })
  expect(last()).toMatchObject({ model: 'gpt-4o-mini', finish: 'length' })
})

it('a stream that is left is settled', async () => {
  for await (const { content } of await governed(bare()).stream('hi')) if (content !== '') break
  await gate.reached('settles', 1)
  expect(gate.settles).toMatchObject([{ status: 'cancelled' }])
})

it.each(['abort', 'hang up'])('a stream that ends by %s is settled', async (ending) => {
  await using stalled = await startStalled()
  const stopper = new AbortController()
  const read = async () => {
    for await (const { content } of await governed(bare('gpt-4o', stalled.url)).stream('hi', {
      signal: stopper.signal,
    })) {
      if (content === '') continue
      if (ending === 'abort') stopper.abort()
      else stalled.hangUp()
    }
  }
  await expect(read()).rejects.toThrow()
  await gate.reached('settles', 1)
  expect(gate.settles).toMatchObject([{ status: ending === 'hang up' ? 'error' : 'cancelled' }])
})
