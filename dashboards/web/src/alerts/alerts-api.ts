/** `/api/alerts` and `/api/silences`: the collector's shapes. Times are ISO text, unknown is null. */
import type { Alert } from '../api.ts'
import { type Answer, get, send } from '../request.ts'
import type { Told } from '../ui/confirm-dialog.tsx'
import type { Symptom } from './incidents.ts'

export type Labels = Readonly<Record<string, string>>

export interface OpenAlert extends Omit<Alert, 'event'> {
  readonly state: 'pending' | 'firing'
  /** The silence, maintenance or other alert that keeps it quiet. */
  readonly mutedBy: string | null
  /** The identity of the alert that looks most like the cause of this one. */
  readonly symptomOf: string | null
  readonly symptoms: readonly Symptom[]
}

export interface Silence {
  readonly id: string
  readonly match: Labels
  readonly starts: string
  readonly ends: string
  readonly by: string
  readonly reason: string
  readonly state: 'pending' | 'active' | 'ended'
}

interface Maintenance {
  readonly name: string
  readonly days: readonly string[]
  readonly from: string
  readonly to: string
  readonly active: boolean
}

export interface Delivery {
  readonly route: string
  readonly type: string
  readonly waiting: number
  readonly dead: number
  readonly lastError: string | null
  readonly takenAt: string | null
}

export interface Alerts {
  /** When the last judging began; null: none did. */
  readonly evaluatedAt: string | null
  readonly open: readonly OpenAlert[]
  readonly recent: readonly Alert[]
  readonly silences: readonly Silence[]
  readonly maintenance: readonly Maintenance[]
  readonly deliveries: readonly Delivery[]
}

export interface Rule {
  readonly name: string
  readonly metric: string
  readonly kind: Kind
  readonly bad: 'up' | 'down' | 'both'
  readonly by: readonly string[]
  readonly trigger: string
  readonly for: string
  readonly severity: string
  /** As it may be written into a file of rules. */
  readonly yaml: string
  /** How many it judges now. */
  readonly series: number
  readonly firing: number
}

export type Kind = 'ratio' | 'latency' | 'sum' | 'score'

/** One series, minute by minute: every column has one entry a minute. */
export interface Series {
  readonly labels: Labels
  /** Of the first entry. */
  readonly start: string
  readonly value: readonly (number | null)[]
  /** Outside of `low` and `high` a value counts; a side that is not bad is null. */
  readonly low: readonly (number | null)[]
  readonly center: readonly (number | null)[]
  readonly high: readonly (number | null)[]
  readonly state: readonly ('ok' | 'pending' | 'firing' | null)[]
  readonly events: readonly {
    readonly time: string
    readonly event: 'fired' | 'resolved'
    readonly cause: string | null
  }[]
}

export interface SeriesAnswer {
  readonly rule: string
  readonly metric: string
  readonly kind: Kind
  readonly from: string
  readonly to: string
  readonly stepSeconds: number
  /** Series that are left out. */
  readonly more: number
  readonly series: readonly Series[]
}

export interface Preview {
  readonly rule: string
  readonly days: number
  readonly series: number
  readonly alerts: number
  readonly perDay: number
  readonly events: readonly {
    readonly labels: Labels
    readonly fired: string
    readonly resolved: string | null
    readonly text: string
  }[]
  /** Series that never fired. */
  readonly quiet: readonly Labels[]
}

export interface DeadNotice {
  readonly id: string
  readonly route: string
  readonly time: string
  readonly tries: number
  readonly error: string
  readonly texts: readonly string[]
}

export const getAlerts = (search: URLSearchParams, signal: AbortSignal): Promise<Answer<Alerts>> =>
  get(`/api/alerts?${search}`, signal)

export const getRules = (signal: AbortSignal): Promise<Answer<{ readonly rules: readonly Rule[] }>> =>
  get('/api/alerts/rules', signal)

export const getSeries = (search: URLSearchParams, signal: AbortSignal): Promise<Answer<SeriesAnswer>> =>
  get(`/api/alerts/series?${search}`, signal)

/** Would this rule have fired in the last week? Changes nothing. */
export const previewRule = (yaml: string, signal: AbortSignal): Promise<Answer<Preview>> =>
  send('POST', '/api/alerts/preview', { yaml }, signal)

export const getDead = (signal: AbortSignal): Promise<Answer<{ readonly dead: readonly DeadNotice[] }>> =>
  get('/api/alerts/dead', signal)

/** Sends a notice that was given up once more. */
export const resend = (id: string, signal: AbortSignal): Promise<Answer<unknown>> =>
  send('POST', `/api/alerts/dead/${encodeURIComponent(id)}`, {}, signal)

export const testRoute = (
  route: string,
  signal: AbortSignal,
): Promise<Answer<{ readonly delivered: boolean; readonly why?: string }>> =>
  send('POST', '/api/alerts/test', { route }, signal)

export const addSilence = (
  silence: Told & { readonly match: Labels; readonly minutes: number },
  signal: AbortSignal,
): Promise<Answer<unknown>> => send('POST', '/api/silences', silence, signal)

export const endSilence = (id: string, by: string, signal: AbortSignal): Promise<Answer<unknown>> =>
  send('DELETE', `/api/silences/${encodeURIComponent(id)}`, { by }, signal)
