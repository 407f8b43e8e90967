import { attribute } from '@outrider/sdk/attributes'
import type { Kind } from '../../span.ts'
import type { RawSpan } from '../raw.ts'
import { type Dialect, extend, type Names, type Told } from './dialect.ts'
import { shared } from './otel.ts'
import { isEstimate } from './token-estimate.ts'
import { includeParts } from './usage.ts'

/** The newest spelling first, then every older one and those of vendors who write `gen_ai.*` by names of their own. */
export const genaiNames: Names = extend(shared, {
  operation: [attribute.operation],
  provider: [attribute.provider, 'gen_ai.system'],
  agent: [attribute.agent],
  requestModel: [attribute.requestModel],
  responseModel: [attribute.responseModel],
  responseId: [attribute.responseId],
  streaming: [attribute.stream, 'gen_ai.request.is_stream', 'gen_ai.is_streaming', 'llm.is_streaming'],
  finishReasons: [attribute.finishReasons, 'gen_ai.response.finish_reason', 'anthropic.message.stop_reason'],
  ttftSeconds: [
    attribute.timeToFirstChunk,
    'gen_ai.client.operation.time_to_first_chunk',
    'gen_ai.server.time_to_first_token',
    'gen_ai.server.ttft',
    'gen_ai.latency.time_to_first_token',
  ],
  inputTokens: [attribute.inputTokens, 'gen_ai.usage.prompt_tokens'],
  outputTokens: [attribute.outputTokens, 'gen_ai.usage.completion_tokens'],
  totalTokens: ['gen_ai.usage.total_tokens', 'llm.usage.total_tokens'],
  cacheReadTokens: [
    attribute.cacheReadTokens,
    'gen_ai.usage.cache_read_input_tokens',
    'gen_ai.usage.prompt_tokens_details.cached_tokens',
    'gen_ai.usage.input_tokens_details.cached_tokens',
    'gen_ai.usage.details.cache_read_tokens',
    'gen_ai.usage.cached_tokens',
    'gen_ai.usage.cache_read_tokens',
  ],
  cacheWriteTokens: [
    attribute.cacheWriteTokens,
    'gen_ai.usage.cache_creation.input_tokens',
    'gen_ai.usage.cache_creation_input_tokens',
    'gen_ai.usage.cache_write_input_tokens',
    'gen_ai.usage.cache_creation_tokens',
    'gen_ai.usage.details.cache_write_tokens',
  ],
  reasoningTokens: [
    attribute.reasoningTokens,
    'gen_ai.usage.reasoning_tokens',
    'gen_ai.usage.reasoning_output_tokens',
    'gen_ai.usage.thinking_tokens',
    'gen_ai.usage.completion_tokens_details.reasoning_tokens',
    'gen_ai.usage.output_tokens_details.reasoning_tokens',
    'gen_ai.usage.details.reasoning_tokens',
  ],
  costUsd: [attribute.costUsd, 'gen_ai.usage.cost', 'gen_ai.cost.total_cost', 'operation.cost'],
  input: [attribute.inputMessages, attribute.input, 'gen_ai.prompt'],
  output: [
    attribute.outputMessages,
    attribute.toolResult,
    attribute.output,
    'anthropic.tool_result.content',
    'gen_ai.completion',
  ],
  toolName: [attribute.toolName],
  toolCallId: [attribute.toolCallId],
  toolArgs: [attribute.toolArguments],
  retrievalQuery: [attribute.retrievalQuery, 'gen_ai.memory.query.text'],
  retrievalTopK: [attribute.retrievalTopK],
  retrievalDocuments: [attribute.retrievalDocuments, 'gen_ai.memory.records'],
  userId: [attribute.user, 'enduser.id', 'gen_ai.request.user', 'llm.user'],
  promptVersion: [attribute.promptVersion, 'gen_ai.prompt.version'],
  score: ['gen_ai.evaluation.score.value'],
})

const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['chat', 'llm'],
  ['text_completion', 'llm'],
  ['generate_content', 'llm'],
  ['embeddings', 'embedding'],
  ['invoke_agent', 'agent'],
  ['create_agent', 'agent'],
  ['invoke_workflow', 'chain'],
  ['execute_tool', 'tool'],
  ['retrieval', 'retrieval'],
  ['plan', 'chain'],
  ['search_memory', 'retrieval'],
  ['apply_guardrail', 'guard'],
  ['guardrail_check', 'guard'],
  ['guardrail', 'guard'],
  ['evaluate', 'eval'],
  // words outside the convention that were seen under its key
  ['chat_streaming', 'llm'],
  ['completion', 'llm'],
  ['generate', 'llm'],
  ['model_generation', 'llm'],
  ['llm_call', 'llm'],
  ['tool_call', 'tool'],
  ['agent_call', 'agent'],
  ['agent_step', 'chain'],
  ['workflow', 'chain'],
  ['rerank', 'retrieval'],
])

