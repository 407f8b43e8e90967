/**
 * What the gate notes with every verdict, carried by the ledger as text: enough to settle the call, to tell the decision
 * as a span, and to judge what draws on it, without asking anyone else.
 */
import type { CallKind } from '@outrider/policies'
import type { Evidence } from '../guarding.ts'

export interface Memo {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly kind: CallKind
  readonly traceId: string
  readonly spanId: string | null
  readonly parentSpanId: string | null
  readonly parentHoldId: string | null
  readonly agent: string | null
  readonly workflow: string | null
  readonly userId: string | null
  readonly tenantId: string | null
  readonly sessionId: string | null
  readonly provider: string | null
  /** The one that the call may use: after a degrade the cheaper one. */
  readonly model: string | null
  readonly toolName: string | null
  readonly inputTokens: number
  readonly maxOutputTokens: number | null
  /** What the input alone costs at most, nano-dollars. */
  readonly inputNano: number
  /** Version of the rules that were in force. */
  readonly rules: string
  /** The agents that it, and the holds above it, were made for. */
  readonly agents: readonly string[]
  /** What guards found in what goes in. @default none */
  readonly evidence?: readonly Evidence[]
}

export const writeMemo = (memo: Memo): string => JSON.stringify(memo)
export const readMemo = (text: string): Memo => JSON.parse(text) as Memo
