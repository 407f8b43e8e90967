import { describe, expect, it } from 'vitest'
import { read } from './sample.ts'

const call = { 'ai.operationId': 'ai.generateText.doGenerate', 'ai.model.id': 'm' }

it.each([
  ['ai.generateText', 'agent'],
  ['ai.streamText', 'agent'],
  ['ai.generateObject', 'agent'],
  ['ai.streamObject', 'agent'],
  ['ai.generateText.doGenerate', 'llm'],
  ['ai.streamText.doStream', 'llm'],
  ['ai.generateObject.doGenerate', 'llm'],
  ['ai.streamObject.doStream', 'llm'],
  ['ai.embed', 'chain'],
  ['ai.embedMany', 'chain'],
  ['ai.embed.doEmbed', 'embedding'],
  ['ai.embedMany.doEmbed', 'embedding'],
  ['ai.toolCall', 'tool'],
  ['ai.somethingNew', 'chain'],
])('%s is %s', (operation, kind) => {
  expect(read({ 'ai.operationId': operation, 'ai.telemetry.functionId': 'planner' })).toMatchObject({
    kind,
    agent: 'planner',
    dialect: 'vercel-ai',
  })
})

it('does not make an agent of a function without a name', () => {
  expect(read({ 'ai.operationId': 'ai.generateText' })).toMatchObject({ kind: 'chain', counted: false })
})

describe('tokens', () => {
  const anthropic = (metadata: object) => ({ 'ai.response.providerMetadata': JSON.stringify({ anthropic: metadata }) })

  it.each([
    [
      '4: nothing but the cache in the metadata',
      { 'ai.usage.promptTokens': 49 },
      { cacheCreationInputTokens: 5, cacheReadInputTokens: 20 },
    ],
    [
      "5: the provider's own count",
      { 'ai.usage.inputTokens': 49 },
      { usage: { input_tokens: 49, cache_creation_input_tokens: 5, cache_read_input_tokens: 20 } },
    ],
    [
      '6: counted again',
      { 'ai.usage.inputTokens': 74 },
      { usage: { input_tokens: 49, cache_creation_input_tokens: 5, cache_read_input_tokens: 20 } },
    ],
    [
      '6: with details',
      { 'ai.usage.inputTokens': 74, 'ai.usage.inputTokenDetails.noCacheTokens': 49 },
      { cacheCreationInputTokens: 5, cacheReadInputTokens: 20 },
    ],
  ])('Anthropic of version %s', (_, usage, metadata) => {
    expect(read({ ...call, ...usage, ...anthropic(metadata) })).toMatchObject({
      inputTokens: 74,
      cacheReadTokens: 20,
      cacheWriteTokens: 5,
    })
  })

  it('OpenAI of version 4', () => {
    const openai = '{"openai":{"reasoningTokens":7,"cachedPromptTokens":20}}'
    const usage = { 'ai.usage.promptTokens': 100, 'ai.usage.completionTokens': 30 }
    expect(read({ ...call, ...usage, 'ai.response.providerMetadata': openai })).toMatchObject({
      inputTokens: 100,
      outputTokens: 30,
      cacheReadTokens: 20,
      reasoningTokens: 7,
    })
  })

  it.each([
    ['NaN', { 'ai.usage.promptTokens': Number.NaN, 'ai.usage.completionTokens': null }],
    ['broken metadata', { 'ai.response.providerMetadata': '{"anthropic":{"usage":{"input_tokens":' }],
    [
      'metadata of wrong types',
      { 'ai.response.providerMetadata': '{"anthropic":[],"openai":{"reasoningTokens":"many"}}' },
    ],
  ])('are unknown with %s', (_, attributes) => {
    expect(read({ ...call, ...attributes })).toMatchObject({
      inputTokens: null,
      outputTokens: null,
      cacheReadTokens: null,
      reasoningTokens: null,
    })
  })

  it('count twice nowhere: OpenInference on the same span names a sum', () => {
    expect(
      read({ 'ai.operationId': 'ai.generateText', 'openinference.span.kind': 'LLM', 'llm.token_count.prompt': 5 }),
    ).toMatchObject({ kind: 'chain', counted: false })
  })
})

it('reads @ai-sdk/otel, whose names are those of the GenAI conventions', () => {
  const span = read(
    { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm', 'ai.settings.context.sessionId': 's' },
    { scope: { name: 'gen_ai', version: '' } },
  )
  expect(span).toMatchObject({ kind: 'llm', sessionId: 's', dialect: 'vercel-ai' })
})
