import type { Kind } from '../../span.ts'
import type { Dialect } from './dialect.ts'
import { genaiNames, otelGenai } from './otel-genai.ts'
import { text } from './value.ts'

/**
 * What a span that only records usage stands for: `model_call` repeats the span of that call; the others are calls that have
 * none of their own, and of a sub-task all calls together.
 */
const recorded: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['model_call', 'other'],
  ['compaction', 'llm'],
  ['aggregation', 'llm'],
  ['subtask', 'chain'],
])

/** AG2, by its telemetry middleware: GenAI conventions, and a span beside each call that records its usage again. */
export const ag2: Dialect = {
  name: 'ag2',
  detects: ({ attributes }) => attributes['ag2.span.type'] !== undefined,
  names: genaiNames,
  kind(told, raw) {
    const { attributes } = raw
    if (attributes['ag2.span.type'] !== 'usage') return otelGenai.kind(told, raw)
    return recorded.get(text(attributes['ag2.usage.kind'] ?? null) ?? '') ?? 'other'
  },
  mend: (told, raw, warnings) => otelGenai.mend?.(told, raw, warnings),
  loses: () => ['Response ids, whether a call was streamed and the time to the first token are not sent.'],
}
