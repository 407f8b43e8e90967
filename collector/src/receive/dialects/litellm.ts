import { attribute } from '@outrider/sdk/attributes'
import type { Kind } from '../../span.ts'
import { type Dialect, extend } from './dialect.ts'
import { indexedMessages } from './indexed-message.ts'
import { genaiNames, otelGenai } from './otel-genai.ts'
import { pythonRecord } from './python-literal.ts'
import { includeParts } from './usage.ts'
import { tellUsage } from './usage-record.ts'
import { text } from './value.ts'

/** LiteLLM's own names of what was called, with and without the `a` of their asynchronous twins. */
const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['completion', 'llm'],
  ['responses', 'llm'],
  ['anthropic_messages', 'llm'],
  ['embedding', 'embedding'],
  ['rerank', 'retrieval'],
  ['call_mcp_tool', 'tool'],
])

/**
 * LiteLLM, library and proxy. The call's facts are on `litellm_request`, or on the proxy's server span; the client of an
 * application and `raw_gen_ai_request` may tell the same call again around and below it.
 */
export const litellm: Dialect = {
  name: 'litellm',
  detects: ({ attributes, scope }) =>
    scope.name === 'litellm' ||
    attributes['gen_ai.cost.total_cost'] !== undefined ||
    attributes['metadata.user_api_key_hash'] !== undefined,
  names: extend(genaiNames, {
    operation: [attribute.operation, 'llm.request.type'],
    cacheReadTokens: ['gen_ai.usage.cache_read_input_tokens'],
    costUsd: ['gen_ai.cost.total_cost'],
    responseId: [attribute.responseId, 'llm.response.id'],
    sessionId: ['metadata.session_id', 'metadata.litellm_session_id', 'metadata.trace_session_id'],
    userId: ['llm.user', 'metadata.user_api_key_end_user_id', 'metadata.user_api_key_user_id'],
    tenantId: ['metadata.tenant_id', 'metadata.tenantId'],
    tags: ['metadata.tags'],
  }),
  kind(told, raw) {
    // the provider's words again, under names of its own
    if (raw.name === 'raw_gen_ai_request') return 'other'
    const operation = told.operation?.toLowerCase() ?? ''
    return kinds.get(operation) ?? kinds.get(operation.replace(/^a/, '')) ?? otelGenai.kind(told, raw)
  },
  mend(told, raw, warnings) {
    if (told.inputTokens === 0 && told.outputTokens === 0) {
      // a stream that told no usage
      told.inputTokens = told.outputTokens = told.totalTokens = null
      if (told.costUsd === 0) told.costUsd = null
    } else tellUsage(told, pythonRecord(raw.attributes['metadata.usage_object']))
    // where no answer came, or none that has an id, LiteLLM's own name of the call stands in the slot
    if (told.responseId === raw.attributes['litellm.call_id']) told.responseId = null
    told.responseId = providersId(told.responseId)
    if (told.streaming && told.responseModel === told.requestModel) told.responseModel = null
    told.finishReasons ??= finishOf(raw.attributes['gen_ai.completion.0.finish_reason'])
    told.input ??= indexedMessages(raw.attributes, 'gen_ai.prompt')
    told.output ??= indexedMessages(raw.attributes, 'gen_ai.completion')
    includeParts(told, raw, warnings)
  },
  loses: () => losses,
}

/** The Responses API is told by an id that wraps the provider's. */
function providersId(id: string | null): string | null {
  if (id === null || !/^resp_[A-Za-z0-9+/=]{40,}$/.test(id)) return id
  return /;response_id:([\w-]+)$/.exec(Buffer.from(id.slice('resp_'.length), 'base64').toString())?.[1] ?? id
}

const losses = [
  'Below a span of the application LiteLLM writes each call onto that span, over the one before: set USE_OTEL_LITELLM_REQUEST_SPAN=true.',
  'Streams do not tell the served model; without stream_options.include_usage they have no tokens and stay unpriced.',
  'Response ids of other providers than OpenAI are made up by LiteLLM. Retries are hidden in the span of their call.',
]

function finishOf(value: Parameters<typeof text>[0] | undefined): readonly string[] | null {
  const word = text(value ?? null)
  return word === undefined ? null : [word]
}
