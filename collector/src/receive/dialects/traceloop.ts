import { attribute } from '@outrider/sdk/attributes'
import type { Kind } from '../../span.ts'
import type { RawSpan } from '../raw.ts'
import { type Dialect, extend, type Told } from './dialect.ts'
import { indexedMessages } from './indexed-message.ts'
import { agentOf, isLangChain } from './langchain.ts'
import { genaiNames, otelGenai } from './otel-genai.ts'
import { isEstimate } from './token-estimate.ts'
import { includeParts } from './usage.ts'
import { text } from './value.ts'

const associated = (...keys: string[]) => keys.map((key) => `traceloop.association.properties.${key}`)

const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['workflow', 'chain'],
  ['task', 'chain'],
  ['agent', 'agent'],
  ['tool', 'tool'],
])
/** Kinds of calls as versions of 2023 and 2024 wrote them. */
const requests: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['chat', 'llm'],
  ['completion', 'llm'],
  ['embedding', 'embedding'],
  ['rerank', 'retrieval'],
])

const losses: Readonly<Record<string, readonly string[]>> = {
  'opentelemetry.instrumentation.agno': [
    'Calls have no spans: the usage of a run stands on its agent, without cached tokens; streamed runs and teams tell none. Instrument the client too.',
  ],
  '@traceloop/instrumentation-openai': [
    "A streamed chat carries an estimate of its tokens, texts only, as if it was the provider's count. Where it is certainly one it is unknown here; set TRACELOOP_ENRICH_TOKENS=false to have none.",
    'Streamed Responses have no tokens, served model, id or finish reason; embeddings and failed calls have no span.',
    'Cached and reasoning tokens are not sent: calls that read the cache are priced without the discount.',
    'Nothing says that a call was streamed; retries are hidden in the span of their call.',
  ],
  '@traceloop/instrumentation-anthropic': [
    'Response ids are not sent; a stream has no finish reason and is not marked as one.',
    'It does not work with version 1 of the client, which sends spans of its own.',
  ],
  '@traceloop/instrumentation-langchain': [
    'Spans have no parents: each is a trace of its own. The served model is not told; a streamed call has no tokens.',
  ],
  '@traceloop/node-server-sdk': [
    'A tool that throws has no span. Below an agent the workflow is overwritten by its name.',
  ],
}

/**
 * OpenLLMetry (Traceloop), from the first spellings (`llm.*`, `gen_ai.prompt.0.content`) to the GenAI ones of today. Its
 * SDK also marks spans of other libraries with the workflow: those stay what they are.
 */