const ofStreams =
  'Nothing says that a call was streamed; a stream without stream_options.include_usage has no tokens and stays unpriced.'
const losses: Readonly<Record<string, readonly string[]>> = {
  '@opentelemetry/instrumentation-openai': [
    'Cached and reasoning tokens are not sent: calls that read the cache are priced without the discount.',
    ofStreams,
    'Retries are hidden in the span of their call. Message contents come as log records, if logs are exported too.',
  ],
  'opentelemetry.instrumentation.openai_v2': [
    'Up to version 2.3 cached and reasoning tokens are not sent, and the Responses API has no spans: such calls are priced without the discount, or missing.',
    ofStreams,
    'Contents, and the finish reasons of streams, come as log records, if logs are exported too.',
  ],
  'opentelemetry.instrumentation.anthropic': [
    'A stream tells more output tokens than were billed: those that its first event announces are added.',
    'The client tells each call by itself from version 2 on: one of both is enough.',
  ],
  'opentelemetry.instrumentation.openai_agents': [
    'Chat completions have no tokens, served model and response id, and stay unpriced: use the Responses API.',
    'The asked model and the name of the trace are not sent.',
  ],
}

/** OpenTelemetry GenAI conventions, all versions, and what the Outrider SDK writes. */
export const otelGenai: Dialect = {
  name: 'otel-genai',
  names: genaiNames,
  detects: ({ attributes }) =>
    attributes[attribute.operation] !== undefined ||
    attributes[attribute.provider] !== undefined ||
    attributes['gen_ai.system'] !== undefined ||
    attributes[attribute.requestModel] !== undefined ||
    attributes[attribute.toolName] !== undefined,
  kind(told) {
    // the whole of a crew, or of a trace, has a name and is nobody
    if (told.operation === 'invoke_agent' && told.agent === null && told.workflow !== null) return 'chain'
    // an unknown operation is never a call: counting what is none doubles the money
    // Gemini CLI tells its calls as log records; its spans of them hold nothing of the answer
    if (told.operation === 'llm_call' && told.outputTokens === null) return 'chain'
    if (told.operation !== null) return kinds.get(told.operation) ?? kinds.get(told.operation.toLowerCase()) ?? 'other'
    if (told.toolName !== null) return 'tool'
    const model = told.requestModel ?? told.responseModel
    if (model === null) return 'other'
    return told.outputTokens === null && model.toLowerCase().includes('embed') ? 'embedding' : 'llm'
  },
  mend(told, raw, warnings) {
    // Rig's word for a call that streams
    if (told.operation === 'chat_streaming') told.streaming ??= true
    if (raw.scope.name === 'opentelemetry.instrumentation.openai_agents') tellAgentsTrace(told, raw)
    // OpenLIT repeats the asked model where LangChain told no answer
    if (
      raw.scope.name === 'openlit.instrumentation.langchain' &&
      told.responseId === null &&
      told.responseModel === told.requestModel
    )
      told.responseModel = null
    if (isOpenLitEstimate(told, raw) || isEstimate(told, raw)) {
      told.inputTokens = null
      told.outputTokens = null
      told.costUsd = null
      warnings.push('estimated_tokens')
    }
    includeParts(told, raw, warnings)
  },
  loses: ({ name }) => losses[name] ?? [],
}

/** On spans of nobody the exporter writes an agent of its own; the outermost one is the trace, by its name. */
function tellAgentsTrace(told: Told, { name, parentSpanId }: RawSpan): void {
  if (told.agent === 'OpenAI Agent') told.agent = null
  if (told.operation === 'invoke_agent' && told.agent === null && parentSpanId === null) told.workflow ??= name
  // the asked model is not known to it: the slot repeats the served one
  if (told.requestModel === told.responseModel) told.requestModel = null
}

/** OpenLIT counts the texts of a streamed chat by itself where the provider told no usage: then there is no cache either. */
function isOpenLitEstimate({ streaming, cacheReadTokens, outputTokens }: Told, { scope }: RawSpan): boolean {
  return (
    scope.name === 'openlit.instrumentation.openai' &&
    streaming === true &&
    cacheReadTokens === null &&
    outputTokens !== null
  )
}
