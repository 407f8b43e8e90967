/** The wires of three providers by `fetch` alone, on a provider that keeps its bill and the wire of a gate. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { createProvider, type Provider } from '../../../collector/capture/provider.ts'
import { DENIED, type GateStub, startGate } from '../../test/gate-stub.ts'
import { type Handle, outrider } from '../index.ts'
import { governedFetch } from './index.ts'

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

const messages = [{ role: 'user', content: 'The weather?' }]
const contents = [{ role: 'user', parts: [{ text: 'The weather?' }] }]
const post = (path: string, body: object, send = governedFetch()) =>
  send(`${provider.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

const wires = [
  ['chat completions', '/v1/chat/completions', { model: 'gpt-4o', messages }, 'openai'],
  ['responses', '/v1/responses', { model: 'gpt-5', input: messages }, 'openai'],
  ['messages', '/v1/messages', { model: 'claude-sonnet-4-5', max_tokens: 100, messages }, 'anthropic'],
  ['gemini', '/v1beta/models/gemini-2.5-pro:generateContent', { contents }, 'gcp.gemini'],
] as const

it.each(wires)('%s: asks, settles with the bill, and answers the very bytes', async (_, path, body, name) => {
  const answer = (await (await post(path, body)).json()) as object
  await handle.flush()
  const { input, output, model } = provider.log.at(-1) ?? {}
  expect(gate.checks).toMatchObject([{ kind: 'model', provider: name, model }])
  expect(gate.settles).toMatchObject([{ usage: { inputTokens: input, outputTokens: output }, status: 'ok' }])
  const bare = (await (await post(path, body, fetch)).json()) as object
  expect(Object.keys(answer)).toEqual(Object.keys(bare))
})

it.each([
  ['chat completions', '/v1/chat/completions', { model: 'gpt-4o', messages, stream: true }],
  ['responses', '/v1/responses', { model: 'gpt-5', input: messages, stream: true }],
  ['messages', '/v1/messages', { model: 'claude-sonnet-4-5', max_tokens: 100, messages, stream: true }],
  ['gemini', '/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse', { contents }],
])('a stream of %s: settled with the bill, and nothing in it that was not asked for', async (_, path, body) => {
  const text = await (await post(path, body)).text()
  await handle.flush()
  const { input, output } = provider.log.at(-1) ?? {}
  expect(gate.settles).toMatchObject([{ usage: { inputTokens: input, outputTokens: output }, status: 'ok' }])
  const kinds = (stream: string) => [...stream.matchAll(/^data: (.*)$/gm)].map(([, data]) => shape(data ?? ''))
  expect(kinds(text)).toEqual(kinds(await (await post(path, body, fetch)).text()))
})

const shape = (data: string) => (data === '[DONE]' ? data : Object.keys(JSON.parse(data) as object).join())

it('the limit reaches each wire', async () => {
  gate.answer = () => ({ maxOutputTokens: 10 })
  for (const [, path, body] of wires) {
    await (await post(path, body)).text().catch(() => {})
    expect(provider.log.at(-1)?.finish).not.toMatch(/^(stop|end_turn|STOP|completed)$/)
  }
})

it('another model of a degraded verdict stands in the body, or in the address', async () => {
  gate.answer = () => ({ decision: 'degrade', model: 'gemini-2.5-flash' })
  for (const at of [0, 3] as const) {
    await (await post(wires[at][1], wires[at][2])).text()
    expect(provider.log.at(-1)?.model).toBe('gemini-2.5-flash')
  }
})

it('a refusal sends nothing; a failed answer comes back and gives the hold back', async () => {
  const from = provider.log.length
  gate.answer = () => DENIED
  await expect(post('/v1/chat/completions', { model: 'gpt-4o', messages })).rejects.toMatchObject({
    code: 'BUDGET_EXCEEDED',
  })
  expect(provider.log).toHaveLength(from)
  gate.answer = () => ({})
  const refused = await post('/v1/chat/completions', { model: 'gpt-4o-context', messages })
  expect([refused.status, await refused.json()]).toMatchObject([400, { error: { code: 'context_length_exceeded' } }])
  await gate.reached('releases', 1)
})

it('all else is sent as it is, or by its description', async () => {
  await post('/v1/files', { purpose: 'batch' })
  expect(gate.checks).toEqual([])
  const describe = ({ body }: { body: unknown }) => ({
    model: 'acme-1',
    provider: 'acme',
    input: body,
    answer: (call: { usage(usage: object): void }) => call.usage({ inputTokens: 7, outputTokens: 3 }),
  })
  const send = governedFetch({ describe, fetch: async () => Response.json({ text: 'hi' }) })
  expect(await (await post('/generate', { prompt: 'hi' }, send)).json()).toEqual({ text: 'hi' })
  await handle.flush()
  expect(gate.checks).toMatchObject([{ provider: 'acme', model: 'acme-1' }])
  expect(gate.settles).toMatchObject([{ usage: { inputTokens: 7, outputTokens: 3 } }])
})
