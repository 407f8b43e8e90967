import type { Scope } from './scope.ts'

/** `held`: a person stopped it, and only a person frees it. `tripped`: the machine did, and either may free it. */
export type SwitchState = 'held' | 'tripped'

/** A stop on one name of one scope. What has no switch is armed: it runs, and may be stopped. */
export interface Switch {
  readonly scope: Scope
  /** The tenant, user, session, workflow, agent, trace ID, model or tool; `all` for `global`. */
  readonly name: string
  readonly state: SwitchState
  readonly reason: string
  /** Who: a person's name, or the rule. */
  readonly by: string
  /** Milliseconds since 1970. */
  readonly since: number
  /** Milliseconds since 1970 at which a machine's trip frees itself: its budget's window ends. Null: never. */
  readonly until: number | null
  /** The tenant that the switch is of; null covers all. A tenant stops only its own. */
  readonly tenantId: string | null
}
