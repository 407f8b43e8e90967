import { expect, test } from 'vitest'
import type { AttributeValue } from '../../span.ts'
import type { RawSpan } from '../raw.ts'
import { read } from './sample.ts'

const scope = { name: '@arizeai/openinference-instrumentation-openai-agents', version: '0.2.15' }
const of = (kind: string, attributes: Record<string, AttributeValue>, rest: Partial<RawSpan> = {}) =>
  read({ 'openinference.span.kind': kind, ...attributes }, { scope, ...rest })

test('the parameters of a call are its answer: the model there was served, what was asked is lost', () => {
  expect(
    of('LLM', {
      'llm.model_name': 'gpt-5-2025-08-07',
      'llm.finish_reason': 'stop',
      'llm.invocation_parameters': '{"id":"resp_1","model":"gpt-5-2025-08-07"}',
      'llm.output_messages.0.message.tool_calls.0.tool_call.function.name': 'weather',
    }),
  ).toMatchObject({
    requestModel: null,
    responseModel: 'gpt-5-2025-08-07',
    responseId: 'resp_1',
    finishReason: 'tool_calls',
  })
  expect(of('LLM', { 'llm.finish_reason': 'stop', 'llm.invocation_parameters': '{' })).toMatchObject({
    finishReason: 'stop',
    responseId: null,
  })
})

test('the trace is a workflow and no agent', () => {
  expect(of('AGENT', {}, { name: 'trip' })).toMatchObject({ kind: 'chain', workflow: 'trip', agent: null })
  expect(of('AGENT', { 'graph.node.id': 'scout', 'graph.node.parent_id': 'triage' }, { name: 'scout' })).toMatchObject({
    kind: 'agent',
    workflow: null,
    agent: 'scout',
    parentAgent: 'triage',
  })
})

test('guards and hand-offs', () => {
  expect(of('GUARDRAIL', { 'guardrail.triggered': true })).toMatchObject({ kind: 'guard' })
  const handoff = { 'tool.name': 'handoff_to_scout', 'input.value': '{"from_agent":"triage"}' }
  expect(of('TOOL', handoff)).toMatchObject({ kind: 'tool', toolName: 'handoff_to_scout' })
})

test.each([
  ['400 This context is too long', '400'],
  ['Error: 503 busy', '503'],
  ['4000 things', null],
  ['no such tool', null],
])('a failure of %s is of type %s', (statusMessage, errorType) => {
  expect(of('LLM', {}, { statusCode: 2, statusMessage }).errorType).toBe(errorType)
})
