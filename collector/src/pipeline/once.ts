import type { Span } from '../span.ts'
import type { Sink } from './sink.ts'

export interface OnceSettings {
  /** How many span IDs are remembered at least; twice that at most. @default 200_000 */
  readonly remember?: number
}

/**
 * Passes each span on once, however often it is sent: for sinks that add up. Remembers by trace and span ID in two
 * generations, so memory is bounded and nothing is scanned; with the default it looks back much further than any OTLP
 * client retries. A span counts as seen only when the sink took it.
 */
export function once(sink: Sink, { remember = 200_000 }: OnceSettings = {}): Sink {
  let young = new Set<string>()
  let old = new Set<string>()
  return {
    async accept(spans) {
      const fresh: Span[] = []
      const ids: string[] = []
      for (const span of spans) {
        const id = span.traceId + span.spanId
        if (young.has(id) || old.has(id)) continue
        young.add(id)
        ids.push(id)
        fresh.push(span)
      }
      if (fresh.length === 0) return
      try {
        await sink.accept(fresh)
      } catch (cause) {
        for (const id of ids) young.delete(id) || old.delete(id)
        throw cause
      }
      if (young.size >= remember) {
        old = young
        young = new Set()
      }
    },
  }
}
