import { CONTENT_MODES, type Kind, type Scope, STOP_REASONS } from '../../span.ts'
import type { RawSpan } from '../raw.ts'
import { amount, content, count, flag, number, oneOf, type Parse, strings, text, usd } from './value.ts'

/**
 * What a span can tell, and how each fact is read. A dialect says only where its facts stand; reading them is the same
 * for all.
 */
export const facts = {
  operation: text,
  provider: text,
  workflow: text,
  agent: text,
  agentVersion: text,
  parentAgent: text,
  requestModel: text,
  responseModel: text,
  responseId: text,
  streaming: flag,
  finishReasons: strings,
  ttftSeconds: amount,
  ttftMs: amount,
  inputTokens: count,
  outputTokens: count,
  /** Never added to input and output: it only shows what they leave out. */
  totalTokens: count,
  cacheReadTokens: count,
  cacheWriteTokens: count,
  reasoningTokens: count,
  costUsd: usd,
  input: content,
  output: content,
  toolName: text,
  toolCallId: text,
  toolArgs: content,
  retrievalQuery: content,
  retrievalTopK: count,
  retrievalDocuments: content,
  sessionId: text,
  userId: text,
  tenantId: text,
  promptName: text,
  promptVersion: text,
  configVersion: text,
  tags: strings,
  attempt: count,
  /** Tries before this one, inside the same span. */
  resends: count,
  retryOf: text,
  fallbackOf: text,
  cacheHit: flag,
  score: number,
  errorType: text,
  httpStatus: count,
  /** The work failed although the span's status does not say so. */
  failed: flag,
  /** What went wrong, where the span's status carries no message. */
  statusMessage: text,
  stopReason: oneOf(STOP_REASONS),
  contentMode: oneOf(CONTENT_MODES),
  /** Values that the sender cut. */
  cut: count,
} as const

export type Fact = keyof typeof facts

/** The facts that one span told; `null` where it was silent. */
export type Told = {
  -readonly [F in Fact]: (typeof facts)[F] extends Parse<infer T> ? T | null : never
}

/** Attribute names of each fact, most trusted first. The first that can be read wins; each attribute is read once. */
export type Names = { readonly [F in Fact]?: readonly string[] }

/** One telemetry convention. The next one is one more file and one more line in `canonical.ts`. */
export interface Dialect {
  /** Stored on each span as `dialect`. */
  readonly name: string
  /** Whether this span speaks it. Called for every span: a few key lookups. */
  detects(raw: RawSpan): boolean
  readonly names: Names
  kind(told: Told, raw: RawSpan): Kind
  /** Calls that were not streamed have a time to the first chunk too, so that it does not show a stream. @default false */
  readonly ttftOfAll?: boolean
  /** What this instrumentation does not tell, in sentences that say what to do about it. */
  readonly loses?: (scope: Scope) => readonly string[]
  /** Mends what the names alone do not say, e.g. whether input tokens include cache reads. Changes `told` in place. */
  mend?(told: Told, raw: RawSpan, warnings: string[]): void
}

/** Names of a dialect followed by those that it shares with another. */
export function extend(base: Names, own: Names): Names {
  const all: { [F in Fact]?: readonly string[] } = { ...base }
  for (const fact of Object.keys(own) as Fact[]) all[fact] = [...new Set([...(own[fact] ?? []), ...(base[fact] ?? [])])]
  return all
}
