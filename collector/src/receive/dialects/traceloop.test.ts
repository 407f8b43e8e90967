import { describe, expect, it } from 'vitest'
import { read } from './sample.ts'

const scope = (name: string) => ({ scope: { name, version: '0.27.0' } })
const messages = (...texts: string[]) =>
  JSON.stringify(texts.map((content) => ({ role: 'user', parts: [{ type: 'text', content }] })))

describe('kinds', () => {
  it.each([
    ['workflow', { 'traceloop.span.kind': 'workflow' }, 'chain'],
    ['task', { 'traceloop.span.kind': 'task' }, 'chain'],
    ['agent', { 'traceloop.span.kind': 'agent' }, 'agent'],
    ['tool', { 'traceloop.span.kind': 'tool' }, 'tool'],
    ['a LangChain tool', { 'traceloop.span.kind': 'task', 'gen_ai.operation.name': 'execute_tool' }, 'tool'],
    ['chat of 2024', { 'llm.request.type': 'chat', 'gen_ai.request.model': 'gpt-4o' }, 'llm'],
    ['completion of 2023', { 'llm.request.type': 'completion', 'llm.request.model': 'gpt-4' }, 'llm'],
    ['embedding', { 'llm.request.type': 'embedding' }, 'embedding'],
    ['rerank', { 'llm.request.type': 'rerank' }, 'retrieval'],
    ['vector query', { 'traceloop.workflow.name': 'w', 'db.vector.query.top_k': 3 }, 'retrieval'],
    ['guardrail', { 'traceloop.workflow.name': 'w', 'gen_ai.guardrail.name': 'pii' }, 'guard'],
    ['somebody else within a workflow', { 'traceloop.workflow.name': 'w', 'http.method': 'GET' }, 'other'],
    ['a word nobody knows', { 'traceloop.span.kind': 'session', 'traceloop.workflow.name': 'w' }, 'other'],
  ] as const)('%s', (_, attributes, kind) => {
    expect(read(attributes)).toMatchObject({ kind, dialect: 'traceloop' })
  })
})

it('reads the spellings of 2023', () => {
  const span = read({
    'llm.vendor': 'OpenAI',
    'llm.request.type': 'chat',
    'llm.request.model': 'gpt-4',
    'llm.response.model': 'gpt-4-0613',
    'llm.usage.prompt_tokens': 100,
    'llm.usage.completion_tokens': 20,
    'llm.usage.total_tokens': 120,
    'llm.prompts.0.role': 'user',
    'llm.prompts.0.content': 'Hello',
    'llm.completions.0.finish_reason': 'stop',
    'llm.completions.0.content': 'Hi',
  })
  expect(span).toMatchObject({
    provider: 'openai',
    requestModel: 'gpt-4',
    responseModel: 'gpt-4-0613',
    inputTokens: 100,
    outputTokens: 20,
    finishReason: 'stop',
    input: '[{"role":"user","content":"Hello"}]',
    output: '[{"content":"Hi","finish_reason":"stop"}]',
  })
})

it('reads the spellings of 2024, with tool calls', () => {
  const span = read({
    'gen_ai.system': 'OpenAI',
    'llm.request.type': 'chat',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.usage.prompt_tokens': 100,
    'gen_ai.usage.completion_tokens': 20,
    'gen_ai.prompt.0.role': 'user',
    'gen_ai.prompt.0.content': 'Weather?',
    'gen_ai.completion.0.role': 'assistant',
    'gen_ai.completion.0.finish_reason': 'tool_calls',
    'gen_ai.completion.0.tool_calls.0.name': 'weather',
    'gen_ai.completion.0.tool_calls.0.arguments': '{}',
  })
  expect(span).toMatchObject({ inputTokens: 100, outputTokens: 20, finishReason: 'tool_calls', toolName: null })
  expect(span.output).toBe(
    '[{"role":"assistant","finish_reason":"tool_calls","tool_calls":[{"name":"weather","arguments":"{}"}]}]',
  )
})

it('adds the cache that its Anthropic wrapper leaves out', () => {
  const usage = {
    'traceloop.workflow.name': 'w',
    'gen_ai.operation.name': 'chat',
    'gen_ai.usage.input_tokens': 10,
    'gen_ai.usage.cache_read.input_tokens': 5,
    'gen_ai.usage.cache_creation.input_tokens': 2,
  }
  expect(read(usage, scope('@traceloop/instrumentation-anthropic')).inputTokens).toBe(17)
  expect(read(usage, scope('@traceloop/instrumentation-openai')).inputTokens).toBe(10)
})

it('takes the workflow from the root, not from where an agent overwrote it', () => {
  const below = { 'traceloop.workflow.name': 'planner', 'gen_ai.agent.name': 'planner' }
  expect(read({ ...below, 'traceloop.span.kind': 'tool', 'traceloop.entity.name': 'weather' })).toMatchObject({
    workflow: null,
    agent: 'planner',
    toolName: 'weather',
  })
  expect(read({ 'traceloop.workflow.name': 'trip', 'traceloop.span.kind': 'workflow' }).workflow).toBe('trip')
})

describe('estimated tokens of streams', () => {
  const chat = (input: number, output: number, asked: string, answered: string) =>
    read(
      {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.usage.input_tokens': input,
        'gen_ai.usage.output_tokens': output,
        'gen_ai.usage.total_tokens': input + output,
        'gen_ai.input.messages': asked,
        'gen_ai.output.messages': answered,
      },
      scope('@traceloop/instrumentation-openai'),
    )
  const asked = messages('Sum up Lisbon.')
  const answered = messages('It is 22 degrees in Lisbon.')

  it('are unknown where they are certainly that', () => {
    const span = chat(4, 8, asked, answered)
    expect(span).toMatchObject({ inputTokens: null, outputTokens: null, costNano: null })
    expect(span.warnings).toContain('estimated_tokens')
  })

  it.each([
    ['a system prompt and contractions', 11, messages("You're a guide.", "What's the weather in Lisbon?")],
    [
      'a tool that answered',
      12,
      JSON.stringify([
        { role: 'user', parts: [{ type: 'text', content: 'How is the weather?' }] },
        { role: 'assistant', parts: [{ type: 'tool_call', id: 'c', name: 'weather', arguments: {} }] },
        { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c', response: '22 degrees in Lisbon' }] },
      ]),
    ],
  ])('are unknown after %s', (_, input, question) => {
    expect(chat(input, 8, question, answered).inputTokens).toBeNull()
  })

  it.each([
    ['the least that such a request is billed', 11, 8, asked, answered],
    ['a system prompt', 1200, 8, asked, answered],
    ['an answer that is no text', 4, 40, asked, '[{"role":"assistant","parts":[{"type":"tool_call"}]}]'],
    ['an answer of other length', 4, 60, asked, answered],
    ['fewer tokens than words', 2, 8, asked, answered],
    ['no JSON', 4, 8, 'Sum up', answered],
  ])('stay as told with %s', (_, input, output, question, answer) => {
    expect(chat(input, output, question, answer)).toMatchObject({ inputTokens: input, outputTokens: output })
  })
})
