import type { Kind } from '../../span.ts'
import type { RawSpan } from '../raw.ts'
import { type Dialect, extend, type Told } from './dialect.ts'
import { errorStatus } from './error-status.ts'
import { agentOf } from './langchain.ts'
import { genaiNames, otelGenai } from './otel-genai.ts'
import { placeContent } from './place-content.ts'
import { type Fields, record, tellUsage } from './usage-record.ts'
import { count, flag, text, usd } from './value.ts'

const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['generation', 'llm'],
  ['embedding', 'embedding'],
  ['agent', 'agent'],
  ['tool', 'tool'],
  ['chain', 'chain'],
  ['retriever', 'retrieval'],
  ['guardrail', 'guard'],
  ['evaluator', 'eval'],
])

function kind(told: Told): Kind {
  const own = kinds.get(told.operation?.toLowerCase() ?? '')
  const model = told.responseModel ?? told.requestModel
  // the client's wrapper calls every request a generation, embeddings too
  if (own === 'llm' && told.outputTokens === null && model?.includes('embed')) return 'embedding'
  return own ?? 'other'
}

/** Langfuse SDK 4 and 5. Its usage is told in disjoint parts, its model in one slot, its failures beside the status. */
export const langfuse: Dialect = {
  name: 'langfuse',
  detects: ({ attributes }) => attributes['langfuse.observation.type'] !== undefined,
  names: extend(genaiNames, {
    operation: ['langfuse.observation.type'],
    workflow: ['langfuse.trace.name'],
    responseModel: ['langfuse.observation.model.name'],
    input: ['langfuse.observation.input'],
    output: ['langfuse.observation.output'],
    sessionId: ['langfuse.session.id'],
    userId: ['langfuse.user.id'],
    responseId: ['langfuse.observation.metadata.id'],
    promptName: ['langfuse.observation.prompt.name'],
    promptVersion: ['langfuse.observation.prompt.version'],
    statusMessage: ['langfuse.observation.status_message'],
    tags: ['langfuse.trace.tags'],
  }),
  kind(told, raw) {
    const operation = raw.attributes['gen_ai.operation.name']
    // `span` is what a wrapper writes on spans of others: their own word says more
    if (kinds.has(told.operation ?? '') || typeof operation !== 'string') return kind(told)
    return otelGenai.kind({ ...told, operation }, raw)
  },
  mend(told, raw) {
    const { attributes, name, startNs } = raw
    // an answer's id, where no application wrote an id of its own under the same name
    told.responseId = /^"?((?:chatcmpl|resp|msg)[-_][\w-]+)"?$/.exec(told.responseId ?? '')?.[1] ?? null
    told.failed = attributes['langfuse.observation.level'] === 'ERROR' || told.failed
    const parameters = record(attributes['langfuse.observation.model.parameters'])
    told.streaming ??= (parameters === null ? undefined : flag(parameters.stream ?? null)) ?? null
    tellParts(told, record(attributes['langfuse.observation.usage_details']))
    const cost = record(attributes['langfuse.observation.cost_details'])
    told.costUsd ??= (cost === null ? undefined : usd(cost.total ?? null)) ?? null
    if (told.failed) {
      told.errorType ??= errorStatus(told.statusMessage ?? '')
      if (told.costUsd === 0) told.costUsd = null
    }
    // the slot holds what was asked for until an answer told what was served: streams and failures keep the former
    if ((told.failed || told.streaming) && told.responseModel !== null) {
      told.requestModel ??= told.responseModel
      told.responseModel = null
    }
    tellFirstToken(told, text(attributes['langfuse.observation.completion_start_time'] ?? null), startNs)
    tellMetadata(told, raw)
    placeContent(told, kind(told), name)
  },
  loses: () => [
    'Finish reasons and response ids are not sent.',
    'Calls name one model: the served one, or in streams and failures the requested one. Providers are not named.',
    'Embeddings of the OpenAI wrapper have no usage, as streams without stream_options.include_usage: they stay unpriced.',
    'Retries inside the client are one observation.',
  ],
}

/** `input` and `output` are what the other parts leave: the sum of all is what was used. */
function tellParts(told: Told, usage: Fields | null): void {
  if (usage === null) return
  const rest = { input: part(usage.input), output: part(usage.output), total: part(usage.total) }
  if (rest.input === null && rest.output === null) {
    tellUsage(told, usage)
    // Anthropic's own object: its input leaves the cache out
    const { cache_read_input_tokens: read, cache_creation_input_tokens: write } = usage
    if (told.inputTokens !== null) told.inputTokens += (part(read) ?? 0) + (part(write) ?? 0)
    return
  }
  const { cache_read_input_tokens, cache_creation_input_tokens } = usage
  const read = part(usage.input_cached_tokens ?? usage.input_cache_read ?? cache_read_input_tokens)
  const write = part(cache_creation_input_tokens ?? usage.input_cache_creation)
  const outside =
    (usage.cache_read_input_tokens === undefined ? 0 : (part(cache_read_input_tokens) ?? 0)) +
    (part(cache_creation_input_tokens) ?? 0)
  // written by hand, the parts may stand inside: then the two alone make the total
  const inside = rest.total !== null && rest.total === (rest.input ?? 0) + (rest.output ?? 0)
  told.inputTokens ??= rest.input === null ? null : rest.input + (inside ? 0 : parts(usage, 'input_') + outside)
  told.outputTokens ??= rest.output === null ? null : rest.output + (inside ? 0 : parts(usage, 'output_'))
  told.totalTokens ??= rest.total
  told.cacheReadTokens ??= read
  told.cacheWriteTokens ??= write
  told.reasoningTokens ??= part(usage.output_reasoning_tokens ?? usage.output_reasoning)
}

function parts(usage: Fields, prefix: string): number {
  let sum = 0
  for (const name in usage) if (name.startsWith(prefix)) sum += part(usage[name]) ?? 0
  return sum
}

function part(value: Fields[string] | undefined): number | null {
  return (value === undefined ? undefined : count(value)) ?? null
}

/**
 * What LangChain says of a run, which its callback hands on as metadata of the observation: JSON texts by their keys.
 */
function tellMetadata(told: Told, { attributes, name, parentSpanId }: RawSpan): void {
  const at = (key: string): string | null => {
    const own = attributes[`langfuse.observation.metadata.${key}`] ?? attributes[`langfuse.trace.metadata.${key}`]
    const said = text(own ?? null)
    return said === undefined ? null : said.replace(/^"(.*)"$/s, '$1') || null
  }
  const is = kind(told)
  if (parentSpanId === null && is === 'chain') told.workflow ??= name
  told.agent ??= agentOf(at, is)
  told.provider ??= at('ls_provider')
  told.sessionId ??= at('session_id') ?? at('thread_id')
  told.userId ??= at('user_id')
  const asked = is === 'llm' ? at('ls_model_name') : null
  if (asked === null) return
  told.requestModel ??= asked
  if (told.ttftMs === null) return
  told.streaming ??= true
  if (told.responseModel === asked) told.responseModel = null
}

function tellFirstToken(told: Told, written: string | undefined, startNs: bigint): void {
  const at = written === undefined ? Number.NaN : Date.parse(written.replaceAll('"', ''))
  const ms = at - Number(startNs / 1_000_000n)
  if (ms >= 0) told.ttftMs ??= ms
}
