import type { Span } from '../span.ts'

/**
 * Accepts spans. Idempotent by span ID. Resolves only when its effect is done; rejects with an `OutriderError` whose
 * `retryable` says whether the same spans may be sent again.
 */
export interface Sink {
  accept(spans: readonly Span[]): Promise<void>
}
