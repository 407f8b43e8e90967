import { type Dialect, extend } from './dialect.ts'
import { genaiNames, otelGenai } from './otel-genai.ts'
import { includeParts } from './usage.ts'

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
    input: ['gen_ai.input.messages', 'pydantic_ai.all_messages', 'all_messages_events', 'events', 'request_data'],
    output: ['gen_ai.output.messages', 'gen_ai.tool.call.result', 'tool_response', 'final_result', 'response_data'],
    toolArgs: ['gen_ai.tool.call.arguments', 'tool_arguments'],
  }),
  kind(told, raw) {
    const { attributes, name } = raw
    if (told.operation !== null) return otelGenai.kind(told, raw)
    // versions that named no operation; their agent spans carry a model too
    if (attributes.agent_name !== undefined || / run$/.test(name)) return told.agent === null ? 'other' : 'agent'
    if (/^running \d+ tools?$/.test(name)) return 'chain'
    return otelGenai.kind(told, raw)
  },
  mend: includeParts,
}
