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

/** The span that `start` starts has these IDs; its trace where it has no parent. */
export function withIds<T>(ids: SpanIds | undefined, start: () => T): T {
  next = ids
  try {
    return start()
  } finally {
    next = undefined
  }
}
