/** `GET /api/spend` and `/api/workflows`: what money went into, and what a success costs. */
import { type Answer, get } from '../request.ts'

export const BY = ['workflow', 'agent', 'model', 'user', 'tenant', 'day'] as const
export type By = (typeof BY)[number]

export interface SpendRow {
  /** `null`: not told. */
  readonly key: string | null
  readonly calls: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly unpricedCalls: number
  readonly costUsd: number | null
}

export interface Spend {
  readonly rows: readonly SpendRow[]
  readonly unpriced: readonly {
    readonly provider: string | null
    readonly model: string | null
    readonly calls: number
  }[]
  readonly totalUsd: number | null
}

export interface Workflow {
  readonly workflow: string | null
  readonly runs: number
  readonly succeeded: number
  readonly failed: number
  readonly unknown: number
  /** What one success costs, failures included: less if all unknown runs succeeded, more if none did. */
  readonly costPerSuccessUsd: { readonly low: number | null; readonly high: number | null }
}

export const getSpend = (by: By, from: string, signal: AbortSignal): Promise<Answer<Spend>> =>
  get(`/api/spend?${new URLSearchParams({ by, from })}`, signal)

export const getWorkflows = (
  from: string,
  signal: AbortSignal,
): Promise<Answer<{ readonly workflows: readonly Workflow[] }>> =>
  get(`/api/workflows?${new URLSearchParams({ from })}`, signal)
