import type { Attributes, Kind } from '../../span.ts'
import { type Dialect, extend, type Told } from './dialect.ts'
import { genaiNames } from './otel-genai.ts'
import { includeParts } from './usage.ts'
import { record } from './usage-record.ts'
import { number, text } from './value.ts'

const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['agent_run', 'agent'],
  ['model_inference', 'llm'],
  ['llm_generation', 'llm'],
  ['tool_call', 'tool'],
  ['mcp_tool_call', 'tool'],
  ['provider_tool_call', 'tool'],
  ['client_tool_call', 'tool'],
  ['rag_embedding', 'embedding'],
  ['rag_vector_operation', 'retrieval'],
  ['scorer_run', 'eval'],
  ['scorer_step', 'eval'],
  ['classifier_evaluation', 'eval'],
  ['model_generation', 'chain'],
  ['model_step', 'chain'],
  ['processor_run', 'chain'],
  ['mapping', 'chain'],
  ['generic', 'chain'],
])

/** Kinds of span that tell what went in and out under a name of their own. */
const withContent = [
  'agent_run',
  'workflow_run',
  'workflow_step',
  'model_generation',
  'model_step',
  'model_chunk',
  'processor_run',
  'scorer_run',
  'generic',
]

/**
 * Mastra's OpenTelemetry exporter. Which span is the call depends on its version: `model_inference`, or in older ones
 * `model_generation`, now the loop above; the one that is exported as `chat` is it.
 */
export const mastra: Dialect = {
  name: 'mastra',
  detects: ({ attributes }) => attributes['mastra.span.type'] !== undefined,
  names: extend(genaiNames, {
    input: withContent.map((type) => `mastra.${type}.input`),
    output: withContent.map((type) => `mastra.${type}.output`),
    sessionId: ['mastra.metadata.sessionId', 'mastra.metadata.threadId'],
    userId: ['mastra.metadata.userId', 'mastra.metadata.resourceId'],
    statusMessage: ['error.message'],
    tags: ['mastra.tags'],
  }),
  kind(told, { attributes }) {
    if (told.operation === 'chat') return 'llm'
    const type = text(attributes['mastra.span.type'] ?? null) ?? ''
    return kinds.get(type) ?? (type.startsWith('workflow_') ? 'chain' : 'other')
  },
  mend(told, raw, warnings) {
    includeParts(told, raw, warnings)
    // a failed call ends well, and only its finish reason says what happened
    if (told.operation === 'chat' && told.finishReasons?.[0] === 'error') {
      told.failed = true
      // what stands there is the asked model again: nothing was served
      told.responseModel = null
    }
    const begun = text(raw.attributes['mastra.completion_start_time'] ?? null)
    const ms = begun === undefined ? Number.NaN : Date.parse(begun) - Number(raw.startNs / 1_000_000n)
    if (ms >= 0) told.ttftMs ??= ms
    tellScore(told, raw.attributes)
    if (told.operation === 'invoke_workflow' && raw.attributes['mastra.workflow_run.status'] === 'failed') {
      told.failed = true
    }
  },
  ttftOfAll: true,
  loses: () => [
    'Streamed calls are not told apart from others; providers that speak the OpenAI protocol send no usage of a stream.',
    'Response ids are not sent by every model.',
    'A failed call has no error of its own: its type and message stand on the agent.',
  ],
}

/** A scorer's output is an object with its score. */
function tellScore(told: Told, attributes: Attributes): void {
  const scored = record(attributes['mastra.scorer_run.output'])
  told.score ??= (scored === null ? undefined : number(scored.score ?? null)) ?? null
}
