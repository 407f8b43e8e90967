/**
 * What the collector answers, and the questions these pages ask. The shapes are the collector's: canonical spans and
 * run summaries as JSON, times as ISO text with nanoseconds, durations in milliseconds, money in USD. Unknown is null.
 */
import { type Answer, get, send } from './request.ts'

export const KINDS = [
  'agent',
  'llm',
  'tool',
  'retrieval',
  'embedding',
  'guard',
  'gate',
  'eval',
  'chain',
  'other',
] as const
export type Kind = (typeof KINDS)[number]
type Status = 'unset' | 'ok' | 'error'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }
export type Attributes = Readonly<Record<string, Json>>

export interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | null
  /** True where a parent is named and never came. */
  readonly orphan?: boolean
  readonly name: string
  readonly kind: Kind
  readonly service: string | null
  readonly workflow: string | null
  readonly agent: string | null
  readonly agentVersion: string | null
  readonly parentAgent: string | null
  readonly startTime: string
  readonly durationMs: number
  readonly ttftMs: number | null
  readonly streaming: boolean | null
  readonly status: Status
  readonly errorType: string | null
  readonly statusMessage: string | null
  readonly stopReason: string | null
  readonly finishReason: string | null
  readonly finishReasonRaw: string | null
  readonly provider: string | null
  readonly requestModel: string | null
  readonly responseModel: string | null
  readonly responseId: string | null
  readonly operation: string | null
  readonly inputTokens: number | null
  readonly outputTokens: number | null
  readonly cacheReadTokens: number | null
  readonly cacheWriteTokens: number | null
  readonly reasoningTokens: number | null
  readonly costUsd: number | null
  readonly costSource: 'reported' | 'priced' | 'unpriced' | null
  readonly priceVersion: string | null
  /** False where the same usage is told by another span. */
  readonly counted: boolean
  readonly toolName: string | null
  readonly toolCallId: string | null
  readonly toolArgs: string | null
  readonly retrieval: Retrieval | null
  readonly sessionId: string | null
  readonly userId: string | null
  readonly tenantId: string | null
  readonly promptName: string | null
  readonly promptVersion: string | null
  readonly configVersion: string | null
  readonly tags: readonly string[]
  readonly attempt: number | null
  readonly retryOf: string | null
  readonly fallbackOf: string | null
  readonly cacheHit: boolean | null
  readonly score: number | null
  readonly scores: readonly Score[]
  readonly input: string | null
  readonly output: string | null
  readonly contentMode: 'none' | 'hashed' | 'redacted' | 'full'
  readonly attributes: Attributes
  readonly resource: Attributes
  readonly scope: { readonly name: string; readonly version: string }
  readonly events: readonly { readonly time: string; readonly name: string; readonly attributes: Attributes }[]
  readonly links: readonly { readonly traceId: string; readonly spanId: string; readonly attributes: Attributes }[]
  readonly dialect: string
  readonly cut: Readonly<Record<string, number>>
  readonly warnings: readonly string[]
  /** What guards found in its texts. */
  readonly findings?: readonly Finding[]
}

/** One judgement of a run or of a span. */
export interface Score {
  readonly name: string
  readonly value: number
  /** The value in a word. */
  readonly label: string | null
  /** Why. */
  readonly explanation: string | null
  /** Who or what judged; `telemetry`: an evaluation event. */
  readonly source: string | null
  readonly time: string
}

interface Retrieval {
  readonly query: string | null
  readonly topK: number | null
  /** A JSON array of `{id?, score?, content?}`, as text or as values. */
  readonly documents: Json
}

