import { describe, expect, test } from 'vitest'
import type { AttributeValue } from '../../span.ts'
import { chat, read } from './sample.ts'

test.each([
  ['chat', 'llm'],
  ['text_completion', 'llm'],
  ['generate_content', 'llm'],
  ['Chat', 'llm'],
  ['embeddings', 'embedding'],
  ['invoke_agent', 'agent'],
  ['create_agent', 'agent'],
  ['invoke_workflow', 'chain'],
  ['plan', 'chain'],
  ['agent_step', 'chain'],
  ['execute_tool', 'tool'],
  ['retrieval', 'retrieval'],
  ['search_memory', 'retrieval'],
  ['rerank', 'retrieval'],
  ['apply_guardrail', 'guard'],
  ['create_memory', 'other'],
  ['model_chunk', 'other'],
  ['a new one', 'other'],
  ['__proto__', 'other'],
])('operation %s is kind %s, whatever model it names', (operation, kind) => {
  expect(read({ 'gen_ai.operation.name': operation, 'gen_ai.request.model': 'gpt-4o' }).kind).toBe(kind)
})

describe('tokens include their parts', () => {
  const anthropic = { ...chat, 'gen_ai.provider.name': 'anthropic' }
  const cases: readonly [string, Record<string, AttributeValue>, string, number, number, string[]][] = [
    ['as the convention says', { i: 100, o: 10, r: 30, w: 20 }, 'scope', 100, 10, []],
    [
      'Traceloop JS over Anthropic',
      { i: 100, o: 10, r: 30, w: 20 },
      '@traceloop/instrumentation-anthropic',
      150,
      10,
      [],
    ],
    ['more cache than input', { i: 5, o: 10, r: 900, w: 20 }, 'scope', 925, 10, ['input_tokens_without_cache']],
    ['the total shows it', { i: 100, o: 10, r: 30, t: 140 }, 'scope', 130, 10, ['input_tokens_without_cache']],
    ['the total shows nothing', { i: 100, o: 10, r: 30, t: 110 }, 'scope', 100, 10, []],
    ['more reasoning than output', { i: 9, o: 10, g: 64 }, 'scope', 9, 74, ['output_tokens_without_reasoning']],
    ['the total shows reasoning', { i: 9, o: 10, g: 6, t: 25 }, 'scope', 9, 16, ['output_tokens_without_reasoning']],
    ['reasoning inside', { i: 9, o: 10, g: 6, t: 19 }, 'scope', 9, 10, []],
  ]
  const names: Record<string, string> = {
    i: 'gen_ai.usage.input_tokens',
    o: 'gen_ai.usage.output_tokens',
    r: 'gen_ai.usage.cache_read.input_tokens',
    w: 'gen_ai.usage.cache_creation.input_tokens',
    g: 'gen_ai.usage.reasoning_tokens',
    t: 'gen_ai.usage.total_tokens',
  }
  test.each(cases)('%s', (_, usage, scope, inputTokens, outputTokens, warnings) => {
    const told = Object.fromEntries(Object.entries(usage).map(([key, value]) => [names[key], value]))
    const span = read({ ...anthropic, ...told }, { scope: { name: scope, version: '' } })
    expect(span).toMatchObject({ inputTokens, outputTokens, warnings })
  })
})

test.each([
  ['stop', 'stop'],
  ['end_turn', 'stop'],
  ['endTurn', 'stop'],
  ['completed', 'stop'],
  ['STOP', 'stop'],
  ['FinishReason.STOP', 'stop'],
  ['tool-calls', 'tool_calls'],
  ['tool_call', 'tool_calls'],
  ['toolUse', 'tool_calls'],
  ['function_call', 'tool_calls'],
  ['MAX_TOKENS', 'length'],
  ['max_output_tokens', 'length'],
  ['content-filter', 'content_filter'],
  ['refusal', 'content_filter'],
  ['SAFETY', 'content_filter'],
  ['error', 'error'],
  ['pause_turn', 'other'],
  ['constructor', 'other'],
])('finish reason %s folds to %s and keeps its word', (word, finishReason) => {
  expect(read({ ...chat, 'gen_ai.response.finish_reasons': [word] })).toMatchObject({
    finishReason,
    finishReasonRaw: word,
  })
})

test.each([
  ['OpenAI', 'openai'],
  ['openai.responses', 'openai'],
  ['anthropic.messages', 'anthropic'],
  ['azure.ai.openai', 'azure.ai.openai'],
  ['az.ai.inference', 'azure.ai.inference'],
  ['aws.bedrock', 'aws.bedrock'],
  ['amazon-bedrock', 'aws.bedrock'],
  ['vertex_ai', 'gcp.vertex_ai'],
  ['google.vertex.chat', 'gcp.vertex_ai'],
  ['google.generative-ai', 'gcp.gemini'],
  ['gemini', 'gcp.gemini'],
  ['xai', 'x_ai'],
  ['acme', 'acme'],
  ['autogen', null],
  ['__proto__', '__proto__'],
])('provider %s is %s', (name, expected) => {
  expect(read({ ...chat, 'gen_ai.provider.name': name }).provider).toBe(expected)
})

test('names come from the span name where the convention puts them there', () => {
  const of = (operation: string, name: string) => read({ 'gen_ai.operation.name': operation }, { name })
  expect(of('invoke_agent', 'invoke_agent triage').agent).toBe('triage')
  expect(of('invoke_agent', 'anthropic.messages.tool_runner').agent).toBe(null)
  expect(of('execute_tool', 'execute_tool search').toolName).toBe('search')
  expect(of('invoke_workflow', 'invoke_workflow refund').workflow).toBe('refund')
  expect(of('invoke_agent', 'invoke_agent').agent).toBe(null)
})
