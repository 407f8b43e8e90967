/** `/api/approvals`: calls that wait for a person's word, and what was said. */
import type { Reason } from '../api.ts'
import { type Answer, get, send } from '../request.ts'
import type { Told } from '../ui/confirm-dialog.tsx'

export interface Approval {
  readonly id: string
  readonly state: 'pending' | 'approved' | 'denied' | 'expired'
  readonly askedAt: string
  readonly expiresAt: string
  readonly decidedAt: string | null
  readonly by: string | null
  /** Empty where none was given. */
  readonly reason: string
  readonly traceId: string
  readonly spanId: string | null
  readonly kind: string
  readonly agent: string | null
  readonly workflow: string | null
  readonly userId: string | null
  readonly tenantId: string | null
  readonly model: string | null
  readonly toolName: string | null
  /** JSON as text, as the content mode allows. */
  readonly args: string | null
  /** What it may cost at most. */
  readonly mostUsd: number | null
  /** The rules that ask. */
  readonly reasons: readonly Reason[]
  /** Whether the approved call came, and what it was told. */
  readonly call: 'waiting' | 'allowed' | 'refused'
}

export function getApprovals(signal: AbortSignal): Promise<Answer<{ readonly approvals: readonly Approval[] }>> {
  return get('/api/approvals?limit=200', signal)
}

export function decide(
  word: 'approve' | 'deny',
  id: string,
  told: Told,
  signal: AbortSignal,
): Promise<Answer<unknown>> {
  return send('POST', `/api/approvals/${encodeURIComponent(id)}/${word}`, told, signal)
}
