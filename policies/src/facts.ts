import type { Account, Balance } from './account.ts'
import type { Price } from './cost.ts'
import type { Finding } from './finding.ts'
import type { NanoUsd } from './money.ts'
import type { RunFacts } from './run-limit.ts'
import type { Switch } from './switch.ts'

/** What is so right now. All of it is read in the tick in which the answer is held. */
export interface Facts {
  /** Of every account of `accountsOf(call, rules, now)`; those never touched are zero. */
  readonly balances: readonly Balance[]
  readonly price: Price
  /** The most tokens that the model itself can put out; null when that is not known. */
  readonly maxOutput: (provider: string | null, model: string) => number | null
  readonly switches: readonly Switch[]
  /** Null: it is the run's first call. */
  readonly run: RunFacts | null
  /** Not null exactly when the call names a `parentHoldId`. */
  readonly parent: ParentFacts | null
  /** IDs of ladder rungs that are on: what earlier decisions said in `rungs`. */
  readonly engaged: ReadonlySet<string>
  /** What others say of this call, e.g. guards of its text: judged with the rules, the strictest wins. */
  readonly said: readonly Finding[]
  /** A person said yes to this very call: what asks for one is content. */
  readonly approved: boolean
}

/** The delegation or lease that a call draws on. */
export interface ParentFacts {
  readonly id: string
  readonly amount: NanoUsd
  /** What of it is neither drawn nor held by other calls. */
  readonly left: number
  /** What of it was billed so far. */
  readonly spent: number
  /** False: closed, expired, unknown or of another tenant. */
  readonly open: boolean
  /** Every account that it, or a hold above it, stands on: what is drawn from it counts there already. */
  readonly accounts: readonly Account[]
  /** The agents that it, and the holds above it, were made for. */
  readonly agents: readonly string[]
}
