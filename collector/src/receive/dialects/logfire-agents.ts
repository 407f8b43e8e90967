import type { Kind } from '../../span.ts'
import type { RawSpan } from '../raw.ts'
import type { Told } from './dialect.ts'
import { answerReason } from './provider-answer.ts'
import { record, tellUsage } from './usage-record.ts'
import { text } from './value.ts'

/** How Logfire calls the spans of OpenAI's Agents SDK, and what they are; model calls are told by their model. */
const kinds: readonly (readonly [start: string, kind: Kind])[] = [
  ['OpenAI Agents trace', 'chain'],
  ['Task', 'chain'],
  ['Turn', 'chain'],
  ['Agent run', 'agent'],
  ['Function', 'tool'],
  ['Handoff', 'chain'],
  ['Guardrail', 'guard'],
]

/** Whether Logfire's integration of OpenAI's Agents SDK wrote the span. */
export const isAgents = ({ scope }: RawSpan): boolean => scope.name === 'logfire.openai_agents'

export function agentsKind({ attributes }: RawSpan): Kind | null {
  const template = text(attributes['logfire.msg_template'] ?? null) ?? ''
  return kinds.find(([start]) => template.startsWith(start))?.[1] ?? null
}

export function tellAgents(told: Told, raw: RawSpan): void {
  const { attributes } = raw
  const kind = agentsKind(raw)
  const name = text(attributes.name ?? null) ?? null
  if (kind === 'agent') told.agent ??= name
  else if (kind === 'tool') {
    told.toolName ??= name
    told.toolArgs ??= told.input
    told.input = null
  } else if (kind === 'chain' && raw.parentSpanId === null) told.workflow ??= name
  if (kind !== null) return
  tellUsage(told, record(attributes['gen_ai.usage.raw'] ?? attributes.usage))
  told.finishReasons ??= answerReason(told.output)
  // without an answer's id the slot of the served model repeats the asked one
  if (told.responseId === null && told.responseModel === told.requestModel) told.responseModel = null
}
