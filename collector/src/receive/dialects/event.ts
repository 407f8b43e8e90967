import type { SpanEvent } from '../../span.ts'
import { scoreOf } from './logs.ts'
import { type Content, contentOf } from './message.ts'
import { text } from './value.ts'

/** What the events of a span say about it. */
export interface Happened extends Content {
  readonly exceptionType: string | null
  readonly exceptionMessage: string | null
  readonly score: number | null
}

const nothing: Happened = {
  exceptionType: null,
  exceptionMessage: null,
  score: null,
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
    input: content.input,
    output: content.output,
    toolArgs: content.toolArgs,
    finishReason: content.finishReason,
  }
}
