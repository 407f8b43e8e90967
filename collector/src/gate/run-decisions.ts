import { CALL_KINDS, DECISIONS, type Reason, type WireDecision } from '@outrider/policies'
import type { Ledger } from '../ledger/ledger.ts'
import type { Span } from '../span.ts'
import { APPROVE } from './decision-span.ts'
import { wireDecisions } from './wire-decision.ts'

/** Decisions of one run that are read from the ledger; more come from the spans that tell them. */
const MOST = 1000

/**
 * What was decided in a run, oldest first: by the ledger, which knows what became of it, and from spans that tell a
 * decision of which the ledger knows nothing (another collector's, or one of long ago).
 */
export async function runDecisions(
  ledger: Pick<Ledger, 'answered' | 'approval'>,
  tenantId: string | null,
  traceId: string,
  spans: readonly Span[],
): Promise<readonly WireDecision[]> {
  // a run is shown without its money rather than not at all
  const known = await ledger
    .answered({ tenantId, traceId, limit: MOST })
    .then((answered) => wireDecisions(ledger, answered))
    .catch(() => [])
  const ids = new Set(known.map(({ id }) => id))
  const told = spans.flatMap((span) => {
    if ((span.kind !== 'gate' && span.kind !== 'guard') || span.operation === APPROVE) return []
    const decision = fromSpan(span)
    return ids.has(decision.id) ? [] : [decision]
  })
  return [...known, ...told].sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))
}

function fromSpan(span: Span): WireDecision {
  const said = (name: string): string | null => {
    const value = span.attributes[`outrider.${name}`]
    return typeof value === 'string' ? value : null
  }
  const held = span.attributes['outrider.gate.held_usd']
  const heldUsd = typeof held === 'number' ? held : 0
  const decision =
    DECISIONS.find((name) => name === said('gate.decision')) ?? (span.status === 'error' ? 'deny' : 'allow')
  return {
    id: said('hold.id') ?? span.spanId,
    traceId: span.traceId,
    spanId: said('gate.span_id') ?? span.spanId,
    parentSpanId: span.parentSpanId,
    parentHoldId: said('gate.parent_hold_id'),
    time: new Date(Number(span.startNs / 1_000_000n)).toISOString(),
    kind: CALL_KINDS.find((kind) => kind === said('gate.kind')) ?? (span.toolName === null ? 'model' : 'tool'),
    decision,
    agent: span.agent,
    workflow: span.workflow,
    model: span.requestModel,
    toolName: span.toolName,
    heldUsd,
    spentUsd: null,
    state: decision === 'deny' ? 'refused' : 'settled',
    expiresAt: null,
    reasons: reasonsOf(said('gate.reasons')),
  }
}

function reasonsOf(text: string | null): readonly Reason[] {
  if (text === null) return []
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? (value as Reason[]) : []
  } catch {
    return []
  }
}
