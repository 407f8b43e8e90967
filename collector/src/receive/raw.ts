import type { Attributes, Scope, SpanEvent, SpanLink } from '../span.ts'

/**
 * An OTLP span as it was sent: decoded, bounded by the limits, ids checked and lower-cased, and nothing understood yet.
 * The wire decoders (protobuf, JSON) make it; the dialects read it.
 */
export interface RawSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | null
  readonly name: string
  /** OTLP enum: 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly spanKind: number
  readonly startNs: bigint
  /** As sent; may precede the start. */
  readonly endNs: bigint
  /** OTLP enum: 0 unset, 1 ok, 2 error. */
  readonly statusCode: number
  readonly statusMessage: string
  readonly attributes: Attributes
  /** One object shared by every span of the same resource. */
  readonly resource: Attributes
  /** One object shared by every span of the same scope. */
  readonly scope: Scope
  readonly events: readonly SpanEvent[]
  readonly links: readonly SpanLink[]
  /** See `Span.cut`. */
  readonly cut: Readonly<Record<string, number>>
  readonly warnings: readonly string[]
}