export const traceloop: Dialect = {
  name: 'traceloop',
  detects: ({ attributes, scope }) =>
    attributes['traceloop.span.kind'] !== undefined ||
    attributes['traceloop.workflow.name'] !== undefined ||
    attributes['llm.request.type'] !== undefined ||
    attributes['gen_ai.prompt.0.role'] !== undefined ||
    attributes['gen_ai.completion.0.role'] !== undefined ||
    attributes['llm.usage.total_tokens'] !== undefined ||
    scope.name.startsWith('@traceloop/'),
  names: extend(genaiNames, {
    operation: [attribute.operation, 'llm.request.type'],
    provider: [attribute.provider, 'gen_ai.system', 'llm.vendor'],
    requestModel: [attribute.requestModel, 'llm.request.model'],
    responseModel: [attribute.responseModel, 'llm.response.model'],
    finishReasons: [
      attribute.finishReasons,
      'gen_ai.completion.0.finish_reason',
      'llm.completions.0.finish_reason',
      'llm.response.finish_reason',
    ],
    inputTokens: [attribute.inputTokens, 'gen_ai.usage.prompt_tokens', 'llm.usage.prompt_tokens'],
    outputTokens: [attribute.outputTokens, 'gen_ai.usage.completion_tokens', 'llm.usage.completion_tokens'],
    cacheReadTokens: ['llm.usage.cache_read_input_tokens'],
    cacheWriteTokens: ['llm.usage.cache_creation_input_tokens'],
    reasoningTokens: ['llm.usage.reasoning_tokens'],
    input: [attribute.inputMessages, 'traceloop.entity.input'],
    output: [attribute.outputMessages, 'traceloop.entity.output'],
    retrievalTopK: ['db.vector.query.top_k'],
    sessionId: associated('session_id', 'sessionId', 'thread_id', 'conversation_id'),
    userId: associated('user_id', 'userId'),
    tenantId: associated('tenant_id', 'tenantId'),
    promptName: ['traceloop.prompt.key'],
    promptVersion: ['traceloop.prompt.version'],
  }),
  kind(told, raw) {
    const { attributes } = raw
    if (attributes['gen_ai.guardrail.name'] !== undefined) return 'guard'
    // LangChain tools are tasks that say what they are under the newer name
    if (told.operation === 'execute_tool' || isLlamaTool(raw)) return 'tool'
    const request = requests.get(text(attributes['llm.request.type'] ?? null) ?? '')
    const kind = kinds.get(text(attributes['traceloop.span.kind'] ?? null) ?? '')
    if (kind !== undefined || request !== undefined) return kind ?? (request as Kind)
    if (told.retrievalTopK !== null && told.requestModel === null) return 'retrieval'
    return otelGenai.kind(told, raw)
  },
  mend(told, raw, warnings) {
    const { attributes } = raw
    const kind = text(attributes['traceloop.span.kind'] ?? null) ?? null
    const entity = bare(text(attributes['traceloop.entity.name'] ?? null) ?? null, kind)
    const workflow = text(attributes['traceloop.workflow.name'] ?? null) ?? null
    if (kind === 'workflow') told.workflow ??= workflow ?? entity ?? bare(raw.name, 'team')
    // below an agent its SDKs write the agent's name where the workflow's should be: what is below inherits instead
    else if (raw.parentSpanId === null && workflow !== told.agent) told.workflow ??= workflow
    if (kind === 'agent') told.agent ??= entity
    if (kind === 'tool' || told.operation === 'execute_tool' || isLlamaTool(raw)) readTool(told, entity)
    if (raw.scope.name.endsWith('.agno')) readAgnoTool(told)
    told.input ??= indexedMessages(attributes, 'gen_ai.prompt') ?? indexedMessages(attributes, 'llm.prompts')
    told.output ??= indexedMessages(attributes, 'gen_ai.completion') ?? indexedMessages(attributes, 'llm.completions')
    if (isLangChain(raw.scope.name)) readLangChain(told, raw)
    if (isEstimate(told, raw)) {
      told.inputTokens = null
      told.outputTokens = null
      warnings.push('estimated_tokens')
    }
    includeParts(told, raw, warnings)
  },
  loses: ({ name }) => losses[name] ?? [],
}

/** Instrumentations of frameworks in Python append what a span is to its name: `AgentWorkflow.workflow`, `desk.team`. */
function bare(name: string | null, kind: string | null): string | null {
  return name?.endsWith(`.${kind}`) ? name.slice(0, -`.${kind}`.length) || name : name
}

/** LlamaIndex runs a tool as a task that is called by its class. */
function isLlamaTool({ attributes, scope }: RawSpan): boolean {
  const name = attributes['traceloop.entity.name']
  return scope.name.endsWith('llamaindex') && typeof name === 'string' && name.endsWith('Tool.task')
}

const nameInOutput = /"(?:kwargs":\{[^{}]{0,4096}?"name|tool_name)": ?"([^"]{1,256})"/

function readTool(told: Told, entity: string | null): void {
  told.toolArgs ??= told.input
  if (told.toolArgs === told.input) told.input = null
  // of a LangChain tool the entity is the class; its name stands in the message that it answers with
  const name = told.output === null ? null : nameInOutput.exec(told.output)
  told.toolName ??= name?.[1] ?? entity
}

/** What agno's function calls answer, as Python shows it: a failure is none of the span's status. */
const ofAgno = /^status='(\w+)' result=(.*) error=(.*?) updated_session_state=/s

function readAgnoTool(told: Told): void {
  const [, status, result, error] = ofAgno.exec(told.output ?? '') ?? []
  if (status === undefined) return
  const isFailed = status === 'failure'
  told.output = unquoted((isFailed ? error : result) ?? '')
  if (!isFailed) return
  told.failed = true
  told.statusMessage ??= told.output
}

const unquoted = (shown: string): string => /^(['"])(.*)\1$/s.exec(shown)?.[2] ?? shown

/** LangChain's callbacks do not always know the served model: the slot repeats the asked one. */
function readLangChain(told: Told, { attributes }: RawSpan): void {
  const kind = told.operation === 'chat' ? 'llm' : undefined
  told.agent ??= agentOf((key) => text(attributes[`traceloop.association.properties.${key}`] ?? null) ?? null, kind)
  if (told.responseModel === told.requestModel) told.responseModel = null
}
