import type { RawSpan } from '../raw.ts'
import { type Dialect, extend, type Told } from './dialect.ts'
import { agentsKind, isAgents, tellAgents } from './logfire-agents.ts'
import { genaiNames, otelGenai } from './otel-genai.ts'
import { includeParts } from './usage.ts'
import { record, tellUsage } from './usage-record.ts'
import { text } from './value.ts'

/**
 * pydantic-ai, and what Logfire's own instrumentations write. Agent spans carry the sum of their calls, as
 * `gen_ai.aggregated_usage.*` or, before, as plain usage; `gen_ai.usage.details.*` are copies and raw counts.
 */
export const pydanticAi: Dialect = {
  name: 'pydantic-ai',
  detects: ({ attributes, scope }) =>
    scope.name === 'pydantic-ai' ||
    scope.name.startsWith('logfire.') ||
    attributes['logfire.msg'] !== undefined ||
    attributes['pydantic_ai.all_messages'] !== undefined,
  names: extend(genaiNames, {
    agent: ['gen_ai.agent.name', 'agent_name'],
    input: [
      'gen_ai.input.messages',
      'pydantic_ai.all_messages',
      'all_messages_events',
      'raw_input',
      'input',
      'events',
      'request_data',
    ],
    output: [
      'gen_ai.output.messages',
      'gen_ai.tool.call.result',
      'tool_response',
      'final_result',
      'response_data',
      'response',
      'output',
    ],
    responseId: ['gen_ai.response.id', 'response_id'],
    sessionId: ['group_id'],
    toolArgs: ['gen_ai.tool.call.arguments', 'tool_arguments'],
  }),
  kind(told, raw) {
    const { attributes, name } = raw
    if (isAnnounced(told, raw)) return 'chain'
    if (isAgents(raw)) return agentsKind(raw) ?? otelGenai.kind(told, raw)
    if (told.operation !== null) return otelGenai.kind(told, raw)
    // versions that named no operation; their agent spans carry a model too
    if (attributes.agent_name !== undefined || / run$/.test(name)) return told.agent === null ? 'other' : 'agent'
    if (/^running \d+ tools?$/.test(name)) return 'chain'
    return otelGenai.kind(told, raw)
  },
  mend(told, raw, warnings) {
    const { attributes, scope } = raw
    const metadata = record(attributes.metadata)
    told.userId ??= text(metadata?.user_id ?? null) ?? null
    told.sessionId = text(metadata?.session_id ?? null) ?? told.sessionId
    // Logfire writes what it does not know as the JSON text of null
    if (told.sessionId === 'null') told.sessionId = null
    if (told.responseId === 'null') told.responseId = null
    if (isAgents(raw)) tellAgents(told, raw)
    else if (isLogfire(scope.name)) {
      tellUsage(told, record(attributes['gen_ai.usage.raw']))
      if (attributes['logfire.span_type'] === 'log' && attributes.duration !== undefined) {
        told.streaming = true
        // at the end of a stream the slot repeats the asked model
        if (told.responseModel === told.requestModel) told.responseModel = null
      }
    }
    includeParts(told, raw, warnings)
  },
  loses: ({ name }) => (isLogfire(name) ? ofClients : []),
}

const ofClients = [
  'A streamed call is told after its end, as a log without a duration; its served model, response id and finish reason are not.',
  'Retries are hidden in the span of their call.',
]

const isLogfire = (scope: string): boolean => scope.startsWith('logfire.')

/**
 * Logfire tells a streamed call twice: a span for its beginning, and a log with the usage when the stream has ended. It
 * also announces spans before they end.
 */
function isAnnounced(told: Told, { attributes, scope, statusCode }: RawSpan): boolean {
  if (attributes['logfire.span_type'] === 'pending_span') return true
  if (!isLogfire(scope.name) || attributes['logfire.span_type'] !== 'span' || statusCode === 2) return false
  return told.operation === 'chat' && (told.inputTokens ?? told.outputTokens ?? told.responseId ?? told.output) === null
}
