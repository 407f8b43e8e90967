import type { Call } from './call.ts'
import type { Finding } from './finding.ts'
import { instant } from './instant.ts'
import { type Scope, scopeName } from './scope.ts'

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

/**
 * What stands once `change` is asked for where `before` stands: a person's hold outranks the machine, so a trip never
 * replaces it; a hold replaces everything. Of two trips the one that lasts longer stands.
 */
export function standing(before: Switch | undefined, change: Switch): Switch {
  if (before === undefined || change.state === 'held') return change
  if (before.state === 'held') return before
  return (before.until ?? Infinity) >= (change.until ?? Infinity) ? before : change
}

/** The machine frees only what the machine tripped; a person frees anything. */
export const mayFree = (stop: Switch, machine: boolean): boolean => !machine || stop.state === 'tripped'

/** A trip whose time is over stops nothing. A person's hold has no such time. */
export const isOver = (stop: Switch, now: number): boolean =>
  stop.state === 'tripped' && stop.until !== null && stop.until <= now

/**
 * Whether the switch stops this call. `agentsAbove`: the agents that lent it the money it draws on; stopping an agent
 * stops what works for it.
 */
export function covers(stop: Switch, call: Call, agentsAbove: readonly string[] = []): boolean {
  if (stop.tenantId !== null && stop.tenantId !== call.tenantId) return false
  if (stop.scope === 'agent' && agentsAbove.includes(stop.name)) return true
  return scopeName(call, stop.scope) === stop.name
}

/** One finding for each switch that stops the call. */
export function judgeSwitches(
  switches: readonly Switch[],
  call: Call,
  agentsAbove: readonly string[],
  now: number,
): readonly Finding[] {
  return switches
    .filter((stop) => !isOver(stop, now) && covers(stop, call, agentsAbove))
    .map((stop) => {
      const ends = stop.state === 'tripped' ? stop.until : null
      const goesOn =
        stop.state === 'held'
          ? 'Only a person frees it.'
          : ends === null
            ? 'It is freed by hand, or when its budget has room again.'
            : `It frees at ${instant(ends)}.`
      return {
        decision: 'deny',
        reason: {
          rule: `switch:${stop.scope}/${stop.name}`,
          code: stop.state === 'held' ? 'SWITCH_HELD' : 'SWITCH_TRIPPED',
          message: `${stop.scope}/${stop.name} is stopped by ${stop.by} since ${instant(stop.since)}: ${stop.reason} ${goesOn}`,
          scope: stop.scope,
          retryable: ends !== null,
          ...(ends === null ? {} : { resetsAt: instant(ends) }),
        },
      } satisfies Finding
    })
}
