import { createHash } from 'node:crypto'
import { EVIDENCE, type Evidence, type Subject } from '../guarding.ts'
import { NOTHING_SAID, type Span } from '../span.ts'

/**
 * What was found in a text that no decision tells: a span of kind `guard` in the run, as long as nothing, under the span
 * whose text it is. Never an error: what was stopped is told by the agent.
 */
export function findingSpan(
  subject: Subject & { readonly traceId: string },
  found: readonly Evidence[],
  at: number,
): Span {
  const { id, traceId, spanId, parentSpanId = null, workflow, agent, userId, tenantId } = subject
  return {
    traceId,
    spanId: spanIdOf(['guard', tenantId, id]),
    parentSpanId: spanId ?? parentSpanId ?? spanIdOf(['run', traceId]),
    name: 'guard',
    kind: 'guard',
    service: null,
    ...{ workflow, agent, agentVersion: null, parentAgent: null },
    ...{ startNs: BigInt(at) * 1_000_000n, durationNs: 0n, ttftMs: null, streaming: null },
    ...{ status: 'ok', errorType: null, statusMessage: null },
    ...{ stopReason: null, finishReason: null, finishReasonRaw: null },
    ...{ provider: null, requestModel: subject.model ?? null, responseModel: null, responseId: null },
    operation: 'guard',
    ...{ inputTokens: null, outputTokens: null, cacheReadTokens: null, cacheWriteTokens: null, reasoningTokens: null },
    ...{ costNano: null, costSource: null, priceVersion: null, counted: false },
    ...{ toolName: subject.toolName ?? null, toolCallId: null, toolArgs: null },
    ...{ retrievalQuery: null, retrievalTopK: null, retrievalDocuments: null },
    ...{ sessionId: subject.sessionId ?? null, userId, tenantId },
    ...{ promptName: null, promptVersion: null, configVersion: null, tags: [] },
    ...{ attempt: null, retryOf: null, fallbackOf: null, cacheHit: null, score: null },
    ...{ input: null, output: null, contentMode: 'full' },
    attributes: Object.assign(Object.create(null) as Record<string, string>, {
      [EVIDENCE]: JSON.stringify(found),
      ...(spanId === null ? {} : { 'outrider.gate.span_id': spanId }),
    }),
    ...{ resource: Object.create(null), scope: { name: 'outrider.guard', version: '' }, events: [], links: [] },
    ...{ dialect: 'outrider', cut: {}, warnings: [], said: NOTHING_SAID },
  }
}

/** A hash of what names it. */
function spanIdOf(names: readonly (string | null)[]): string {
  return createHash('sha256').update(JSON.stringify(names)).digest('hex').slice(0, 16)
}
