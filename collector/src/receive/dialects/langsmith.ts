import type { Kind } from '../../span.ts'
import { type Dialect, extend } from './dialect.ts'
import { errorStatus } from './error-status.ts'
import { agentOf, tellAnswer } from './langchain.ts'
import { genaiNames } from './otel-genai.ts'
import { placeContent } from './place-content.ts'
import { includeParts } from './usage.ts'
import { record, tellUsage } from './usage-record.ts'
import { text, usd } from './value.ts'

const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['llm', 'llm'],
  ['chain', 'chain'],
  ['tool', 'tool'],
  ['retriever', 'retrieval'],
  ['embedding', 'embedding'],
  ['prompt', 'chain'],
])

/**
 * LangSmith's OpenTelemetry export. Its own kind goes before the operation, which calls a retriever `embeddings` and a
 * prompt `chat`.
 */
export const langsmith: Dialect = {
  name: 'langsmith',
  detects: ({ attributes }) =>
    attributes['langsmith.span.kind'] !== undefined || attributes['langsmith.traceable'] !== undefined,
  names: extend(genaiNames, {
    operation: ['langsmith.span.kind'],
    provider: ['langsmith.metadata.ls_provider'],
    streaming: ['langsmith.request.streaming', 'langsmith.metadata.stream'],
    sessionId: ['langsmith.metadata.session_id', 'langsmith.metadata.thread_id', 'langsmith.metadata.conversation_id'],
    userId: ['langsmith.metadata.user_id'],
    tags: ['langsmith.span.tags'],
  }),
  kind: (told) => kinds.get(told.operation?.toLowerCase() ?? '') ?? 'other',
  mend(told, raw, warnings) {
    const { attributes, events, name } = raw
    const kind = kinds.get(told.operation?.toLowerCase() ?? '')
    const usage = record(attributes['langsmith.usage_metadata'] ?? attributes['langsmith.metadata.usage_metadata'])
    tellUsage(told, usage)
    if (told.cacheReadTokens === null || told.reasoningTokens === null) {
      tellUsage(told, {
        input_token_details: record(attributes['gen_ai.usage.input_token_details']),
        output_token_details: record(attributes['gen_ai.usage.output_token_details']),
      })
    }
    told.costUsd ??= (usage === null ? undefined : usd(usage.total_cost ?? null)) ?? null
    includeParts(told, raw, warnings)
    told.requestModel ??= text(attributes['langsmith.metadata.ls_model_name'] ?? null) ?? null
    told.finishReasons = told.finishReasons?.flatMap((reasons) => reasons.split(', ')) ?? null
    if (kind === 'llm') tellAnswer(told)
    told.agent ??= agentOf((key) => text(attributes[`langsmith.metadata.${key}`] ?? null) ?? null, kind)
    told.tags = told.tags?.flatMap((tags) => tags.split(', ')) ?? null
    // a run that raised has its exception as an event, and the status OK
    const exception = events.findLast((event) => event.name === 'exception')?.attributes['exception.message']
    if (typeof exception === 'string') {
      told.failed = true
      told.errorType ??= errorStatus(exception)
    }
    const isRoot = attributes['langsmith.is_root'] === true || (raw.parentSpanId === null && kind === 'chain')
    if (isRoot) told.workflow ??= name
    placeContent(told, kind, name)
  },
  loses: () => [
    'A streamed call of wrapOpenAI stands on the span around it, which loses its own kind, input and output; of several such calls in one function only one is left.',
    'Who of several agents worked is not sent.',
    'Finish reasons of the Responses API are not sent. Retries inside the client are one span.',
  ],
}
