/**
 * The canonical span: one thing that happened, whatever dialect told it. Every room of the collector speaks this and
 * nothing else. Unknown is `null`, never 0 or ''.
 */
export const KINDS = [
  'agent',
  'llm',
  'tool',
  'retrieval',
  'embedding',
  'guard',
  'gate',
  'eval',
  'chain',
  'other',
] as const
export type Kind = (typeof KINDS)[number]

export const STATUSES = ['unset', 'ok', 'error'] as const
export type Status = (typeof STATUSES)[number]

/** Why one model call ended, folded from every provider's word (kept in `finishReasonRaw`). */
export const FINISH_REASONS = ['stop', 'length', 'tool_calls', 'content_filter', 'error', 'other'] as const
export type FinishReason = (typeof FINISH_REASONS)[number]

/** Why an agent or a run ended. */
export const STOP_REASONS = [
  'completed',
  'max_tokens',
  'tool_calls',
  'content_filter',
  'error',
  'timeout',
  'cancelled',
  'max_turns',
  'budget_exceeded',
  'guard_blocked',
  'killed',
  'circuit_open',
  'rate_limited',
] as const
export type StopReason = (typeof STOP_REASONS)[number]

/** `reported` by the library, `priced` by us from tokens, `unpriced`: tokens are known and no price is. */
export const COST_SOURCES = ['reported', 'priced', 'unpriced'] as const
export type CostSource = (typeof COST_SOURCES)[number]

export const CONTENT_MODES = ['none', 'hashed', 'redacted', 'full'] as const
export type ContentMode = (typeof CONTENT_MODES)[number]

/** What an OTLP AnyValue becomes. Integers beyond 2^53 are decimal strings; bytes are base64 strings. */
export type AttributeValue =
  | string
  | number
  | boolean
  | null
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue }
/** Made with a null prototype, so that `__proto__` is a key like any other. */
export type Attributes = Readonly<Record<string, AttributeValue>>

/** Fields and what a span itself said of them; `null` is nothing. */
export type Said = Readonly<Record<string, string | number | boolean | null>>
export const NOTHING_SAID: Said = Object.freeze({})

export interface Scope {
  readonly name: string
  readonly version: string
}

export interface SpanEvent {
  /** Nanoseconds since 1970. */
  readonly timeNs: bigint
  readonly name: string
  readonly attributes: Attributes
}

export interface SpanLink {
  readonly traceId: string
  readonly spanId: string
  readonly attributes: Attributes
}

export interface Span {
  /** 32 lower-case hex digits. One trace is one run. */
  readonly traceId: string
  /** 16 lower-case hex digits. */
  readonly spanId: string
  readonly parentSpanId: string | null
  readonly name: string
  readonly kind: Kind
  readonly service: string | null
  readonly workflow: string | null
  /** The agent this span belongs to: its own name on an `agent` span, else the nearest agent ancestor's. */
  readonly agent: string | null
  readonly agentVersion: string | null
  /** The agent that called this agent. */
  readonly parentAgent: string | null

  /** Nanoseconds since 1970. */
  readonly startNs: bigint
  /** Never negative: an end before the start is 0 and noted in `warnings`. */
  readonly durationNs: bigint
  /** Time to the first token or chunk, milliseconds. */
  readonly ttftMs: number | null
  readonly streaming: boolean | null

  readonly status: Status
  readonly errorType: string | null
  readonly statusMessage: string | null
  readonly stopReason: StopReason | null
  readonly finishReason: FinishReason | null
  readonly finishReasonRaw: string | null

  readonly provider: string | null
  readonly requestModel: string | null
  readonly responseModel: string | null
  readonly responseId: string | null
  /** The convention's own word, e.g. `chat`, `execute_tool`. */
  readonly operation: string | null

  /** Includes cache reads and writes. */
  readonly inputTokens: number | null
  /** Includes reasoning. */
  readonly outputTokens: number | null
  readonly cacheReadTokens: number | null
  readonly cacheWriteTokens: number | null
  readonly reasoningTokens: number | null

  /** Integer nano-dollars. */
  readonly costNano: number | null
  readonly costSource: CostSource | null
  readonly priceVersion: string | null
  /** False where the same usage is told by another span: sums use counted rows only. */
  readonly counted: boolean
  /** What this span itself said of fields that hold another span's word: an ancestor's, or another telling's of its call. */
  readonly said: Said

  readonly toolName: string | null
  readonly toolCallId: string | null
  readonly toolArgs: string | null
  readonly retrievalQuery: string | null
  readonly retrievalTopK: number | null
  /** JSON array of `{id?, score?, content?}`. */
  readonly retrievalDocuments: string | null

  readonly sessionId: string | null
  readonly userId: string | null
  readonly tenantId: string | null
  readonly promptName: string | null
  readonly promptVersion: string | null
  readonly configVersion: string | null
  readonly tags: readonly string[]

  readonly attempt: number | null
  readonly retryOf: string | null
  readonly fallbackOf: string | null
  readonly cacheHit: boolean | null
  readonly score: number | null

  /** Texts, already treated by `contentMode`, at most 32 KiB each by default; what is cut is in `cut`. */
  readonly input: string | null
  readonly output: string | null
  readonly contentMode: ContentMode

  /** Everything the dialect did not turn into `input`, `output`, `toolArgs` or `retrieval*`, unchanged. */
  readonly attributes: Attributes
  readonly resource: Attributes
  readonly scope: Scope
  readonly events: readonly SpanEvent[]
  readonly links: readonly SpanLink[]
  /** Which dialect was understood, e.g. `otel-genai`, `otel` for plain OpenTelemetry. */
  readonly dialect: string

  /** How much was cut by our limits or the sender's: `attributes events links strings depth` count things, `input output` bytes. */
  readonly cut: Readonly<Record<string, number>>
  /** What was wrong and mended, e.g. `end_before_start`, `bad_number:gen_ai.usage.input_tokens`. */
  readonly warnings: readonly string[]
}

/** A log record of a span: GenAI events and message content that an instrumentation sends beside its spans. */
export interface SpanLog {
  readonly traceId: string
  readonly spanId: string
  readonly timeNs: bigint
  readonly name: string
  /** The record's body; a JSON text when it was structured. */
  readonly body: string | null
  readonly attributes: Attributes
  readonly tenantId: string | null
}
