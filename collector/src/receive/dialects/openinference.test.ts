import { describe, expect, test } from 'vitest'
import { read } from './sample.ts'

test('a call, with what only its parameters say', () => {
  const span = read({
    'openinference.span.kind': 'LLM',
    'llm.provider': 'openai',
    'llm.model_name': 'gpt-4o-2024-08-06',
    'llm.invocation_parameters': '{"model":"gpt-4o","stream":true}',
    'llm.token_count.prompt': 100,
    'llm.token_count.completion': 20,
    'llm.token_count.prompt_details.cache_read': 60,
    'llm.token_count.completion_details.reasoning': 5,
    'llm.cost.total': 0.001,
    'llm.finish_reason': 'tool_calls',
    'input.value': '{"messages":[]}',
    'output.value': 'hi',
    'session.id': 's',
  })
  expect(span).toMatchObject({
    dialect: 'openinference',
    kind: 'llm',
    provider: 'openai',
    requestModel: 'gpt-4o',
    responseModel: 'gpt-4o-2024-08-06',
    streaming: true,
    inputTokens: 100,
    outputTokens: 20,
    cacheReadTokens: 60,
    reasoningTokens: 5,
    costNano: 1_000_000,
    finishReason: 'tool_calls',
    input: '{"messages":[]}',
    output: 'hi',
    sessionId: 's',
    counted: true,
  })
  expect(Object.keys(span.attributes)).not.toContain('input.value')
})

test('with the GenAI names on the same span each fact is read once, its own first', () => {
  const span = read({
    'openinference.span.kind': 'LLM',
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.usage.input_tokens': 999,
    'llm.token_count.prompt': 100,
    'gen_ai.usage.output_tokens': 20,
  })
  expect(span).toMatchObject({ kind: 'llm', inputTokens: 100, outputTokens: 20, operation: 'LLM' })
})

test('agents, tools and retrievals', () => {
  expect(
    read({ 'openinference.span.kind': 'AGENT', 'graph.node.id': 'triage', 'graph.node.parent_id': 'boss' }),
  ).toMatchObject({ kind: 'agent', agent: 'triage', parentAgent: 'boss', counted: false })
  expect(read({ 'openinference.span.kind': 'AGENT' }, { name: 'Researcher' }).agent).toBe('Researcher')
  expect(
    read({ 'openinference.span.kind': 'TOOL', 'tool.name': 'search', 'input.value': '{"q":1}', 'output.value': '42' }),
  ).toMatchObject({ kind: 'tool', toolName: 'search', toolArgs: '{"q":1}', input: null, output: '42' })
  expect(
    read({
      'openinference.span.kind': 'RETRIEVER',
      'input.value': 'rules',
      'retrieval.documents.0.document.id': 'a',
      'retrieval.documents.0.document.score': 0.5,
      'retrieval.documents.1.document.content': 'text',
    }),
  ).toMatchObject({
    kind: 'retrieval',
    retrievalQuery: 'rules',
    input: null,
    retrievalDocuments: '[{"id":"a","score":0.5},{"content":"text"}]',
  })
})

test.each([
  ['EMBEDDING', 'embedding'],
  ['RERANKER', 'retrieval'],
  ['GUARDRAIL', 'guard'],
  ['EVALUATOR', 'eval'],
  ['CHAIN', 'chain'],
  ['PROMPT', 'other'],
  ['llm', 'llm'],
  ['NEW', 'other'],
])('%s is kind %s', (word, kind) => {
  expect(read({ 'openinference.span.kind': word, 'llm.model_name': 'm' }).kind).toBe(kind)
})

test('parameters that are no JSON object say nothing', () => {
  for (const parameters of ['{', '[1]', 'null', 5]) {
    expect(read({ 'openinference.span.kind': 'LLM', 'llm.invocation_parameters': parameters }).requestModel).toBe(null)
  }
})

describe('the one slot for the model', () => {
  const slot = { 'openinference.span.kind': 'LLM', 'llm.model_name': 'gpt-4o' }
  const streamed = (stream: boolean) => ({ 'llm.invocation_parameters': JSON.stringify({ model: 'gpt-4o', stream }) })
  test.each([
    ['holds the asked model in a stream', streamed(true), 0, ['gpt-4o', null]],
    ['holds the served model of an answer', streamed(false), 1, ['gpt-4o', 'gpt-4o']],
    ['holds the asked model of a failure', {}, 2, ['gpt-4o', null]],
  ] as const)('%s', (_, rest, statusCode, [requestModel, responseModel]) => {
    expect(read({ ...slot, ...rest }, { statusCode })).toMatchObject({ requestModel, responseModel })
  })
})

test.each([
  ['{"id":"chatcmpl-1","object":"chat.completion"}', 'chatcmpl-1'],
  ['{"id":"resp_1"}', 'resp_1'],
  ['{ "id": "msg_01", "type": "message"}', 'msg_01'],
  ['{"id":"42","rows":[]}', null],
  ['It is {"id":"resp_1"}', null],
])('an answer of %s has the id %s', (output, responseId) => {
  expect(read({ 'openinference.span.kind': 'LLM', 'output.value': output }).responseId).toBe(responseId)
  expect(read({ 'openinference.span.kind': 'CHAIN', 'output.value': output }).responseId).toBe(null)
})
