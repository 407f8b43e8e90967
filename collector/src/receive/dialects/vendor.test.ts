import { describe, expect, it } from 'vitest'
import type { AttributeValue } from '../../span.ts'
import type { RawSpan } from '../raw.ts'
import { read } from './sample.ts'

type Row = [string, Record<string, AttributeValue>, Partial<RawSpan>, object]
const scope = (name: string) => ({ scope: { name, version: '1' } })

/** Spellings known from the sources of the libraries; those that could be captured are in collector/capture. */
const rows: Row[] = [
  [
    'pydantic-ai chat',
    {
      'gen_ai.operation.name': 'chat',
      'gen_ai.usage.input_tokens': 9,
      'gen_ai.usage.details.input_tokens': 4,
      'operation.cost': 0.5,
    },
    scope('pydantic-ai'),
    { kind: 'llm', dialect: 'pydantic-ai', inputTokens: 9, costNano: 500_000_000, counted: true },
  ],
  [
    'pydantic-ai agent of an older version, which repeats the sum',
    { agent_name: 'planner', model_name: 'gpt-4o', 'gen_ai.usage.input_tokens': 9, all_messages_events: '[]' },
    { ...scope('pydantic-ai'), name: 'agent run' },
    { kind: 'agent', agent: 'planner', counted: false },
  ],
  [
    'pydantic-ai tool of an older version',
    { 'gen_ai.tool.name': 'weather', tool_arguments: '{"city":"Lisbon"}', tool_response: '22' },
    { ...scope('pydantic-ai'), name: 'running tool' },
    { kind: 'tool', toolName: 'weather', toolArgs: '{"city":"Lisbon"}', output: '22' },
  ],
  [
    'pydantic-ai tools together',
    { 'logfire.msg': 'x' },
    { ...scope('pydantic-ai'), name: 'running 2 tools' },
    { kind: 'chain' },
  ],
  [
    'Logfire on an HTTP span',
    { 'logfire.msg': 'GET /', 'http.method': 'GET' },
    { ...scope('logfire.httpx'), name: 'GET /' },
    { kind: 'other', counted: false },
  ],
  [
    'LiteLLM request',
    {
      'gen_ai.operation.name': 'acompletion',
      'gen_ai.system': 'vertex_ai',
      'gen_ai.request.model': 'gemini-2.5-pro',
      'gen_ai.usage.prompt_tokens': 9,
      'gen_ai.cost.total_cost': '0.25',
      'llm.is_streaming': 'True',
      'gen_ai.response.finish_reasons': '["stop"]',
      'llm.user': 'ann',
    },
    { ...scope('litellm'), name: 'litellm_request' },
    {
      kind: 'llm',
      dialect: 'litellm',
      provider: 'gcp.vertex_ai',
      inputTokens: 9,
      costNano: 250_000_000,
      streaming: true,
      finishReason: 'stop',
      userId: 'ann',
    },
  ],
  [
    'LiteLLM raw request',
    { 'gen_ai.system': 'openai', 'llm.openai.usage': '{}', 'gen_ai.request.model': 'm' },
    { ...scope('litellm'), name: 'raw_gen_ai_request' },
    { kind: 'other', counted: false },
  ],
  ['LiteLLM cache', {}, { ...scope('litellm'), name: 'redis' }, { kind: 'other' }],
  [
    'LiteLLM embedding',
    { 'gen_ai.operation.name': 'aembedding', 'gen_ai.request.model': 'm' },
    scope('litellm'),
    { kind: 'embedding' },
  ],
  [
    'Claude Code request',
    {
      'span.type': 'llm_request',
      model: 'claude-sonnet-4-5',
      input_tokens: '10',
      output_tokens: 5,
      cache_read_tokens: 100,
      cache_creation_tokens: 7,
      'session.id': 's',
    },
    { name: 'claude_code.llm_request' },
    {
      kind: 'llm',
      dialect: 'claude-code',
      provider: 'anthropic',
      requestModel: 'claude-sonnet-4-5',
      inputTokens: 117,
      outputTokens: 5,
      cacheReadTokens: 100,
      cacheWriteTokens: 7,
      sessionId: 's',
    },
  ],
  ['Claude Code interaction', { 'span.type': 'claude_code.interaction' }, {}, { kind: 'agent', agent: 'claude-code' }],
  [
    'Claude Code tool',
    { 'span.type': 'claude_code.tool', tool_name: 'Bash', tool_input: 'ls' },
    {},
    { kind: 'tool', toolName: 'Bash', toolArgs: 'ls' },
  ],
  [
    'somebody else of that type',
    { 'span.type': 'llm_request', model: 'm', input_tokens: 5 },
    {},
    { kind: 'other', dialect: 'otel' },
  ],
  [
    'Google ADK call of the first versions',
    {
      'gen_ai.system': 'gcp.vertex.agent',
      'gen_ai.request.model': 'gemini-2.5-pro',
      'gcp.vertex.agent.session_id': 's',
      'gcp.vertex.agent.llm_response': JSON.stringify({
        finish_reason: 'STOP',
        usage_metadata: {
          prompt_token_count: 50,
          candidates_token_count: 10,
          thoughts_token_count: 4,
          cached_content_token_count: 30,
        },
      }),
    },
    { ...scope('gcp.vertex.agent'), name: 'call_llm' },
    {
      kind: 'llm',
      dialect: 'google-adk',
      provider: null,
      inputTokens: 50,
      outputTokens: 14,
      cacheReadTokens: 30,
      reasoningTokens: 4,
      finishReason: 'stop',
      sessionId: 's',
    },
  ],
  [
    'Google ADK agent of the first versions',
    {},
    { ...scope('gcp.vertex.agent'), name: 'agent_run [planner]' },
    { kind: 'agent', agent: 'planner' },
  ],
  ['Google ADK root', {}, { ...scope('gcp.vertex.agent'), name: 'invocation' }, { kind: 'chain' }],
  [
    'Google ADK tool',
    { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'weather', 'gcp.vertex.agent.tool_call_args': '{}' },
    scope('gcp.vertex.agent'),
    { kind: 'tool', toolName: 'weather', toolArgs: '{}' },
  ],
  [
    'Anthropic with the cache told by lifetime only',
    {
      'gen_ai.operation.name': 'chat',
      'gen_ai.usage.input_tokens': 100,
      'anthropic.usage.cache_creation.ephemeral_5m_input_tokens': 20,
      'anthropic.usage.cache_creation.ephemeral_1h_input_tokens': 30,
      'anthropic.message.stop_reason': 'max_tokens',
    },
    scope('com.anthropic.sdk.typescript'),
    { kind: 'llm', dialect: 'anthropic', inputTokens: 100, cacheWriteTokens: 50, finishReason: 'length' },
  ],
]

describe('names of vendors', () => {
  it.each(rows)('%s', (_, attributes, rest, expected) => {
    expect(read(attributes, rest)).toMatchObject(expected)
  })
})
