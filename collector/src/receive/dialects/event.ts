import type { SpanEvent } from '../../span.ts'
import { scoreOf } from './logs.ts'
import { type Content, contentOf } from './message.ts'
import { text } from './value.ts'

/** What the events of a span say about it. */
export interface Happened extends Content {
  readonly exceptionType: string | null
  readonly exceptionMessage: string | null
  readonly score: number | null
  /** When the first part of a stream came. */
  readonly firstChunkNs: bigint | null
}

/** Events of the first or of each part of a stream: OpenInference, OpenLLMetry now and before, LangSmith, MLflow. */
const chunks: ReadonlySet<string> = new Set([
  'First Token Stream Event',
  'gen_ai.content.completion.chunk',
  'llm.content.completion.chunk',
  'new_token',
  'mlflow.chunk.item.0',
])

const nothing: Happened = {
  exceptionType: null,
  exceptionMessage: null,
  score: null,
  firstChunkNs: null,
  input: null,
  output: null,
  toolArgs: null,
  finishReason: null,
}

export function happened(events: readonly SpanEvent[], isTool: boolean): Happened {
  if (events.length === 0) return nothing
  const exception = events.findLast((event) => event.name === 'exception')?.attributes
  const spoken = events.some((event) => event.name.startsWith('gen_ai.'))
  const content = spoken
    ? contentOf(
        events.map(({ name, attributes }) => ({ name, attributes, body: null })),
        isTool,
      )
    : nothing
  return {
    exceptionType: text(exception?.['exception.type'] ?? null) ?? null,
    exceptionMessage: text(exception?.['exception.message'] ?? null) ?? null,
    score: spoken ? scoreOf(events) : null,
    firstChunkNs: events.find(({ name }) => chunks.has(name))?.timeNs ?? null,
    input: content.input,
    output: content.output,
    toolArgs: content.toolArgs,
    finishReason: content.finishReason,
  }
}
