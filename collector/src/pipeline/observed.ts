import type { Sink } from './sink.ts'

export interface Observation {
  readonly spans: number
  readonly seconds: number
  readonly failed: boolean
}

/** Tells how many spans went through an edge, how long it took, and whether it failed. Changes nothing. */
export function observed(sink: Sink, tell: (observation: Observation) => void): Sink {
  return {
    async accept(spans) {
      const started = performance.now()
      let failed = true
      try {
        await sink.accept(spans)
        failed = false
      } finally {
        tell({ spans: spans.length, seconds: (performance.now() - started) / 1000, failed })
      }
    },
  }
}
