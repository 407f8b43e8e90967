import { attribute } from '@outrider/sdk/attributes'
import type { Kind } from '../../span.ts'
import { type Dialect, extend } from './dialect.ts'
import { indexedMessages } from './indexed-message.ts'
import { genaiNames, otelGenai } from './otel-genai.ts'
import { includeParts } from './usage.ts'
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
    told.finishReasons ??= finishOf(raw.attributes['gen_ai.completion.0.finish_reason'])
    told.input ??= indexedMessages(raw.attributes, 'gen_ai.prompt')
    told.output ??= indexedMessages(raw.attributes, 'gen_ai.completion')
    includeParts(told, raw, warnings)
  },
}

function finishOf(value: Parameters<typeof text>[0] | undefined): readonly string[] | null {
  const word = text(value ?? null)
  return word === undefined ? null : [word]
}
