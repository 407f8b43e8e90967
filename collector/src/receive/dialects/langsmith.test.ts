import { expect, test } from 'vitest'
import { event, read } from './sample.ts'

test.each([
  ['llm', 'chat', 'llm'],
  ['chain', 'chain', 'chain'],
  ['tool', 'execute_tool', 'tool'],
  ['retriever', 'embeddings', 'retrieval'],
  ['embedding', 'embeddings', 'embedding'],
  ['prompt', 'chat', 'chain'],
  ['parser', 'parser', 'other'],
])('%s, which it also calls %s, is kind %s', (own, operation, kind) => {
  const span = read({ 'langsmith.span.kind': own, 'gen_ai.operation.name': operation, 'gen_ai.usage.input_tokens': 1 })
  expect(span).toMatchObject({ dialect: 'langsmith', kind })
})

test('a call, with what only its usage metadata says', () => {
  const span = read({
    'langsmith.span.kind': 'llm',
    'gen_ai.system': 'langchain',
    'langsmith.metadata.ls_provider': 'openai',
    'langsmith.metadata.ls_model_name': 'gpt-5',
    'langsmith.metadata.session_id': 's',
    'langsmith.metadata.user_id': 'u',
    'langsmith.span.tags': 'a, b',
    'langsmith.request.streaming': true,
    'langsmith.usage_metadata':
      '{"input_tokens":1274,"output_tokens":110,"total_tokens":1384,"input_token_details":{"cache_read":1024},"output_token_details":{"reasoning":64},"total_cost":0.002}',
    'gen_ai.response.finish_reasons': 'stop, length',
    'gen_ai.prompt': '{}',
  })
  expect(span).toMatchObject({
    provider: 'openai',
    requestModel: 'gpt-5',
    sessionId: 's',
    userId: 'u',
    tags: ['a', 'b'],
    streaming: true,
    inputTokens: 1274,
    outputTokens: 110,
    cacheReadTokens: 1024,
    reasoningTokens: 64,
    costNano: 2_000_000,
    finishReason: 'stop',
    input: '{}',
  })
})

test('details of usage as JSON attributes', () => {
  const span = read({
    'langsmith.span.kind': 'llm',
    'gen_ai.usage.input_tokens': 100,
    'gen_ai.usage.input_token_details': '{"cache_read":60,"cache_creation":10}',
    'gen_ai.usage.output_token_details': '{"reasoning":3}',
  })
  expect(span).toMatchObject({ inputTokens: 100, cacheReadTokens: 60, cacheWriteTokens: 10, reasoningTokens: 3 })
})

test('a run that raised ends well by its status', () => {
  const events = [
    event('exception', { 'exception.type': 'Error', 'exception.message': 'Error: 429 Rate limit reached' }),
  ]
  const span = read({ 'langsmith.span.kind': 'llm' }, { events, statusCode: 1 })
  expect(span).toMatchObject({ status: 'error', errorType: '429', statusMessage: 'Error: 429 Rate limit reached' })
})

test('the root run names the workflow, a tool itself', () => {
  expect(read({ 'langsmith.span.kind': 'chain', 'langsmith.is_root': true }, { name: 'trip' }).workflow).toBe('trip')
  const told = { 'gen_ai.prompt': '{"q":1}', 'gen_ai.completion': '2' }
  expect(read({ 'langsmith.span.kind': 'tool', ...told }, { name: 'x' })).toMatchObject({
    toolName: 'x',
    toolArgs: '{"q":1}',
  })
  expect(read({ 'langsmith.span.kind': 'retriever', ...told })).toMatchObject({
    retrievalQuery: '{"q":1}',
    retrievalDocuments: '2',
    input: null,
  })
})
