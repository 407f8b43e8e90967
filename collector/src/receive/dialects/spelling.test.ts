import { describe, expect, test } from 'vitest'
import type { AttributeValue, Span } from '../../span.ts'
import { bag, chat, read } from './sample.ts'

describe('each spelling of a call', () => {
  const goldens: readonly [string, Record<string, AttributeValue>, Partial<Span>][] = [
    [
      'newest conventions',
      {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.response.model': 'gpt-4o-2024-08-06',
        'gen_ai.response.id': 'chatcmpl-1',
        'gen_ai.response.finish_reasons': ['stop', 'length'],
        'gen_ai.response.time_to_first_chunk': 0.25,
        'gen_ai.usage.input_tokens': 1200,
        'gen_ai.usage.output_tokens': 90,
        'gen_ai.usage.cache_read.input_tokens': 1000,
        'gen_ai.usage.cache_write.input_tokens': 0,
        'gen_ai.usage.reasoning.output_tokens': 64,
      },
      {
        dialect: 'otel-genai',
        kind: 'llm',
        provider: 'openai',
        requestModel: 'gpt-4o',
        responseModel: 'gpt-4o-2024-08-06',
        responseId: 'chatcmpl-1',
        finishReason: 'stop',
        finishReasonRaw: 'stop',
        ttftMs: 250,
        streaming: true,
        inputTokens: 1200,
        outputTokens: 90,
        cacheReadTokens: 1000,
        cacheWriteTokens: 0,
        reasoningTokens: 64,
        counted: true,
      },
    ],
    [
      'conventions up to 1.36',
      {
        'gen_ai.operation.name': 'chat',
        'gen_ai.system': 'az.ai.openai',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.usage.prompt_tokens': 7,
        'gen_ai.usage.completion_tokens': 5,
      },
      { kind: 'llm', provider: 'azure.ai.openai', inputTokens: 7, outputTokens: 5, cacheReadTokens: null },
    ],
    [
      'conventions 1.41: cache_creation',
      { ...chat, 'gen_ai.usage.input_tokens': 100, 'gen_ai.usage.cache_creation.input_tokens': 40 },
      { cacheWriteTokens: 40, inputTokens: 100 },
    ],
    [
      'Strands: old and new names on one span',
      {
        ...chat,
        'gen_ai.system': 'strands-agents',
        'gen_ai.usage.prompt_tokens': 30,
        'gen_ai.usage.input_tokens': 30,
        'gen_ai.usage.completion_tokens': 4,
        'gen_ai.usage.output_tokens': 4,
        'gen_ai.usage.total_tokens': 34,
        'gen_ai.usage.cache_read_input_tokens': 10,
        'gen_ai.usage.cache_write_input_tokens': 0,
      },
      { provider: null, inputTokens: 30, outputTokens: 4, cacheReadTokens: 10, cacheWriteTokens: 0 },
    ],
    [
      'OpenLIT: details and cost',
      {
        ...chat,
        'gen_ai.usage.input_tokens': 50,
        'gen_ai.usage.output_tokens': 60,
        'gen_ai.usage.prompt_tokens_details.cached_tokens': 20,
        'gen_ai.usage.completion_tokens_details.reasoning_tokens': 30,
        'gen_ai.usage.cost': 0.0000015,
        'gen_ai.server.ttft': 0.1,
      },
      { cacheReadTokens: 20, reasoningTokens: 30, costNano: 1500, costSource: 'reported', ttftMs: 100 },
    ],
    [
      'Traceloop before 2024: no operation',
      {
        'gen_ai.system': 'OpenAI',
        'gen_ai.request.model': 'gpt-4',
        'gen_ai.usage.prompt_tokens': 3,
        'gen_ai.usage.completion_tokens': 2,
        'llm.usage.total_tokens': 5,
        'gen_ai.usage.reasoning_tokens': 1,
      },
      { kind: 'llm', operation: null, provider: 'openai', inputTokens: 3, outputTokens: 2, reasoningTokens: 1 },
    ],
    [
      'Anthropic SDK: its own stop reason and resends',
      {
        ...chat,
        'gen_ai.provider.name': 'anthropic',
        'gen_ai.request.stream': true,
        'anthropic.message.stop_reason': 'tool_use',
        'http.request.resend_count': 2,
      },
      { provider: 'anthropic', streaming: true, finishReason: 'tool_calls', finishReasonRaw: 'tool_use', attempt: 3 },
    ],
    [
      'LiteLLM: JSON string, Python boolean, cost breakdown',
      {
        ...chat,
        'gen_ai.response.finish_reasons': '["tool_calls"]',
        'llm.is_streaming': 'True',
        'gen_ai.cost.total_cost': '0.000002',
        'llm.user': 'u-1',
      },
      { finishReason: 'tool_calls', streaming: true, costNano: 2000, userId: 'u-1' },
    ],
    [
      'LangSmith: a plain string',
      { ...chat, 'gen_ai.response.finish_reasons': 'stop', 'gen_ai.prompt': '{"q":1}', 'gen_ai.completion': '"a"' },
      { finishReason: 'stop', input: '{"q":1}', output: '"a"' },
    ],
    [
      'embeddings',
      {
        'gen_ai.operation.name': 'embeddings',
        'gen_ai.request.model': 'text-embedding-3-small',
        'gen_ai.usage.input_tokens': 9,
      },
      { kind: 'embedding', inputTokens: 9, outputTokens: null, counted: true },
    ],
    [
      'embeddings without an operation',
      { 'gen_ai.system': 'openai', 'gen_ai.request.model': 'text-embedding-3-small', 'gen_ai.usage.input_tokens': 9 },
      { kind: 'embedding' },
    ],
    [
      'a tool',
      {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': 'search',
        'gen_ai.tool.call.id': 'call_1',
        'gen_ai.tool.call.arguments': '{"q":"x"}',
        'gen_ai.tool.call.result': bag({ hits: 3 }),
      },
      {
        kind: 'tool',
        toolName: 'search',
        toolCallId: 'call_1',
        toolArgs: '{"q":"x"}',
        input: null,
        output: '{"hits":3}',
        counted: false,
      },
    ],
    [
      'a retrieval',
      {
        'gen_ai.operation.name': 'retrieval',
        'gen_ai.retrieval.query.text': 'refund rules',
        'gen_ai.request.top_k': 4,
        'gen_ai.retrieval.documents': [bag({ id: 'a', score: 0.5 })],
      },
      {
        kind: 'retrieval',
        retrievalQuery: 'refund rules',
        retrievalTopK: 4,
        retrievalDocuments: '[{"id":"a","score":0.5}]',
        counted: false,
      },
    ],
    [
      'a sampling parameter is no retrieval',
      { ...chat, 'gen_ai.request.top_k': 40 },
      { kind: 'llm', retrievalTopK: null },
    ],
    [
      'an agent with totals of its calls',
      {
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.agent.name': 'triage',
        'gen_ai.agent.version': '3',
        'gen_ai.usage.input_tokens': 900,
        'gen_ai.usage.cost': 0.01,
        'gen_ai.response.finish_reasons': ['max_tokens'],
      },
      {
        kind: 'agent',
        agent: 'triage',
        agentVersion: '3',
        inputTokens: 900,
        costNano: 10_000_000,
        counted: false,
        stopReason: 'max_tokens',
      },
    ],
    [
      'what only Outrider says',
      {
        'gen_ai.operation.name': 'invoke_workflow',
        'gen_ai.workflow.name': 'refund',
        'gen_ai.conversation.id': 's',
        'user.id': 42,
        'outrider.tenant': 'acme',
        'outrider.tags': ['a', 'b'],
        'outrider.stop_reason': 'max_turns',
        'outrider.prompt.version': '7',
        'outrider.config.version': 'c1',
        'outrider.attempt': 2,
        'outrider.retry_of': 'aa',
        'outrider.fallback_of': 'bb',
        'outrider.cache_hit': false,
        'outrider.parent_agent': 'boss',
        'outrider.input': 'in',
        'outrider.output': 'out',
        'outrider.outcome': 'success',
      },
      {
        kind: 'chain',
        workflow: 'refund',
        sessionId: 's',
        userId: '42',
        tenantId: 'acme',
        tags: ['a', 'b'],
        stopReason: 'max_turns',
        promptVersion: '7',
        configVersion: 'c1',
        attempt: 2,
        retryOf: 'aa',
        fallbackOf: 'bb',
        cacheHit: false,
        parentAgent: 'boss',
        input: 'in',
        output: 'out',
      },
    ],
    [
      'plain OpenTelemetry',
      { 'http.request.method': 'GET', 'session.id': 's', 'enduser.id': 'u' },
      { dialect: 'otel', kind: 'other', sessionId: 's', userId: 'u', counted: false, operation: null },
    ],
    [
      'an agent name that baggage put on an HTTP span',
      { 'http.request.method': 'POST', 'gen_ai.agent.name': 'triage' },
      { dialect: 'otel', kind: 'other', agent: 'triage' },
    ],
  ]
  test.each(goldens)('%s', (_, attributes, expected) => {
    expect(read(attributes)).toMatchObject(expected)
  })
})

