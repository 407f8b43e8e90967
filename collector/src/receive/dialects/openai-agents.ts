import type { RawSpan } from '../raw.ts'
import type { Told } from './dialect.ts'
import { record } from './usage-record.ts'
import { text } from './value.ts'

/** Whether a scope is the exporter of the OpenAI Agents SDK, in JavaScript or Python. */
export const isOpenAiAgents = (scope: string): boolean => /openai[-_]agents/.test(scope)

/** The exporter shows a whole trace as an agent: it has no node in the graph of agents. */
export function isTrace({ scope, attributes }: RawSpan): boolean {
  return (
    attributes['openinference.span.kind'] === 'AGENT' &&
    attributes['graph.node.id'] === undefined &&
    attributes['agent.name'] === undefined &&
    isOpenAiAgents(scope.name)
  )
}

/** The exporter has no types of errors: this is the SDK's own constant. */
export function tellEnd(told: Told, { statusCode, statusMessage }: RawSpan): void {
  if (statusCode === 2 && statusMessage.startsWith('Max turns exceeded')) told.stopReason ??= 'max_turns'
}

/** As parameters of a call the exporter gives the answer, and every answer ends with `stop`. */
export function tellOpenAiAgents(told: Told, { attributes, name }: RawSpan): void {
  // of a chat completion the asked model is told, of a response the one that answered
  if (name === 'generation') {
    told.requestModel ??= told.responseModel
    told.responseModel = null
  }
  const answer = record(attributes['llm.invocation_parameters'])
  // the model in there is the one that answered: what was asked for is lost
  told.responseId ??= text(answer?.id ?? null) ?? null
  if (attributes['llm.output_messages.0.message.tool_calls.0.tool_call.function.name'] !== undefined) {
    told.finishReasons = ['tool_calls']
  }
}
