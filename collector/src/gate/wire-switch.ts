import type { Switch, SwitchEvent, WireSwitch } from '@outrider/policies'

/** As `GET /api/switches` lists it. */
export function wireSwitch({ scope, name, state, reason, by, since, until }: Switch): WireSwitch {
  return { scope, name, state, reason, by, since: iso(since), ...(until === null ? {} : { until: iso(until) }) }
}

/** As the stream tells it. */
export function switchEvent(change: Switch & { readonly freed: boolean }): SwitchEvent {
  return change.freed ? { ...wireSwitch(change), state: 'freed' } : wireSwitch(change)
}

/**
 * Whether a key that is bound to a tenant may hear of it: what is that tenant's, and what stops everyone and names no
 * one else's users or runs.
 */
export function isVisible(stop: Switch, tenant: string | null): boolean {
  if (tenant === null || stop.tenantId === tenant) return true
  if (stop.tenantId !== null) return false
  switch (stop.scope) {
    case 'tenant':
      return stop.name === tenant
    case 'global':
    case 'model':
    case 'tool':
      return true
    case 'agent':
    case 'workflow':
      return stop.state === 'held'
    case 'user':
    case 'session':
    case 'run':
      return false
  }
}

const iso = (ms: number): string => new Date(ms).toISOString()
