import { usdFromNano, type WireDecision } from '@outrider/policies'
import type { Answered, Ledger } from '../ledger/ledger.ts'
import { isApprovalId, pendingOf, wordOf } from './approval.ts'
import { readMemo } from './memo.ts'

/** What was answered to checks, and what became of it, as the API tells it; with what people said to it. */
export function wireDecisions(ledger: Pick<Ledger, 'approval'>, answered: readonly Answered[]) {
  return Promise.all(
    answered.map(async (one) => {
      const decision = wireDecision(one)
      const id = one.verdict.approval?.id ?? (isApprovalId(one.id) ? one.id : undefined)
      const approval = id === undefined ? undefined : await ledger.approval(id)
      return approval === undefined
        ? decision
        : { ...decision, approval: { ...pendingOf(approval), ...wordOf(approval) } }
    }),
  )
}

function wireDecision({ id, traceId, spanId, kind, at, verdict, memo, hold }: Answered): WireDecision {
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
