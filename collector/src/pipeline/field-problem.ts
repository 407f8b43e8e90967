import type { Counter } from '@opentelemetry/api'
import type { Span } from '../span.ts'

/**
 * Counts what was wrong with fields, by dialect and field: a warning `bad_number:gen_ai.usage.input_tokens` is a problem
 * of `gen_ai.usage.input_tokens`, one without a field is counted under its own name.
 */
export function countFieldProblems(counter: Counter, spans: readonly Span[]): void {
  const counts = new Map<string, number>()
  for (const { dialect, warnings } of spans) {
    for (const warning of warnings) {
      const key = `${dialect}\u0000${fieldOf(warning)}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  }
  for (const [key, count] of counts) {
    const [dialect = '', field = ''] = key.split('\u0000')
    counter.add(count, { dialect, field })
  }
}

/** Labels come from outside: they are bounded in length here, and in number by the metrics. */
const MAX_LABEL = 100

function fieldOf(warning: string): string {
  const colon = warning.indexOf(':')
  return (colon < 0 ? warning : warning.slice(colon + 1)).slice(0, MAX_LABEL)
}
