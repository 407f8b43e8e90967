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
    'Logfire announcing a call before it ends',
    {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'm',
      'gen_ai.usage.input_tokens': 3,
      'logfire.span_type': 'pending_span',
    },
    scope('logfire.openai'),
    { kind: 'chain', counted: false },
  ],
  [
    'a call of Logfire that failed before it was answered',
    { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm', 'logfire.span_type': 'span' },
    { ...scope('logfire.openai'), statusCode: 2 },
    { kind: 'llm', counted: true, status: 'error' },
  ],
  [
    'Bedrock by botocore, with less cache than input: its count leaves the cache out',
    {
      'gen_ai.operation.name': 'chat',
      'gen_ai.usage.input_tokens': 900,
      'gen_ai.usage.output_tokens': 2,
      'gen_ai.usage.cache_read.input_tokens': 64,
    },
    scope('opentelemetry.instrumentation.botocore.bedrock-runtime'),
    { kind: 'llm', inputTokens: 964, cacheReadTokens: 64 },
  ],
  [
    'LlamaIndex preparing a call',
    { 'openinference.span.kind': 'LLM', 'llm.model_name': 'gpt-4o' },
    { ...scope('openinference.instrumentation.llama_index'), name: 'OpenAI._prepare_chat_with_tools' },
    { kind: 'chain', counted: false },
  ],
  [
    'LlamaIndex calling: the slot of the model is the asked one',
    { 'openinference.span.kind': 'LLM', 'llm.model_name': 'gpt-4o', 'llm.token_count.prompt': 3 },
    { ...scope('openinference.instrumentation.llama_index'), name: 'OpenAI.achat' },
    { kind: 'llm', counted: true, requestModel: 'gpt-4o', responseModel: null },
  ],
  [
    'Haystack, whose reply tells what the attributes leave out',
    {
      'openinference.span.kind': 'LLM',
      'llm.token_count.prompt': 9,
      'output.value': `{"replies": ["… 'cached_tokens': 1 …", "_meta={'finish_reason': 'stop', 'usage': {'cached_tokens': 4}}"]}`,
    },
    scope('openinference.instrumentation.haystack'),
    { kind: 'llm', inputTokens: 9, cacheReadTokens: 4, finishReason: 'stop' },
  ],
  [
    'a stream of LiteLLM that told no usage',
    {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'm',
      'gen_ai.usage.input_tokens': 0,
      'gen_ai.usage.output_tokens': 0,
      'gen_ai.cost.total_cost': 0,
    },
    { ...scope('litellm'), name: 'litellm_request' },
    { kind: 'llm', inputTokens: null, outputTokens: null, costNano: null },
  ],
  [
    'LiteLLM, whose metadata tells the parts of the usage as Python shows them',
    {
      'gen_ai.operation.name': 'chat',
      'gen_ai.usage.input_tokens': 9,
      'gen_ai.usage.output_tokens': 8,
      'metadata.usage_object':
        "{'prompt_tokens': 9, 'completion_tokens_details': {'reasoning_tokens': 2}, 'prompt_tokens_details': {'cached_tokens': 4, 'text_tokens': None}}",
    },
    { ...scope('litellm'), name: 'litellm_request' },
    { inputTokens: 9, outputTokens: 8, cacheReadTokens: 4, reasoningTokens: 2 },
  ],
  [
    'Google ADK 1: what was thought stands in the JSON of the response alone',
    {
      'gen_ai.system': 'gcp.vertex.agent',
      'gen_ai.usage.input_tokens': 9,
      'gen_ai.usage.output_tokens': 3,
      'gcp.vertex.agent.llm_response':
        '{"usage_metadata":{"prompt_token_count":9,"candidates_token_count":3,"thoughts_token_count":5,"total_token_count":17}}',
    },
    { ...scope('gcp.vertex.agent'), name: 'call_llm' },
    { kind: 'llm', inputTokens: 9, outputTokens: 8, reasoningTokens: 5 },
  ],
  [
    "Google ADK 1 through LiteLLM: the answer's count has the thoughts",
    {
      'gen_ai.system': 'gcp.vertex.agent',
      'gcp.vertex.agent.llm_response':
        '{"usage_metadata":{"prompt_token_count":9,"candidates_token_count":8,"thoughts_token_count":5,"total_token_count":17}}',
    },
    { ...scope('gcp.vertex.agent'), name: 'call_llm' },
    { kind: 'llm', inputTokens: 9, outputTokens: 8, reasoningTokens: 5 },
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
  [
    'Claude Code request that failed, which the status hides',
    { 'span.type': 'llm_request', model: 'claude-sonnet-4-5', success: false, status_code: 429, error: 'slow down' },
    { name: 'claude_code.llm_request' },
    { kind: 'llm', status: 'error', errorType: '429', statusMessage: 'slow down', inputTokens: null },
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
    'a crew whose calls have no spans: the sum stands in its answer',
    {
      'openinference.span.kind': 'CHAIN',
      crew_id: '1',
      'output.value':
        '{"raw": "x", "token_usage": {"total_tokens": 60, "prompt_tokens": 50, "cached_prompt_tokens": 20, "completion_tokens": 10}}',
    },
    { ...scope('openinference.instrumentation.crewai'), name: 'desk.kickoff' },
    { kind: 'chain', workflow: 'desk.kickoff', inputTokens: 50, outputTokens: 10, cacheReadTokens: 20, counted: true },
  ],
  [
    'a tool of agno that failed, under OpenLLMetry',
    {
      'traceloop.span.kind': 'tool',
      'gen_ai.tool.name': 'hotel',
      'traceloop.entity.output': "status='failure' result=None error='no room' updated_session_state=None images=None",
    },
    scope('opentelemetry.instrumentation.agno'),
    { kind: 'tool', toolName: 'hotel', status: 'error', statusMessage: 'no room', output: 'no room' },
  ],
  [
    'an answer of nothing but tool calls that ends with stop',
    {
      'gen_ai.operation.name': 'chat',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.output.messages': '[{"role": "assistant", "parts": [{"type": "tool_call", "name": "weather"}]}]',
    },
    scope('pydantic-ai'),
    { finishReason: 'tool_calls', finishReasonRaw: 'stop' },
  ],
  [
    'an answer in words that used a tool of the provider',
    {
      'gen_ai.operation.name': 'chat',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.output.messages': '[{"parts": [{"type": "tool_call"}, {"type": "text", "content": "x"}]}]',
    },
    scope('pydantic-ai'),
    { finishReason: 'stop' },
  ],
  [
    'an agent that ran out of its turns',
    { 'openinference.span.kind': 'AGENT', 'graph.node.id': 'looper' },
    {
      ...scope('openinference.instrumentation.openai_agents'),
      statusCode: 2,
      statusMessage: "Max turns exceeded: {'max_turns': 1}",
    },
    { kind: 'agent', agent: 'looper', stopReason: 'max_turns' },
  ],
  [
    'an agent that was stopped by its limit',
    { 'gen_ai.operation.name': 'invoke_agent', 'error.type': 'pydantic_ai.exceptions.UsageLimitExceeded' },
    { ...scope('pydantic-ai'), statusCode: 2 },
    { kind: 'agent', stopReason: 'budget_exceeded' },
  ],
  [
    'a stream of Rig, whose agent repeats the sum',
    {
      'gen_ai.operation.name': 'chat_streaming',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.usage.input_tokens': 9,
      'gen_ai.usage.output_tokens': 3,
      'gen_ai.usage.cached_tokens': 4,
    },
    scope('rig'),
    { kind: 'llm', streaming: true, inputTokens: 9, cacheReadTokens: 4, counted: true },
  ],
  [
    'AG2 recording the usage of a call again',
    {
      'ag2.span.type': 'usage',
      'ag2.usage.kind': 'model_call',
      'gen_ai.usage.input_tokens': 9,
      'gen_ai.usage.output_tokens': 3,
    },
    scope('opentelemetry.instrumentation.ag2'),
    { kind: 'other', dialect: 'ag2', counted: false },
  ],
  [
    'AG2 recording a call that has no span',
    {
      'ag2.span.type': 'usage',
      'ag2.usage.kind': 'compaction',
      'gen_ai.response.model': 'gpt-4o-2024-08-06',
      'gen_ai.usage.input_tokens': 9,
      'gen_ai.usage.output_tokens': 3,
      'gen_ai.usage.thinking_tokens': 1,
    },
    scope('opentelemetry.instrumentation.ag2'),
    { kind: 'llm', dialect: 'ag2', reasoningTokens: 1, counted: true },
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
