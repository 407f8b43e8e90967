import type { Attributes, Kind } from '../../span.ts'
import type { RawSpan } from '../raw.ts'
import { type Dialect, extend, type Told } from './dialect.ts'
import { genaiNames } from './otel-genai.ts'
import { includeParts } from './usage.ts'
import { isRecord, json, parsed, text } from './value.ts'

const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['LLM', 'llm'],
  ['EMBEDDING', 'embedding'],
  ['AGENT', 'agent'],
  ['TOOL', 'tool'],
  ['RETRIEVER', 'retrieval'],
  ['RERANKER', 'retrieval'],
  ['GUARDRAIL', 'guard'],
  ['EVALUATOR', 'eval'],
  ['CHAIN', 'chain'],
])

/** OpenInference (Arize). A span that carries the GenAI names too is read in both: each fact once, these first. */
export const openinference: Dialect = {
  name: 'openinference',
  detects: ({ attributes }) => attributes['openinference.span.kind'] !== undefined,
  names: extend(genaiNames, {
    operation: ['openinference.span.kind'],
    provider: ['llm.provider', 'llm.system'],
    agent: ['agent.name'],
    requestModel: ['llm.request.model_name', 'embedding.model_name'],
    // one slot for both: the served model where the instrumentation knew it
    responseModel: ['llm.response.model_name', 'llm.model_name'],
    finishReasons: ['llm.finish_reason'],
    inputTokens: ['llm.token_count.prompt'],
    outputTokens: ['llm.token_count.completion'],
    totalTokens: ['llm.token_count.total'],
    cacheReadTokens: ['llm.token_count.prompt_details.cache_read', 'llm.token_count.prompt_details.cache_input'],
    cacheWriteTokens: ['llm.token_count.prompt_details.cache_write'],
    reasoningTokens: ['llm.token_count.completion_details.reasoning'],
    costUsd: ['llm.cost.total'],
    input: ['input.value'],
    output: ['output.value'],
    toolName: ['tool.name'],
    toolCallId: ['tool.id'],
    toolArgs: ['tool.parameters'],
    promptVersion: ['llm.prompt_template.version'],
    tags: ['tag.tags'],
  }),
  kind: (told) => kinds.get(told.operation?.toUpperCase() ?? '') ?? 'other',
  mend(told, raw, warnings) {
    includeParts(told, raw, warnings)
    const kind = kinds.get(told.operation?.toUpperCase() ?? '')
    if (kind === 'llm') readParameters(told, raw.attributes)
    else if (kind === 'agent') {
      told.agent ??= text(raw.attributes['graph.node.id'] ?? null) ?? raw.name
      told.parentAgent ??= text(raw.attributes['graph.node.parent_id'] ?? null) ?? null
    } else if (kind === 'tool') {
      told.toolArgs ??= told.input
      told.input = null
    } else if (kind === 'retrieval') {
      told.retrievalQuery ??= told.input
      told.input = null
      told.retrievalDocuments ??= documentsOf(raw.attributes)
    }
  },
}

/** The requested model and the stream flag stand in the request's own parameters, a JSON text. */
function readParameters(told: Told, attributes: RawSpan['attributes']): void {
  const sent = attributes['llm.invocation_parameters']
  const parameters = typeof sent === 'string' ? parsed(sent) : sent
  if (!isRecord(parameters)) return
  told.requestModel ??= text(parameters.model ?? null) ?? null
  if (typeof parameters.stream === 'boolean') told.streaming ??= parameters.stream
}

/** `retrieval.documents.N.document.{id,score,content}` as one JSON array. */
function documentsOf(attributes: Attributes): string | null {
  const documents: object[] = []
  for (let index = 0; index < 1000; index++) {
    const at = `retrieval.documents.${index}.document`
    const [id, score, content] = [attributes[`${at}.id`], attributes[`${at}.score`], attributes[`${at}.content`]]
    if (id === undefined && score === undefined && content === undefined) break
    documents.push({ id, score, content })
  }
  return documents.length === 0 ? null : (json(documents) ?? null)
}
