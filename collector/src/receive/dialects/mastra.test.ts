import { expect, test } from 'vitest'
import { read } from './sample.ts'

test.each([
  ['agent_run', 'invoke_agent', 'agent'],
  ['model_inference', 'chat', 'llm'],
  ['model_generation', 'chat', 'llm'],
  ['model_generation', 'model_generation', 'chain'],
  ['model_step', 'agent_step', 'chain'],
  ['model_chunk', 'model_chunk', 'other'],
  ['tool_call', 'execute_tool', 'tool'],
  ['mcp_tool_call', 'execute_tool', 'tool'],
  ['rag_embedding', 'embeddings', 'embedding'],
  ['rag_vector_operation', 'rag_vector_operation', 'retrieval'],
  ['workflow_run', 'invoke_workflow', 'chain'],
  ['workflow_parallel', 'workflow_parallel', 'chain'],
  ['scorer_run', 'scorer_run', 'eval'],
  ['new_thing', 'new_thing', 'other'],
])('%s as %s is kind %s', (type, operation, kind) => {
  const span = read({ 'mastra.span.type': type, 'gen_ai.operation.name': operation, 'gen_ai.request.model': 'm' })
  expect(span).toMatchObject({ dialect: 'mastra', kind })
})

const call = { 'mastra.span.type': 'model_inference', 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'gpt-5' }

test('a call', () => {
  const span = read({
    ...call,
    'gen_ai.usage.input_tokens': 1200,
    'gen_ai.usage.output_tokens': 104,
    'gen_ai.usage.reasoning_tokens': 64,
    'gen_ai.usage.cache_read.input_tokens': 1024,
    'gen_ai.usage.cache_creation.5m_input_tokens': 7,
    'gen_ai.response.finish_reasons': '["tool-calls"]',
    'mastra.metadata.sessionId': 's',
    'mastra.metadata.userId': 'u',
    'mastra.completion_start_time': new Date(1_763_000_000_090).toISOString(),
  })
  expect(span).toMatchObject({
    inputTokens: 1200,
    outputTokens: 104,
    reasoningTokens: 64,
    cacheReadTokens: 1024,
    cacheWriteTokens: null,
    finishReason: 'tool_calls',
    sessionId: 's',
    userId: 'u',
    ttftMs: 90,
    // calls that are not streamed tell it too
    streaming: null,
  })
})

test('a first token before the start is unknown', () => {
  expect(read({ ...call, 'mastra.completion_start_time': '2001-01-01T00:00:00Z' }).ttftMs).toBe(null)
})

test('a failed call has status OK and repeats the model that it asked', () => {
  const failed = { 'gen_ai.response.finish_reasons': '["error"]', 'gen_ai.response.model': 'gpt-5' }
  expect(read({ ...call, ...failed }, { statusCode: 1 })).toMatchObject({
    status: 'error',
    finishReason: 'error',
    requestModel: 'gpt-5',
    responseModel: null,
  })
})

test('what went in and out is content under each name', () => {
  const span = read({
    'mastra.span.type': 'agent_run',
    'mastra.agent_run.input': 'in',
    'mastra.agent_run.output': 'out',
  })
  expect(span).toMatchObject({ input: 'in', output: 'out' })
  expect(Object.keys(span.attributes)).toEqual(['mastra.span.type'])
})

test('workflows: their name, and a failure that the status hides', () => {
  const workflow = { 'mastra.span.type': 'workflow_run', 'gen_ai.operation.name': 'invoke_workflow' }
  const failed = { ...workflow, 'mastra.workflow_run.status': 'failed' }
  expect(read(workflow, { name: 'invoke_workflow trips' })).toMatchObject({ workflow: 'trips', status: 'unset' })
  expect(read(failed, { name: 'invoke_workflow trips' }).status).toBe('error')
})

test.each([
  ['{"score":0.75,"reason":"close"}', 0.75],
  ['{"score":"high"}', null],
  ['none', null],
])('a scorer that says %s gives %s', (output, score) => {
  expect(read({ 'mastra.span.type': 'scorer_run', 'mastra.scorer_run.output': output }).score).toBe(score)
})