describe('frameworks that write the conventions of others', () => {
  test('AutoGen names itself where the provider should be', () => {
    const told = { 'gen_ai.system': 'autogen', 'gen_ai.agent.name': 'critic' }
    expect(read({ ...told, 'gen_ai.operation.name': 'invoke_agent' })).toMatchObject({
      kind: 'agent',
      agent: 'critic',
      provider: null,
    })
    expect(read({ ...told, 'gen_ai.operation.name': 'create_agent' })).toMatchObject({ kind: 'agent' })
    expect(
      read({ 'gen_ai.system': 'autogen', 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'x' }),
    ).toMatchObject({
      kind: 'tool',
      toolName: 'x',
    })
  })
  test('CrewAI: the crew is the workflow, a role the agent', () => {
    const crew = { crew_key: 'k', crew_id: 'i' }
    expect(read({ 'openinference.span.kind': 'CHAIN', ...crew }, { name: 'Trips.kickoff' })).toMatchObject({
      kind: 'chain',
      workflow: 'Trips.kickoff',
    })
    const task = { 'openinference.span.kind': 'AGENT', ...crew, task_id: 't', 'graph.node.id': 'Researcher' }
    expect(read(task, { name: 'Task._execute_core' })).toMatchObject({ kind: 'agent', agent: 'Researcher' })
  })
})
