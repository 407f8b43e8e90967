/** What an OTLP file becomes: requests to send, and what in it could not be read. */
export const SIGNALS = ['traces', 'logs', 'metrics'] as const
export type Signal = (typeof SIGNALS)[number]

export interface Batch {
  readonly signal: Signal
  readonly type: 'application/json' | 'application/x-protobuf'
  readonly body: string | Uint8Array
  /** Spans, log records or metrics in it. */
  readonly things: number
}

/** Something in the file that is not OTLP: `where` is a line, a message number or empty for the file as a whole. */
interface Unreadable {
  readonly where: string
  readonly why: string
}

export type Piece = { readonly batch: Batch } | { readonly unreadable: Unreadable }

/** Spans a request: what OpenTelemetry's own batch processor sends at most. */
export const BATCH = 512
/** Bytes a request, from which on it is sent although it holds fewer. */
export const BATCH_BYTES = 4 * 1024 * 1024
