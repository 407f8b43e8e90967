import type { AttributeValue, Kind } from '../../span.ts'
import type { RawSpan } from '../raw.ts'
import type { Told } from './dialect.ts'
import { type Fields, record, tellUsage } from './usage-record.ts'
import { isRecord, text } from './value.ts'

/** Whether a scope is one of the instrumentations of LangChain's callbacks, in JavaScript or Python. */
export const isLangChain = (scope: string): boolean => scope.includes('langchain')

/**
 * What LangChain tells beside the conventions of its instrumentation: who works, in the `metadata` of the run, and what
 * the provider answered, inside the message that it made of it.
 */
export function tellLangChain(told: Told, kind: Kind | undefined, raw: RawSpan): void {
  // the outermost run is the application's own: a graph or a chain by its name
  if (raw.parentSpanId === null && kind === 'chain') told.workflow ??= raw.name
  const metadata = record(raw.attributes.metadata)
  if (metadata !== null) {
    told.provider ??= textAt(metadata, 'ls_provider')
    told.sessionId ??=
      textAt(metadata, 'session_id') ?? textAt(metadata, 'thread_id') ?? textAt(metadata, 'conversation_id')
    told.userId ??= textAt(metadata, 'user_id')
    told.agent ??= agentOf((key) => textAt(metadata, key), kind)
  }
  if (kind !== 'llm') return
  // the instrumentation hands on the asked model only; the message keeps what the provider said of itself
  told.requestModel ??= told.responseModel ?? (metadata === null ? null : textAt(metadata, 'ls_model_name'))
  told.responseModel = null
  tellAnswer(told)
}

/**
 * The graph node that calls models, or where it is a step of a named agent (a graph inside a graph), that agent. LangGraph
 * marks no span as an agent's; a node that only runs tools is none.
 */
export function agentOf(metadata: (key: string) => string | null, kind: Kind | undefined): string | null {
  const named = metadata('lc_agent_name')
  if (named !== null) return named
  // `researcher:<uuid>|agent:<uuid>`: from the outermost graph inwards
  const path = metadata('langgraph_checkpoint_ns')?.split('|') ?? []
  const around = path.at(-2)?.split(':')[0]
  if (around) return around
  const node = metadata('langgraph_node')
  return kind === 'llm' && node !== null && !node.startsWith('__') ? node : null
}

/** What the provider said of itself, in the message that LangChain made of its answer. */
export function tellAnswer(told: Told): void {
  const message = messageOf(record(told.output ?? undefined))
  if (message === null) return
  tellUsage(told, record(message.usage_metadata))
  const answer = record(message.response_metadata)
  if (answer !== null) {
    told.responseModel ??= textAt(answer, 'model_name') ?? textAt(answer, 'model')
    told.responseId ??= textAt(answer, 'id')
    const reason = textAt(answer, 'finish_reason') ?? textAt(answer, 'stop_reason')
    told.finishReasons ??= reason === null ? null : [reason]
  }
  const id = textAt(message, 'id')
  // LangChain's own name of a run is not the provider's of an answer
  if (id !== null && !id.startsWith('run-') && !id.startsWith('lc_run-')) told.responseId ??= id
}

/** `{"generations": [[{"message": {"kwargs": {…}}}]]}`. */
function messageOf(output: Fields | null): Fields | null {
  const first = itemOf(itemOf(output?.generations))
  const message = isRecord(first) ? first.message : undefined
  if (!isRecord(message)) return null
  return isRecord(message.kwargs) ? message.kwargs : message
}

function itemOf(list: AttributeValue | undefined): AttributeValue | undefined {
  return Array.isArray(list) ? (list[0] as AttributeValue | undefined) : undefined
}

function textAt(fields: Fields, name: string): string | null {
  return text(fields[name] ?? null) ?? null
}
