import type { Call } from './call.ts'

/** What a budget, a limit or a switch may stand on. `global` covers everything; its only name is `all`. */
export const SCOPES = ['global', 'tenant', 'user', 'session', 'workflow', 'agent', 'run', 'model', 'tool'] as const

export type Scope = (typeof SCOPES)[number]

/** The call's name in this scope; null when the caller did not say. */
export function scopeName(call: Call, scope: Scope): string | null {
  switch (scope) {
    case 'global':
      return 'all'
    case 'tenant':
      return call.tenantId
    case 'user':
      return call.userId
    case 'session':
      return call.sessionId
    case 'workflow':
      return call.workflow
    case 'agent':
      return call.agent
    case 'run':
      return call.traceId
    case 'model':
      return call.model
    case 'tool':
      return call.toolName
  }
}

/** The field of the request that names each scope: what to send when a budget says that it is missing. */
export const SCOPE_FIELDS: Readonly<Record<Scope, string>> = {
  global: 'traceId',
  tenant: 'tenantId',
  user: 'userId',
  session: 'sessionId',
  workflow: 'workflow',
  agent: 'agent',
  run: 'traceId',
  model: 'model',
  tool: 'tool.name',
}
