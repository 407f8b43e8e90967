/**
 * Lets a span's ID be known before the span starts: a call is asked for under the ID that its span will have, and a call
 * that is refused has no span.
 */
import { type IdGenerator, RandomIdGenerator } from '@opentelemetry/sdk-trace'

export interface SpanIds {
  readonly traceId: string
  readonly spanId: string
}

let next: SpanIds | undefined
const random = new RandomIdGenerator()

export const idGenerator: IdGenerator = {
  generateSpanId: () => next?.spanId ?? random.generateSpanId(),
  generateTraceId: () => next?.traceId ?? random.generateTraceId(),
}

/** The next span to start has these IDs; its trace where it has no parent. To be taken back right after. */
export function nameNext(ids: SpanIds | undefined): void {
  next = ids
}