export interface Run {
  readonly traceId: string
  readonly name: string | null
  readonly workflow: string | null
  readonly service: string | null
  readonly status: Status
  readonly stopReason: string | null
  readonly startTime: string
  readonly durationMs: number
  readonly spanCount: number
  readonly llmCalls: number
  readonly toolCalls: number
  readonly embeddingCalls: number
  readonly embeddingTokens: number
  readonly errors: number
  readonly agents: readonly string[]
  /** Of which a turn failed; of one that tells no turns, a call. */
  readonly failedAgents: readonly string[]
  readonly models: readonly string[]
  readonly tools: readonly { readonly name: string; readonly calls: number; readonly errors: number }[]
  readonly sessionId: string | null
  readonly userId: string | null
  readonly tenantId: string | null
  readonly inputTokens: number | null
  readonly outputTokens: number | null
  readonly cacheReadTokens: number | null
  readonly cacheWriteTokens: number | null
  readonly reasoningTokens: number | null
  readonly costUsd: number | null
  /** Calls whose tokens are known and whose price is not: their money is missing from `costUsd`. */
  readonly unpricedCalls: number
  readonly score: number | null
  readonly outcome: string | null
  /** What was posted with the outcome. */
  readonly outcomeReason: string | null
  /** False while no root span has arrived. */
  readonly rootSeen: boolean
}

export interface RunPage {
  readonly runs: readonly Run[]
  readonly next: string | null
}

export interface RunDetail {
  readonly run: Run & { readonly scores: readonly Score[] }
  readonly spans: readonly Span[]
  /** What the gate answered to the run's calls, oldest first. */
  readonly decisions?: readonly Decision[]
  /** Alerts that name this run as an example, newest first. */
  readonly alerts?: readonly Alert[]
}

/** What a guard found in a text of a span. */
export interface Finding {
  readonly guard: string
  /** Presidio's entity name, `SECRET`, `PROMPT_INJECTION`… */
  readonly type: string
  readonly rule: string
  readonly direction: 'input' | 'output' | 'tool'
  /** Which text of the span. */
  readonly field: string
  /** What the policy asks for. */
  readonly action: 'flag' | 'redact' | 'ask' | 'block'
  /** It happened before the call went on. */
  readonly enforced: boolean
  readonly shadow: boolean
  /** 0 to 1. */
  readonly score: number
  /** Where it was seen, when not in the text as it stands. */
  readonly view: string | null
  /** Times in that text. */
  readonly count: number
  readonly why: string
  /** The text around it, masked; null where the content mode keeps none. */
  readonly before: string | null
  readonly found: string | null
  readonly after: string | null
}

/** Something unusual, or that it is over. */
export interface Alert {
  readonly identity: string
  readonly event: 'fired' | 'resolved'
  readonly rule: string
  readonly metric: string
  readonly severity: 'info' | 'warning' | 'critical'
  readonly labels: Readonly<Record<string, string>>
  readonly time: string
  readonly since: string
  /** One sentence: what, who, how far from normal, since when. */
  readonly text: string
  /** Trace IDs of runs that show it best. */
  readonly examples: readonly string[]
  /** New versions of who is concerned, in the hour before. */
  readonly changes: readonly {
    readonly what: 'agentVersion' | 'configVersion' | 'promptVersion' | 'model'
    readonly version: string
    readonly time: string
  }[]
  /** Which value of which other label explains most of the shift. */
  readonly share?: { readonly label: string; readonly value: string; readonly part: number } | null
  /** Alerts of one trouble have one; the identity of its first. */
  readonly incident?: string
  /** `false`: another alert of its incident is told in its place. */
  readonly told?: boolean
}

/** The gate's answer to one call, and what became of the money that it held. */
export interface Decision {
  /** Also the ID of the hold. */
  readonly id: string
  readonly traceId: string
  /** Of the call. */
  readonly spanId: string | null
  readonly time: string
  readonly kind: 'model' | 'tool' | 'agent' | 'lease'
  readonly decision: 'allow' | 'degrade' | 'redact' | 'wait' | 'ask' | 'deny'
  readonly agent: string | null
  readonly workflow: string | null
  readonly model: string | null
  readonly toolName: string | null
  /** The delegation or lease that it draws on. */
  readonly parentHoldId?: string | null
  readonly heldUsd: number
  /** What was billed; null while it is not known, and where nothing was. */
  readonly spentUsd: number | null
  readonly state: 'open' | 'settled' | 'released' | 'expired' | 'refused'
  readonly reasons: readonly Reason[]
  /** Where a person is asked: what became of the question. */
  readonly approval?: {
    readonly id: string
    readonly state: 'pending' | 'approved' | 'denied' | 'expired'
    readonly by: string | null
    readonly reason: string
  } | null
}

