import { createHash } from 'node:crypto'
import { EVIDENCE } from '../guarding.ts'
import type { Approval, Untold } from '../ledger/ledger.ts'
import { type Attributes, NOTHING_SAID, type Span } from '../span.ts'
import { questionOf } from './approval.ts'
import { type Memo, readMemo } from './memo.ts'

/**
 * A decision as a span of its run: kind `gate`, as long as nothing, and never an error: the gate did its work, and what
 * the agent makes of a refusal is told by the agent. Its ID comes from the call's, so that telling it twice is telling it
 * once. It hangs around the call, else under it, else under a span that nobody tells: it is never the root of the run.
 */
export function decisionSpan({ at, tenantId, id, memo: text, verdict }: Untold): Span {
  const memo = readMemo(text)
  const { decision, reasons } = verdict
  return gateSpan(memo, {
    spanId: spanIdOf(['gate', tenantId, id]),
    name: 'gate check',
    operation: 'check',
    startNs: BigInt(at) * 1_000_000n,
    durationNs: 0n,
    attributes: attributesOf({
      'outrider.hold.id': id,
      'outrider.gate.kind': memo.kind,
      'outrider.gate.decision': decision,
      'outrider.gate.held_usd': verdict.heldUsd,
      'outrider.gate.rules': memo.rules,
      'outrider.gate.reasons': JSON.stringify(reasons),
      'outrider.gate.span_id': memo.spanId,
      'outrider.gate.parent_hold_id': memo.parentHoldId,
      [EVIDENCE]: memo.evidence === undefined ? null : JSON.stringify(memo.evidence),
    }),
  })
}

/** A person's word, or their silence, as a span of the run: from the question to the answer. */
export function approvalSpan(approval: Approval): Span {
  const { id, askedAt, expiresAt, decidedAt, state, by, reason } = approval
  const { memo, callId } = questionOf(approval)
  return gateSpan(memo, {
    spanId: spanIdOf(['approval', id]),
    name: 'approval',
    operation: APPROVE,
    startNs: BigInt(askedAt) * 1_000_000n,
    durationNs: BigInt(Math.max(0, (decidedAt ?? expiresAt) - askedAt)) * 1_000_000n,
    attributes: attributesOf({
      'outrider.approval.id': id,
      'outrider.approval.call_id': callId,
      'outrider.approval.state': state,
      'outrider.approval.by': by,
      'outrider.approval.reason': reason,
      'outrider.gate.kind': memo.kind,
    }),
  })
}

/** The operation of a person's word: no decision of the gate. */
export const APPROVE = 'approve'

type Told = Pick<Span, 'spanId' | 'name' | 'operation' | 'startNs' | 'durationNs' | 'attributes'>

function gateSpan(memo: Memo, told: Told): Span {
  return {
    traceId: memo.traceId,
    parentSpanId: memo.parentSpanId ?? memo.spanId ?? spanIdOf(['run', memo.traceId]),
    kind: 'gate',
    service: null,
    ...{ workflow: memo.workflow, agent: memo.agent, agentVersion: null, parentAgent: null },
    ...{ ttftMs: null, streaming: null },
    ...{ status: 'ok', errorType: null, statusMessage: null },
    ...{ stopReason: null, finishReason: null, finishReasonRaw: null },
    ...{ provider: memo.provider, requestModel: memo.model, responseModel: null, responseId: null },
    ...{ inputTokens: null, outputTokens: null, cacheReadTokens: null, cacheWriteTokens: null, reasoningTokens: null },
    ...{ costNano: null, costSource: null, priceVersion: null, counted: false },
    ...{ toolName: memo.toolName, toolCallId: null, toolArgs: null },
    ...{ retrievalQuery: null, retrievalTopK: null, retrievalDocuments: null },
    ...{ sessionId: memo.sessionId, userId: memo.userId, tenantId: memo.tenantId },
    ...{ promptName: null, promptVersion: null, configVersion: null, tags: [] },
    ...{ attempt: null, retryOf: null, fallbackOf: null, cacheHit: null, score: null },
    ...{ input: null, output: null, contentMode: 'full' },
    ...{ resource: attributesOf({}), scope: { name: 'outrider.gate', version: '' }, events: [], links: [] },
    ...{ dialect: 'outrider', cut: {}, warnings: [], said: NOTHING_SAID },
    ...told,
  }
}

/** A hash of what names it. */
function spanIdOf(names: readonly (string | null)[]): string {
  return createHash('sha256').update(JSON.stringify(names)).digest('hex').slice(0, 16)
}

/** Without a prototype, so that every key is a key. */
function attributesOf(given: Readonly<Record<string, string | number | null>>): Attributes {
  const told = Object.entries(given).filter(([, value]) => value !== null)
  return Object.assign(Object.create(null), Object.fromEntries(told)) as Attributes
}
