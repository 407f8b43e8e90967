import { expect, test } from 'vitest'
import { read } from './sample.ts'

const model = { 'genkit:type': 'action', 'genkit:metadata:subtype': 'model', 'genkit:name': 'openai/gpt-5' }

test.each([
  ['model', 'llm'],
  ['embedder', 'embedding'],
  ['tool', 'tool'],
  ['flow', 'chain'],
  ['retriever', 'retrieval'],
  ['evaluator', 'eval'],
  ['new', 'other'],
])('%s is kind %s', (subtype, kind) => {
  expect(read({ 'genkit:type': 'action', 'genkit:metadata:subtype': subtype })).toMatchObject({
    dialect: 'genkit',
    kind,
  })
})

test('a call, with what only the raw answer says', () => {
  const output = {
    finishReason: 'stop',
    usage: { inputTokens: 1200, outputTokens: 104, totalTokens: 1304 },
    raw: {
      id: 'chatcmpl-0',
      model: 'gpt-5-2025-08-07',
      choices: [{ finish_reason: 'tool_calls' }],
      usage: {
        prompt_tokens: 1200,
        prompt_tokens_details: { cached_tokens: 1024 },
        completion_tokens_details: { reasoning_tokens: 64 },
      },
    },
  }
  expect(read({ ...model, 'genkit:output': JSON.stringify(output) })).toMatchObject({
    provider: 'openai',
    requestModel: 'gpt-5',
    responseModel: 'gpt-5-2025-08-07',
    responseId: 'chatcmpl-0',
    finishReason: 'tool_calls',
    inputTokens: 1200,
    outputTokens: 104,
    cacheReadTokens: 1024,
    reasoningTokens: 64,
    counted: true,
  })
})

test('Gemini counts thoughts beside the output', () => {
  const usage = { inputTokens: 100, outputTokens: 20, thoughtsTokens: 30, cachedContentTokens: 60, totalTokens: 150 }
  const span = read({
    ...model,
    'genkit:name': 'googleai/gemini-2.5-flash',
    'genkit:output': JSON.stringify({ finishReason: 'stop', usage }),
  })
  expect(span).toMatchObject({
    provider: 'gcp.gemini',
    requestModel: 'gemini-2.5-flash',
    inputTokens: 100,
    outputTokens: 50,
    cacheReadTokens: 60,
    reasoningTokens: 30,
    finishReason: 'stop',
  })
})

test('the helper span above repeats the usage and is no call', () => {
  const output = JSON.stringify({ finishReason: 'stop', usage: { inputTokens: 9, outputTokens: 9 } })
  expect(read({ 'genkit:type': 'util', 'genkit:name': 'generate', 'genkit:output': output })).toMatchObject({
    kind: 'chain',
    counted: false,
    inputTokens: null,
  })
})

test('flows, tools, failures', () => {
  const of = (subtype: string, rest = {}) =>
    read({
      'genkit:type': 'action',
      'genkit:metadata:subtype': subtype,
      'genkit:name': 'x',
      'genkit:input': 'in',
      ...rest,
    })
  expect(of('flow')).toMatchObject({ workflow: 'x', input: 'in' })
  expect(of('tool', { 'genkit:state': 'error' })).toMatchObject({
    toolName: 'x',
    toolArgs: 'in',
    input: null,
    status: 'error',
  })
  expect(of('retriever', { 'genkit:output': '[]' })).toMatchObject({ retrievalQuery: 'in', retrievalDocuments: '[]' })
})

test.each(['{', '[]', '"text"', '{"usage":5,"raw":"x"}'])('an answer of %s says nothing', (output) => {
  expect(read({ ...model, 'genkit:output': output })).toMatchObject({ inputTokens: null, responseId: null })
})
