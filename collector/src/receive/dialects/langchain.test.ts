import { describe, expect, test } from 'vitest'
import type { AttributeValue } from '../../span.ts'
import type { RawSpan } from '../raw.ts'
import { read } from './sample.ts'

const scope = { name: '@arizeai/openinference-instrumentation-langchain', version: '4.1.1' }
const of = (kind: string, attributes: Record<string, AttributeValue>, rest: Partial<RawSpan> = {}) =>
  read({ 'openinference.span.kind': kind, ...attributes }, { scope, parentSpanId: 'b7ad6b7169203332', ...rest })

const answer = (kwargs: object) => JSON.stringify({ generations: [[{ text: 'a', message: { lc: 1, kwargs } }]] })
const metadata = (fields: object) => JSON.stringify(fields)

describe('what the answer says of itself', () => {
  test('OpenAI in JavaScript', () => {
    const output = answer({
      id: 'chatcmpl-1',
      response_metadata: { model_name: 'gpt-4o-2024-08-06', finish_reason: 'tool_calls' },
      usage_metadata: { input_tokens: 100, output_tokens: 5, input_token_details: { cache_read: 60 } },
    })
    expect(of('LLM', { 'llm.model_name': 'gpt-4o', 'output.value': output })).toMatchObject({
      requestModel: 'gpt-4o',
      responseModel: 'gpt-4o-2024-08-06',
      responseId: 'chatcmpl-1',
      finishReason: 'tool_calls',
      inputTokens: 100,
      outputTokens: 5,
      cacheReadTokens: 60,
    })
  })
  test('OpenAI in Python: the id of the message is of the run', () => {
    const output = answer({ id: 'run--019', response_metadata: { id: 'chatcmpl-2', model_name: 'gpt-4o-2024-08-06' } })
    expect(of('LLM', { 'llm.model_name': 'gpt-4o', 'output.value': output }).responseId).toBe('chatcmpl-2')
    expect(of('LLM', { 'output.value': answer({ id: 'run--019' }) }).responseId).toBe(null)
  })
  test('Anthropic', () => {
    const output = answer({
      id: 'run-1',
      response_metadata: { id: 'msg_1', model: 'claude-sonnet-4-5-20250929', stop_reason: 'tool_use' },
    })
    expect(of('LLM', { 'llm.model_name': 'claude-sonnet-4-5', 'output.value': output })).toMatchObject({
      requestModel: 'claude-sonnet-4-5',
      responseModel: 'claude-sonnet-4-5-20250929',
      responseId: 'msg_1',
      finishReason: 'tool_calls',
    })
  })
  test('what the span tells itself is not overwritten', () => {
    const output = answer({ usage_metadata: { input_tokens: 1, output_tokens: 2 } })
    expect(of('LLM', { 'llm.token_count.prompt': 100, 'output.value': output })).toMatchObject({
      inputTokens: 100,
      outputTokens: 2,
    })
  })
  test.each(['{', '{"generations":[]}', '{"generations":[["a"]]}', '{"generations":[[{"message":5}]]}', 'text'])(
    '%s says nothing',
    (output) => {
      expect(of('LLM', { 'llm.model_name': 'm', 'output.value': output })).toMatchObject({
        requestModel: 'm',
        responseModel: null,
        responseId: null,
      })
    },
  )
})

describe('who works', () => {
  test.each([
    ['the node that calls a model', { langgraph_node: 'planner', langgraph_checkpoint_ns: 'planner:1' }, 'planner'],
    [
      'the graph inside a graph',
      { langgraph_node: 'agent', langgraph_checkpoint_ns: 'researcher:1|agent:2' },
      'researcher',
    ],
    [
      'an agent by its name',
      { langgraph_node: 'model', lc_agent_name: 'scout', langgraph_checkpoint_ns: 'a:1|b:2' },
      'scout',
    ],
    ['nobody at the start', { langgraph_node: '__start__' }, null],
    ['nobody outside of a graph', {}, null],
  ])('%s', (_, fields, agent) => {
    expect(of('LLM', { metadata: metadata(fields) }).agent).toBe(agent)
  })
  test('a node of tools is no agent, unless inside one', () => {
    expect(of('TOOL', { metadata: metadata({ langgraph_node: 'tools' }) }).agent).toBe(null)
    const inside = { langgraph_node: 'tools', langgraph_checkpoint_ns: 'researcher:1|tools:2' }
    expect(of('TOOL', { metadata: metadata(inside) }).agent).toBe('researcher')
  })
  test('session, user and provider', () => {
    const fields = { thread_id: 't', user_id: 'u', ls_provider: 'openai', ls_model_name: 'gpt-4o' }
    expect(of('LLM', { metadata: metadata(fields) })).toMatchObject({
      sessionId: 't',
      userId: 'u',
      provider: 'openai',
      requestModel: 'gpt-4o',
    })
  })
  test('the outermost run names the workflow', () => {
    expect(of('CHAIN', {}, { name: 'desk', parentSpanId: null }).workflow).toBe('desk')
    expect(of('CHAIN', {}, { name: 'desk' }).workflow).toBe(null)
    expect(of('LLM', {}, { name: 'ChatOpenAI', parentSpanId: null }).workflow).toBe(null)
  })
})

test('metadata of other instrumentations is theirs', () => {
  const other = { 'openinference.span.kind': 'LLM', metadata: metadata({ langgraph_node: 'planner' }) }
  expect(read(other).agent).toBe(null)
})
