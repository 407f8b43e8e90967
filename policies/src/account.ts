import type { NanoUsd } from './money.ts'
import type { Period } from './window.ts'

/** One budget's money for one key in one window. */
export interface Account {
  readonly budget: string
  /** The scope's value as text, `a/b` for combined scopes, `all` for global. */
  readonly key: string
  readonly window: Period
}

/** An account, and the limit that the rules give it now. */
export interface Claim extends Account {
  readonly limit: NanoUsd
  /** Written, never refused. */
  readonly shadow: boolean
  /** The lowest limit that was ever claimed on the account is its limit. */
  readonly lowest?: true
}

/** What stands on an account. All in nano-dollars; sums may be larger than one amount may be. */
export interface Balance extends Account {
  readonly limit: NanoUsd
  /** Σ open holds. */
  readonly held: number
  /** Everything billed. */
  readonly spent: number
  /** The part of `spent` that is a hold which expired without a word: it may still shrink. */
  readonly uncertain: number
}

/** Names an account in maps. */
export function accountId(account: Account): string {
  const { start, rollingMs } = account.window
  return JSON.stringify([account.budget, account.key, rollingMs === undefined ? start : `~${rollingMs}`])
}
