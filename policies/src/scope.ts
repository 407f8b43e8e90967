/** What a budget, a limit or a switch may stand on. `global` covers everything; its only name is `all`. */
export const SCOPES = ['global', 'tenant', 'user', 'session', 'workflow', 'agent', 'run', 'model', 'tool'] as const

export type Scope = (typeof SCOPES)[number]
