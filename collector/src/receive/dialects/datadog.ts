import type { Kind } from '../../span.ts'
import type { RawSpan } from '../raw.ts'
import { type Dialect, extend, type Told } from './dialect.ts'
import { fromMsgpack } from './msgpack.ts'
import { genaiNames } from './otel-genai.ts'
import { includeParts } from './usage.ts'
import { isRecord, json, text } from './value.ts'

const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['llm', 'llm'],
  ['embedding', 'embedding'],
  ['agent', 'agent'],
  ['tool', 'tool'],
  ['retrieval', 'retrieval'],
  ['workflow', 'chain'],
  ['task', 'chain'],
  ['experiment', 'chain'],
])

/** Each of its integrations writes the models of a call under a name of its own. */
const integrations = ['openai', 'anthropic', 'google_genai', 'gemini', 'vertexai', 'litellm', 'langchain', 'bedrock']
const models = (of: 'request' | 'response') => integrations.map((name) => `${name}.${of}.model`)

/** Datadog's LLM Observability, whose tracer sends OTLP. Texts are MessagePack in one attribute. */
export const datadog: Dialect = {
  name: 'datadog',
  detects: ({ attributes }) => attributes['_dd.llmobs.span_kind'] !== undefined,
  names: extend(genaiNames, {
    operation: ['_dd.llmobs.span_kind'],
    requestModel: [...models('request'), '_dd.llmobs.model_name'],
    responseModel: models('response'),
    inputTokens: ['_dd.llmobs.input_tokens'],
    outputTokens: ['_dd.llmobs.output_tokens'],
    totalTokens: ['_dd.llmobs.total_tokens'],
    cacheReadTokens: ['_dd.llmobs.cache_read_input_tokens'],
    cacheWriteTokens: ['_dd.llmobs.cache_write_input_tokens'],
    reasoningTokens: ['_dd.llmobs.reasoning_output_tokens'],
    sessionId: ['_dd.llmobs.session_id', 'session_id'],
    input: ['_llmobs'],
  }),
  kind: (told) => kinds.get(told.operation ?? '') ?? 'other',
  mend(told, raw, warnings) {
    const { attributes, name } = raw
    // a host that it does not know
    if (told.provider === 'unknown') told.provider = text(attributes['openai.request.provider'] ?? null) ?? null
    const called = text(attributes['resource.name'] ?? null) ?? name
    if (told.operation === 'agent') told.agent ??= called
    if (told.operation === 'tool') told.toolName ??= called
    if (told.operation === 'workflow' && raw.parentSpanId === null) told.workflow ??= called
    tellTexts(told, raw)
    includeParts(told, raw, warnings)
  },
  loses: () => [
    'Response ids and the time to the first token are not sent; retries are hidden in the span of their call.',
  ],
}

function tellTexts(told: Told, { attributes }: RawSpan): void {
  const sent = attributes._llmobs
  told.input = null
  const whole = typeof sent === 'string' ? fromMsgpack(Buffer.from(sent, 'base64')) : undefined
  const meta = isRecord(whole) ? whole.meta : undefined
  if (!isRecord(meta)) return
  const [input, output] = [said(meta.input), said(meta.output)]
  if (told.operation === 'tool') told.toolArgs ??= input
  else told.input = input
  told.output ??= output
  const { metadata } = meta
  if (!isRecord(metadata)) return
  const reason = typeof metadata.finish_reason === 'string' ? metadata.finish_reason : metadata.stop_reason
  if (typeof reason === 'string') told.finishReasons ??= [reason]
  if (typeof metadata.stream === 'boolean') told.streaming ??= metadata.stream
}

/** Messages, documents, or whatever else went in or out. */
function said(side: unknown): string | null {
  if (!isRecord(side)) return null
  const told = side.messages ?? side.documents ?? side.value
  return typeof told === 'string' ? told : told === undefined ? null : (json(told) ?? null)
}
