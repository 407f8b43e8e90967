import type { NanoUsd } from '@outrider/policies'

/** What the gate needs to know about prices; the tables are elsewhere. */
export interface Pricing {
  /** What a call of so many tokens costs at most; `undefined` without a price. */
  most(
    provider: string | null,
    model: string,
    inputTokens: number,
    outputTokens: number,
    nowMs: number,
  ): NanoUsd | undefined
  /** The dearest that a token can cost, nano-dollars for a million, for calls of at most so much input. */
  ceiling(
    provider: string | null,
    model: string,
    inputTokens: number,
    nowMs: number,
  ): { readonly inputNanoPerMTok: number; readonly outputNanoPerMTok: number; readonly requestNano: number } | null
  contextWindow(provider: string | null, model: string, nowMs: number): number | null
  /** What a call did cost; `undefined` without a price. */
  cost(call: PricedCall): NanoUsd | undefined
}

interface PricedCall {
  readonly provider: string | null
  readonly model: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cacheReadTokens: number | null
  readonly cacheWriteTokens: number | null
  readonly reasoningTokens: number | null
}
