import { describe, expect, test } from 'vitest'
import { read } from './sample.ts'

const generation = { 'langfuse.observation.type': 'generation', 'langfuse.observation.model.name': 'gpt-5' }

test.each([
  ['generation', 'llm'],
  ['embedding', 'embedding'],
  ['agent', 'agent'],
  ['tool', 'tool'],
  ['chain', 'chain'],
  ['retriever', 'retrieval'],
  ['guardrail', 'guard'],
  ['evaluator', 'eval'],
  ['span', 'other'],
  ['event', 'other'],
  ['new', 'other'],
])('%s is kind %s', (type, kind) => {
  const span = read({ 'langfuse.observation.type': type }, { name: 'x' })
  expect(span).toMatchObject({ dialect: 'langfuse', kind })
})

test("a span that a wrapper marks as Langfuse's keeps its own kind", () => {
  const strands = {
    'langfuse.observation.type': 'span',
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.usage.input_tokens': 9,
  }
  expect(read(strands)).toMatchObject({ kind: 'agent', inputTokens: 9, counted: false })
})

describe('usage comes in parts', () => {
  test.each([
    [
      'OpenAI wrapper',
      { input: 250, output: 46, total: 1384, input_cached_tokens: 1024, output_reasoning_tokens: 64 },
      [1274, 110, 1024, null, 64],
    ],
    [
      'Anthropic, by hand',
      { input: 10, output: 5, cache_read_input_tokens: 100, cache_creation_input_tokens: 20 },
      [130, 5, 100, 20, null],
    ],
    [
      'cache by lifetime',
      { input: 10, output: 5, input_cache_read: 100, input_cache_creation: 20 },
      [130, 5, 100, 20, null],
    ],
    [
      'parts inside, as the total shows',
      { input: 100, output: 5, total: 105, input_cached_tokens: 60 },
      [100, 5, 60, null, null],
    ],
    ['names of OpenAI', { prompt_tokens: 100, completion_tokens: 5, total_tokens: 105 }, [100, 5, null, null, null]],
    [
      'Anthropic as it answers',
      { input_tokens: 100, output_tokens: 5, cache_read_input_tokens: 60, cache_creation_input_tokens: 10 },
      [170, 5, 60, 10, null],
    ],
    ['only an output', { output: 5 }, [null, 5, null, null, null]],
    ['numbers as text', { input: '100', output: '5' }, [100, 5, null, null, null]],
    ['nonsense', { input: -1, output: 'many' }, [null, null, null, null, null]],
  ])('%s', (_, usage, [inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens]) => {
    const span = read({ ...generation, 'langfuse.observation.usage_details': JSON.stringify(usage) })
    expect(span).toMatchObject({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens })
  })
  test.each(['{', '[]', 'null', '""'])('%s says nothing', (usage) => {
    expect(read({ ...generation, 'langfuse.observation.usage_details': usage }).inputTokens).toBe(null)
  })
})

test('who, which prompt, what it cost', () => {
  const span = read({
    ...generation,
    'user.id': 'u',
    'session.id': 's',
    'langfuse.trace.name': 'trip',
    'langfuse.trace.tags': '["beta"]',
    'langfuse.observation.prompt.name': 'plan',
    'langfuse.observation.prompt.version': 3,
    'langfuse.observation.cost_details': '{"total":0.5}',
    'langfuse.observation.input': 'in',
    'langfuse.observation.output': 'out',
  })
  expect(span).toMatchObject({
    userId: 'u',
    sessionId: 's',
    workflow: 'trip',
    tags: ['beta'],
    promptName: 'plan',
    promptVersion: '3',
    costNano: 500_000_000,
    input: 'in',
    output: 'out',
    responseModel: 'gpt-5',
    requestModel: null,
  })
})

test('a failure stands beside the status; its zero cost is unknown', () => {
  const span = read({
    ...generation,
    'langfuse.observation.level': 'ERROR',
    'langfuse.observation.status_message': 'Error: 429 Rate limit reached',
    'langfuse.observation.cost_details': '{"input":0,"output":0,"total":0}',
  })
  expect(span).toMatchObject({
    status: 'error',
    errorType: '429',
    statusMessage: 'Error: 429 Rate limit reached',
    costNano: null,
    requestModel: 'gpt-5',
    responseModel: null,
  })
})

test('a stream tells the asked model and when its first token came', () => {
  const started = 1_763_000_000_000
  const at = (ms: number) => ({
    ...generation,
    'langfuse.observation.model.parameters': '{"stream":true}',
    'langfuse.observation.completion_start_time': JSON.stringify(new Date(started + ms).toISOString()),
  })
  expect(read(at(250))).toMatchObject({ streaming: true, ttftMs: 250, requestModel: 'gpt-5', responseModel: null })
  expect(read(at(-1)).ttftMs).toBe(null)
})

test('tools, retrievals and agents are named by their spans', () => {
  const told = { 'langfuse.observation.input': 'in', 'langfuse.observation.output': 'out' }
  const of = (type: string) => read({ 'langfuse.observation.type': type, ...told }, { name: 'x' })
  expect(of('tool')).toMatchObject({ toolName: 'x', toolArgs: 'in', input: null, output: 'out' })
  expect(of('retriever')).toMatchObject({ retrievalQuery: 'in', retrievalDocuments: 'out', input: null, output: null })
  expect(of('agent')).toMatchObject({ agent: 'x', input: 'in', output: 'out' })
})