export interface Reason {
  readonly rule: string
  readonly code: string
  readonly message: string
  readonly scope?: string
  readonly limitUsd?: number
  readonly spentUsd?: number
  readonly heldUsd?: number
  readonly resetsAt?: string
  readonly retryable: boolean
  readonly shadow?: boolean
}

/** One dialect as one version of one instrumentation spoke it in the last 24 hours. */
export interface DialectArrival {
  readonly dialect: string
  readonly scope: { readonly name: string; readonly version: string }
  readonly spans: number
  readonly llmCalls: number
  readonly failedCalls: number
  readonly lastSeen: string
  /** What this instrumentation does not send, in sentences. */
  readonly loses: readonly string[]
  /** What these spans lack, in sentences. */
  readonly observed: readonly string[]
  readonly warnings: readonly { readonly name: string; readonly spans: number }[]
}

/** One page of runs, newest first. `search` holds the parameters of `GET /api/runs`. */
export function getRuns(search: URLSearchParams, signal: AbortSignal): Promise<Answer<RunPage>> {
  return get(`/api/runs?${search}`, signal)
}

export function getRun(traceId: string, signal: AbortSignal): Promise<Answer<RunDetail>> {
  return get(`/api/runs/${encodeURIComponent(traceId)}`, signal)
}

export function getDialects(signal: AbortSignal): Promise<Answer<{ readonly dialects: readonly DialectArrival[] }>> {
  return get('/api/dialects', signal)
}

/** What a budget has for one key in one window. */
export interface Balance {
  readonly name: string
  /** Scopes joined with `/`. */
  readonly scope: string
  /** The scope's value: a trace ID, a tenant, `a/b` for combined scopes. Empty: nothing happened on it yet. */
  readonly key: string
  readonly window: { readonly start: string | null; readonly end: string | null }
  readonly limitUsd: number
  readonly spentUsd: number
  readonly heldUsd: number
  /** Part of `spentUsd` that was billed beyond its hold. */
  readonly unbackedUsd: number
  /** Part of `spentUsd` that nobody asked the gate for. */
  readonly ungovernedUsd?: number
  /** Part of `spentUsd` that is a hold which ended without a word. */
  readonly uncertainUsd?: number
  /** Judged and reported, never enforced. */
  readonly shadow?: boolean
  /** Spend of the last minutes as a rate. */
  readonly burnUsdPerHour?: number | null
}

export interface Switch {
  readonly scope: string
  readonly name: string
  /** `held` by a person, `tripped` by a rule. */
  readonly state: 'held' | 'tripped'
  readonly reason: string
  readonly by: string
  readonly since: string
}

export function getBudgets(signal: AbortSignal): Promise<Answer<readonly Balance[]>> {
  return get('/api/budgets', signal)
}

export function getSwitches(signal: AbortSignal): Promise<Answer<{ readonly switches: readonly Switch[] }>> {
  return get('/api/switches', signal)
}

/** The latest answers of the gate, newest first. */
export function getDecisions(
  limit: number,
  signal: AbortSignal,
): Promise<Answer<{ readonly decisions: readonly Decision[] }>> {
  return get(`/api/decisions?limit=${limit}`, signal)
}

/** Stops what `target` covers, or lets it go on. */
export function setSwitch(
  act: 'hold' | 'free',
  target: Pick<Switch, 'scope' | 'name'>,
  told: { readonly reason: string; readonly by: string },
  signal: AbortSignal,
): Promise<Answer<unknown>> {
  const path = `/api/switches/${encodeURIComponent(target.scope)}/${encodeURIComponent(target.name)}`
  return send(act === 'hold' ? 'PUT' : 'DELETE', path, told, signal)
}
