import type { Kind } from '../../span.ts'
import { type Dialect, extend, type Told } from './dialect.ts'
import { genaiNames, otelGenai } from './otel-genai.ts'
import { placeContent } from './place-content.ts'
import { tellProviderAnswer } from './provider-answer.ts'
import { includeParts } from './usage.ts'
import { record, tellUsage } from './usage-record.ts'
import { isRecord, parsed, text, usd } from './value.ts'

const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['CHAT_MODEL', 'llm'],
  ['LLM', 'llm'],
  ['EMBEDDING', 'embedding'],
  ['AGENT', 'agent'],
  ['TOOL', 'tool'],
  ['CHAIN', 'chain'],
  ['WORKFLOW', 'chain'],
  ['TASK', 'chain'],
  ['RETRIEVER', 'retrieval'],
  ['RERANKER', 'retrieval'],
  ['GUARDRAIL', 'guard'],
  ['EVALUATOR', 'eval'],
])

function kind(told: Told): Kind {
  return kinds.get(told.operation?.toUpperCase() ?? '') ?? 'other'
}

/** MLflow tracing over OTLP: every value of its own is JSON text, so that names come in quotes. */
export const mlflow: Dialect = {
  name: 'mlflow',
  detects: ({ attributes }) => attributes['mlflow.spanType'] !== undefined,
  names: extend(genaiNames, {
    operation: ['mlflow.spanType'],
    provider: ['mlflow.llm.provider'],
    requestModel: ['model', 'mlflow.llm.model'],
    streaming: ['stream'],
    input: ['mlflow.spanInputs'],
    output: ['mlflow.spanOutputs'],
    sessionId: ['mlflow.trace.session'],
    userId: ['mlflow.trace.user'],
  }),
  kind(told, raw) {
    const operation = raw.attributes['gen_ai.operation.name']
    if (kinds.has(told.operation ?? '') || typeof operation !== 'string') return kind(told)
    return otelGenai.kind({ ...told, operation }, raw)
  },
  mend(told, raw, warnings) {
    const { attributes, name } = raw
    told.operation = unquoted(told.operation)
    told.provider = unquoted(told.provider)
    told.requestModel = unquoted(told.requestModel)
    told.sessionId = unquoted(told.sessionId)
    told.userId = unquoted(told.userId)
    tellUsage(told, record(attributes['mlflow.chat.tokenUsage']))
    if (kind(told) === 'llm' || kind(told) === 'embedding') tellProviderAnswer(told)
    includeParts(told, raw, warnings)
    const cost = record(attributes['mlflow.llm.cost'])
    told.costUsd ??= (cost === null ? undefined : usd(cost.total_cost ?? null)) ?? null
    tellPrompt(told, attributes['mlflow.linkedPrompts'])
    placeContent(told, kind(told), name)
  },
  loses: () => [
    'The served model, finish reasons, response ids and reasoning tokens stand in the recorded output alone: they are unknown where it is not the answer as it came.',
    'Session and user of a trace are not sent over OTLP.',
    'Totals of a trace are kept as attributes and never counted.',
  ],
}

function unquoted(value: string | null): string | null {
  if (value === null || !value.startsWith('"')) return value
  const inner = parsed(value)
  return typeof inner === 'string' ? inner : value
}

/** `[{"name": "greeting", "version": "3"}]`: the first prompt that was linked. */
function tellPrompt(told: Told, value: Parameters<typeof record>[0]): void {
  const list = typeof value === 'string' ? parsed(value) : value
  const first = Array.isArray(list) ? (list[0] as unknown) : undefined
  if (!isRecord(first)) return
  told.promptName ??= text(first.name ?? null) ?? null
  told.promptVersion ??= text(first.version ?? null) ?? null
}
