import { expect, test } from 'vitest'
import { read } from './sample.ts'

test.each([
  ['"CHAT_MODEL"', 'llm'],
  ['LLM', 'llm'],
  ['"EMBEDDING"', 'embedding'],
  ['"AGENT"', 'agent'],
  ['"TOOL"', 'tool'],
  ['"CHAIN"', 'chain'],
  ['"RETRIEVER"', 'retrieval'],
  ['"UNKNOWN"', 'other'],
  ['"', 'other'],
])('%s is kind %s', (type, kind) => {
  expect(read({ 'mlflow.spanType': type, 'mlflow.llm.model': '"m"' })).toMatchObject({ dialect: 'mlflow', kind })
})

test('a call: names in quotes, usage and cost as JSON', () => {
  const span = read({
    'mlflow.spanType': '"CHAT_MODEL"',
    'mlflow.llm.model': '"claude-sonnet-4-5"',
    'mlflow.llm.provider': '"anthropic"',
    'mlflow.chat.tokenUsage':
      '{"input_tokens":10,"output_tokens":5,"total_tokens":135,"cache_read_input_tokens":100,"cache_creation_input_tokens":20}',
    'mlflow.llm.cost': '{"input_cost":0.1,"output_cost":0.2,"total_cost":0.3}',
    'mlflow.linkedPrompts': '[{"name":"plan","version":"3"}]',
    'mlflow.spanInputs': '{"q":1}',
    'mlflow.spanOutputs': '"a"',
    'mlflow.trace.session': '"s"',
    'user.id': 'u',
  })
  expect(span).toMatchObject({
    provider: 'anthropic',
    requestModel: 'claude-sonnet-4-5',
    inputTokens: 130,
    outputTokens: 5,
    cacheReadTokens: 100,
    cacheWriteTokens: 20,
    costNano: 300_000_000,
    promptName: 'plan',
    promptVersion: '3',
    input: '{"q":1}',
    output: '"a"',
    sessionId: 's',
    userId: 'u',
    warnings: ['input_tokens_without_cache'],
  })
})

test('the outer span of the AI SDK is no call although MLflow says so', () => {
  const outer = { 'mlflow.spanType': '"LLM"', 'ai.operationId': 'ai.generateText', 'ai.usage.inputTokens': 9 }
  expect(read(outer)).toMatchObject({ counted: false })
})

test('tools, retrievals and agents', () => {
  const told = { 'mlflow.spanInputs': 'in', 'mlflow.spanOutputs': 'out' }
  const of = (type: string) => read({ 'mlflow.spanType': JSON.stringify(type), ...told }, { name: 'x' })
  expect(of('TOOL')).toMatchObject({ toolName: 'x', toolArgs: 'in', input: null, output: 'out' })
  expect(of('RETRIEVER')).toMatchObject({ retrievalQuery: 'in', retrievalDocuments: 'out' })
  expect(of('AGENT')).toMatchObject({ agent: 'x' })
})

test('totals of a trace are never usage', () => {
  expect(read({ 'mlflow.spanType': '"LLM"', 'mlflow.trace.tokenUsage': '{"input_tokens":9}' }).inputTokens).toBe(null)
})
