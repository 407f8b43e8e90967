/** `/api/guards`: what guards found, and what people say of it. */
import type { Finding } from '../api.ts'
import { type Answer, get, send } from '../request.ts'
import type { Told } from '../ui/confirm-dialog.tsx'

export interface StoredFinding extends Finding {
  readonly id: string
  readonly time: string
  readonly traceId: string
  readonly spanId: string
  readonly agent: string | null
  readonly workflow: string | null
  readonly tenantId: string | null
  readonly userId: string | null
  readonly model: string | null
  readonly toolName: string | null
  /** What people say of it; null: nobody said anything. */
  readonly verdict: {
    readonly verdict: 'right' | 'false_alarm'
    readonly by: string
    readonly reason: string
    readonly time: string
  } | null
}

/** How often a rule speaks, and how often people say that it was wrong. */
export interface RuleRate {
  readonly rule: string
  readonly guard: string
  readonly findings: number
  readonly spans: number
  readonly enforced: number
  readonly falseAlarms: number
  readonly right: number
  /** False alarms of those that were marked; null where none was. */
  readonly falseRate: number | null
  /** Its 95 % interval. */
  readonly low: number | null
  readonly high: number | null
  readonly last: string
}

export interface FindingPage {
  readonly findings: readonly StoredFinding[]
  readonly next: string | null
  /** Of all that fit the filters; empty on later pages. */
  readonly rules: readonly RuleRate[]
}

export function getFindings(search: URLSearchParams, signal: AbortSignal): Promise<Answer<FindingPage>> {
  return get(`/api/guards?${search}`, signal)
}

/** `none` takes a mark back. */
export type Mark = 'right' | 'false_alarm' | 'none'

export function markFinding(id: string, verdict: Mark, told: Told, signal: AbortSignal): Promise<Answer<unknown>> {
  const reason = told.reason === '' ? {} : { reason: told.reason }
  return send('POST', `/api/guards/${encodeURIComponent(id)}/verdict`, { verdict, by: told.by, ...reason }, signal)
}
