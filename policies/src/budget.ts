import type { Priority } from './call.ts'
import type { Match } from './match.ts'
import type { NanoUsd } from './money.ts'
import type { Scope } from './scope.ts'
import type { Window } from './window.ts'

/**
 * A cap: each key of `scope` may spend `limit` in each `window`. `scope: ['user']` is "each user", `['tenant', 'agent']`
 * each agent of each tenant, `['global']` all together.
 */
export interface Budget {
  readonly name: string
  /** At least one. A call that lacks one of them is refused, by name. */
  readonly scope: readonly Scope[]
  readonly match: Match
  readonly limit: NanoUsd
  readonly window: Window
  /** What happens before nothing is left. At 1.0 everything stops, rung or not. */
  readonly ladder: readonly Rung[]
  /** Judged and reported, never enforced. */
  readonly shadow: boolean
}

/**
 * A step down, taken once held plus spent reach `at` (a share of the limit) and left once they are below `resume` again:
 * between the two it stays as it is, so that calls which come and go do not flip it.
 */
export type Rung = {
  /** 0 < at ≤ 1. */
  readonly at: number
  /** @default at − 0.05 */
  readonly resume: number
} & (
  | {
      readonly do: 'degrade'
      /** From (a name or a glob) to a cheaper model of the same provider. A target that is not cheaper is not taken. */
      readonly models: Readonly<Record<string, string>>
      /** At most this much output; null leaves it. */
      readonly maxOutputTokens: number | null
    }
  /** Refuses what matters less than `below`, for now. */
  | { readonly do: 'pause'; readonly below: Priority }
  | { readonly do: 'stop' }
)

/** How far below `at` a rung is left again, when nobody says. */
export const RUNG_HYSTERESIS = 0.05
