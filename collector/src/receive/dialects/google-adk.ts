import type { Kind } from '../../span.ts'
import type { RawSpan } from '../raw.ts'
import { type Dialect, extend, type Told } from './dialect.ts'
import { tellModel } from './litellm-model.ts'
import { genaiNames, otelGenai } from './otel-genai.ts'
import { includeParts } from './usage.ts'
import { count, isRecord, parsed, text } from './value.ts'

/** Google's Agent Development Kit. Its first versions tell the usage inside the JSON of the response only. */
export const googleAdk: Dialect = {
  name: 'google-adk',
  detects: ({ attributes, scope }) =>
    scope.name === 'gcp.vertex.agent' ||
    attributes['gen_ai.system'] === 'gcp.vertex.agent' ||
    attributes['gcp.vertex.agent.invocation_id'] !== undefined,
  names: extend(genaiNames, {
    sessionId: ['gcp.vertex.agent.session_id'],
    input: ['gcp.vertex.agent.llm_request'],
    output: ['gcp.vertex.agent.llm_response', 'gcp.vertex.agent.tool_response'],
    toolArgs: ['gcp.vertex.agent.tool_call_args'],
  }),
  kind(told, raw) {
    if (raw.name === 'call_llm') return 'llm'
    if (raw.name === 'invocation') return 'chain'
    if (raw.name === 'execute_tool (merged)') return 'chain'
    if (told.operation !== null) return otelGenai.kind(told, raw)
    const kind: Kind = told.agent !== null && /^(?:agent_run|invoke_agent)\b/.test(raw.name) ? 'agent' : 'other'
    return kind
  },
  mend(told, raw, warnings) {
    // the framework's name stands where the provider should
    if (told.provider === 'gcp.vertex.agent') told.provider = null
    told.agent ??= /^agent_run \[([^\]]+)\]$/.exec(raw.name)?.[1] ?? null
    if (raw.name === 'call_llm') readResponse(told, raw)
    else if (told.operation === 'generate_content') tellForeign(told, warnings)
    if (told.requestModel !== null) tellModel(told)
    includeParts(told, raw, warnings)
  },
  loses: () => [
    'The served model, response ids and whether a call was streamed are not sent.',
    'Version 2 sends contents only where OpenTelemetry is told to: OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT.',
  ],
}

/**
 * Models of others are called through LiteLLM, whose output includes what was thought; version 2 adds it once more.
 */
function tellForeign(told: Told, warnings: string[]): void {
  const { provider, outputTokens: output, reasoningTokens: thoughts } = told
  if (provider === null || provider.startsWith('gcp.')) return
  if (output !== null && thoughts !== null && thoughts > 0 && 2 * thoughts <= output) {
    told.outputTokens = output - thoughts
    warnings.push('reasoning_counted_twice')
  }
}

function readResponse(told: Told, { attributes }: RawSpan): void {
  const said = attributes['gcp.vertex.agent.llm_response']
  const response = typeof said === 'string' && said.startsWith('{') ? parsed(said) : said
  if (!isRecord(response)) return
  const finish = text(response.finish_reason ?? null)
  if (finish !== undefined) told.finishReasons ??= [finish]
  const usage = response.usage_metadata
  if (!isRecord(usage)) return
  const of = (name: string) => count(usage[name] ?? null) ?? null
  told.inputTokens ??= of('prompt_token_count')
  told.cacheReadTokens ??= of('cached_content_token_count')
  told.reasoningTokens ??= of('thoughts_token_count')
  const answer = of('candidates_token_count')
  const thoughts = of('thoughts_token_count') ?? 0
  // the answer's tokens leave out what was thought, but for models that LiteLLM calls: then the total has it once
  const whole = of('total_token_count') === (of('prompt_token_count') ?? 0) + (answer ?? 0) ? answer : null
  if (answer !== null && (told.outputTokens ?? answer) === answer) told.outputTokens = whole ?? answer + thoughts
}
