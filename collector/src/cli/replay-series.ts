/** What `replay alerts` can be asked. */
import type { Kind, Side } from '@outrider/alerts'

export const KINDS = ['any', 'ratio', 'latency', 'sum', 'score'] as const
export const SIDES = ['up', 'down', 'both'] as const

export interface ReplayAlertsOptions {
  readonly csv: readonly string[]
  /** @default any */
  readonly kind?: Kind | 'any'
  /** @default down for a score, both for any, up else */
  readonly bad?: Side
  readonly events?: string
  readonly rule?: string
}
