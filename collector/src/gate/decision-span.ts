import { createHash } from 'node:crypto'
import { EVIDENCE } from '../guarding.ts'
import type { Untold } from '../ledger/ledger.ts'
import { type Attributes, NOTHING_SAID, type Span } from '../span.ts'
import { readMemo } from './memo.ts'

/**
 * A decision as a span of its run: kind `gate`, as long as nothing, and never an error: the gate did its work, and what
 * the agent makes of a refusal is told by the agent. Its ID comes from the call's, so that telling it twice is telling it
 * once. It hangs around the call, else under it, else under a span that nobody tells: it is never the root of the run.
 */
export function decisionSpan({ at, tenantId, id, memo: text, verdict }: Untold): Span {
  const memo = readMemo(text)
  const { decision, reasons } = verdict
  return {
    traceId: memo.traceId,
    spanId: spanIdOf(['gate', tenantId, id]),
    parentSpanId: memo.parentSpanId ?? memo.spanId ?? spanIdOf(['run', memo.traceId]),
    name: 'gate check',
    kind: 'gate',
    service: null,
    ...{ workflow: memo.workflow, agent: memo.agent, agentVersion: null, parentAgent: null },
    ...{ startNs: BigInt(at) * 1_000_000n, durationNs: 0n, ttftMs: null, streaming: null },
    ...{ status: 'ok', errorType: null, statusMessage: null },
    ...{ stopReason: null, finishReason: null, finishReasonRaw: null },
    ...{ provider: memo.provider, requestModel: memo.model, responseModel: null, responseId: null },
    operation: 'check',
    ...{ inputTokens: null, outputTokens: null, cacheReadTokens: null, cacheWriteTokens: null, reasoningTokens: null },
    ...{ costNano: null, costSource: null, priceVersion: null, counted: false },
    ...{ toolName: memo.toolName, toolCallId: null, toolArgs: null },
    ...{ retrievalQuery: null, retrievalTopK: null, retrievalDocuments: null },
    ...{ sessionId: memo.sessionId, userId: memo.userId, tenantId: memo.tenantId },
    ...{ promptName: null, promptVersion: null, configVersion: null, tags: [] },
    ...{ attempt: null, retryOf: null, fallbackOf: null, cacheHit: null, score: null },
    ...{ input: null, output: null, contentMode: 'full' },
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
    ...{ resource: attributesOf({}), scope: { name: 'outrider.gate', version: '' }, events: [], links: [] },
    ...{ dialect: 'outrider', cut: {}, warnings: [], said: NOTHING_SAID },
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
