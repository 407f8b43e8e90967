import { usdFromNano, type WireDecision } from '@outrider/policies'
import type { Answered } from '../ledger/ledger.ts'
import { readMemo } from './memo.ts'

/** What was answered to a check, and what became of it, as the API tells it. */
export function wireDecision({ id, traceId, spanId, kind, at, verdict, memo, hold }: Answered): WireDecision {
  const { parentSpanId, parentHoldId, agent, workflow, model, toolName } = readMemo(memo)
  return {
    ...{ id, traceId, spanId, parentSpanId, parentHoldId },
    time: new Date(at).toISOString(),
    ...{ kind, decision: verdict.decision, agent, workflow, model, toolName },
    heldUsd: verdict.heldUsd,
    spentUsd: hold === null || hold.state === 'open' ? null : usdFromNano(hold.spent),
    state: hold?.state ?? 'refused',
    expiresAt: verdict.expiresAt,
    reasons: verdict.reasons,
  }
}
