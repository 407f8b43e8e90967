import type { Attributes, Kind } from '../../span.ts'
import type { RawSpan } from '../raw.ts'
import { splitModel } from './asked-model.ts'
import { type Dialect, extend, type Told } from './dialect.ts'
import { errorStatus } from './error-status.ts'
import { isHaystack, tellHaystack } from './haystack.ts'
import { isLangChain, tellLangChain } from './langchain.ts'
import { tellModel } from './litellm-model.ts'
import { isLlamaIndex, isPreparation, tellLlamaIndex } from './llama-index.ts'
import { isOpenAiAgents, isTrace, tellEnd, tellOpenAiAgents } from './openai-agents.ts'
import { genaiNames } from './otel-genai.ts'
import { answerId, answerReason, tellProviderAnswer, tellShownAnswer } from './provider-answer.ts'
import { includeParts } from './usage.ts'
import { record, tellUsage } from './usage-record.ts'
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

/** Evaluations of a span by a model, then annotations by people; the first that has a score. */
const scores = ['evaluations', 'annotations', 'trace.evaluations', 'trace.annotations'].flatMap((list) => {
  const one = list.slice(list.lastIndexOf('.') + 1, -1)
  return Array.from({ length: 10 }, (_, index) => `${list}.${index}.${one}.score`)
})

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
    responseModel: ['llm.response.model_name', 'gen_ai.response.model', 'llm.model_name'],
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
    score: scores,
  }),
  kind: (told, raw) =>
    isTrace(raw) || isPreparation(raw) ? 'chain' : (kinds.get(told.operation?.toUpperCase() ?? '') ?? 'other'),
  mend(told, raw, warnings) {
    const { attributes, scope } = raw
    const kind = kinds.get(told.operation?.toUpperCase() ?? '')
    if (kind === 'llm') {
      if (isOpenAiAgents(scope.name)) tellOpenAiAgents(told, raw)
      else readParameters(told, attributes)
      if (ofStreams.test(raw.name)) told.streaming ??= true
      told.responseId ??= answerId(told.output)
      told.finishReasons ??= answerReason(told.output)
      splitModel(told, raw)
      if (told.cacheReadTokens === null || told.responseId === null) tellProviderAnswer(told)
      tellShownAnswer(told)
    }
    if (isLangChain(scope.name)) tellLangChain(told, kind, raw)
    else if (isLlamaIndex(scope.name)) tellLlamaIndex(told)
    else if (isHaystack(scope.name)) tellHaystack(told, kind)
    else if (scope.name.endsWith('.litellm')) tellModel(told)
    includeParts(told, raw, warnings)
    if (raw.statusCode === 2) told.httpStatus ??= Number(errorStatus(raw.statusMessage)) || null
    // the exporter of the OpenAI Agents SDK and CrewAI show the whole as a span of its own
    if (isTrace(raw)) {
      if (raw.parentSpanId === null) told.workflow ??= raw.name
    } else if (kind === 'chain' && attributes.crew_id !== undefined) {
      told.workflow ??= raw.name
      tellUsage(told, record(ofCrew.exec(told.output ?? '')?.[1]))
    } else if (kind === 'agent') {
      tellNode(told, raw)
      splitModel(told, raw)
      if (isOpenAiAgents(scope.name)) tellEnd(told, raw)
    } else if (kind === 'tool') {
      told.toolName ??= raw.name
      // some hand on the schema of the arguments where the arguments should be
      const isSchema = told.input !== null && told.toolArgs !== null && isToolSchema(told.toolArgs)
      told.toolArgs = given(isSchema ? told.input : (told.toolArgs ?? told.input))
      told.input = null
    } else if (kind === 'retrieval') {
      told.retrievalQuery ??= told.input
      told.input = null
      told.retrievalDocuments ??= documentsOf(raw.attributes)
    }
  },
  loses: ({ name }) => [
    ...(isLangChain(name) ? ofLangChain : isOpenAiAgents(name) ? ofOpenAiAgents : []),
    ...ofClients(name),
  ],
}

const ofLangChain = [
  "No span is an agent's: the graph node that calls a model stands for it.",
  'The served model and the response id stand in the answer alone: they are unknown where output.value is masked.',
  'Together with an instrumentation of the client each call is told twice: streamed ones, which tell no id, show as two calls. Use one of both.',
]
const ofOpenAiAgents = [
  'The asked model, group id, metadata and whether a call is streamed are not sent.',
  'A failed run lacks its outermost span, which names the workflow.',
]

const ofPython: Readonly<Record<string, readonly string[]>> = {
  llama_index: ['The served model, response ids and the names of agents are not sent.'],
  claude_agent_sdk: [
    'Calls have no spans: the usage of a turn stands on its agent, with the output tokens that were announced, not those that were billed. Where that matters, send the telemetry of Claude Code itself instead.',
  ],
  crewai: ['Without an instrumentation of its client the tokens of a crew have no model and stay unpriced.'],
  haystack: [
    'The asked model, response ids and tools of an agent are not sent; cached and reasoning tokens stand in output.value alone: where it is masked calls are priced without the discount.',
  ],
  litellm: [
    "The served model and most response ids are not sent; streams of Anthropic's models have no tokens and stay unpriced.",
  ],
}

function ofClients(scope: string): readonly string[] {
  if (scope !== '@arizeai/openinference-instrumentation-openai')
    return ofPython[scope.slice(scope.lastIndexOf('.') + 1)] ?? []
  return [
    'Streamed chat completions have no tokens and stay unpriced: use the Responses API, or do not stream.',
    'Failed calls have no span; retries are hidden in the span of their call.',
  ]
}

/** CrewAI's answer ends with what all its calls used: nothing else tells it where they have no spans. */
const ofCrew = /"token_usage": ?(\{[^{}]{0,1024}\})\}$/

/** Methods of a framework's model that stream: `OpenAIChat.invoke_stream`, `OpenAI.stream_chat`. */
const ofStreams = /[._]a?stream(?:_|$)/

/** What frameworks append to the name of the agent: `planner.run`. */
const method = /(?:\.ClaudeSDKClient\.receive_response|\.a?(?:run|invoke|kickoff|call|query)(?:_stream|_async)?)$/

/** Who works and who called: the agent's place in the graph. Where nodes have a name beside the id, an id is no name. */
function tellNode(told: Told, { attributes, name }: RawSpan): void {
  const id = text(attributes['graph.node.id'] ?? null) ?? null
  const node = text(attributes['graph.node.name'] ?? null) ?? id
  told.agent ??= node ?? (name.replace(method, '') || name)
  const caller = text(attributes['graph.node.parent_id'] ?? null) ?? null
  if (node === id && caller !== 'start' && caller !== '__start__') told.parentAgent ??= caller
}

/** A JSON schema, or a table of parameters each of which says its type. */
function isToolSchema(parameters: string): boolean {
  const told = parsed(parameters)
  if (!isRecord(told)) return false
  if (isRecord(told.properties) || told.type === 'object') return true
  const each = Object.values(told)
  return each.length > 0 && each.every((one) => isRecord(one) && typeof one.type === 'string')
}

/** The arguments by name alone, where Python's `args` and `kwargs` of the call are told. */
function given(call: string | null): string | null {
  const told = call?.includes('"kwargs"') ? parsed(call) : undefined
  if (!isRecord(told) || !isRecord(told.kwargs)) return call
  return Array.isArray(told.args) && told.args.length > 0 ? call : (json(told.kwargs) ?? call)
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
