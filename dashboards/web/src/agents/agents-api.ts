/** `GET /api/agents`: the collector's shape. Times are ISO text, money USD, unknown is null. */
import { type Answer, get } from '../request.ts'

/** What one agent did in runs that started in a span of time. */
export interface Fared {
  readonly runs: number
  /** Runs in which a turn of it failed; where it tells no turns, in which a call of it failed. */
  readonly failedRuns: number
  readonly turns: number
  readonly calls: number
  readonly failedCalls: number
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly costUsd: number | null
}

export interface Step extends Fared {
  readonly from: string
}

export interface Agent extends Fared {
  readonly agent: string
  readonly inputTokens: number
  readonly outputTokens: number
  readonly unpricedCalls: number
  readonly lastSeen: string
  /** Those in which it took part in a run, in order. */
  readonly steps: readonly Step[]
}

export interface Handoff {
  readonly from: string
  readonly to: string
  readonly runs: number
  readonly calls: number
  readonly failedCalls: number
  readonly p95Ms: number | null
  readonly costUsd: number | null
}

export interface Agents {
  readonly from: string
  readonly to: string
  readonly stepMs: number
  readonly agents: readonly Agent[]
  readonly handoffs: readonly Handoff[]
  /** `from` is the workflow that began with the agent `to`. */
  readonly starts: readonly Handoff[]
}

export function getAgents(search: URLSearchParams, signal: AbortSignal): Promise<Answer<Agents>> {
  return get(`/api/agents?${search}`, signal)
}
