import { NOTHING_SAID, type Span } from '../span.ts'

/** What goes down from span to span. */
export type Line = Pick<
  Span,
  'agent' | 'agentVersion' | 'parentAgent' | 'workflow' | 'sessionId' | 'userId' | 'tenantId'
>

/** Those that may be corrected later: the tenant is a part of who a span is. */
export const LINE = ['agent', 'agentVersion', 'parentAgent', 'workflow', 'sessionId', 'userId'] as const

/** What a span shows, whoever said it. */
export function shownLine({ agent, agentVersion, parentAgent, workflow, sessionId, userId, tenantId }: Span) {
  return { agent, agentVersion, parentAgent, workflow, sessionId, userId, tenantId }
}

/** What a span itself said. */
export function ownLine(span: Span): Line {
  const line = shownLine(span)
  const { said } = span
  if (said !== NOTHING_SAID) for (const field of LINE) if (field in said) line[field] = said[field] as string | null
  return line
}

/** A span's own word, else that of the nearest ancestor who has one. */
export function descend(kind: Span['kind'], own: Line, above: Line | null): Line {
  if (above === null || !agree(own.tenantId, above.tenantId)) return own
  // an agent without a name cannot be belonged to: the one above is passed on
  const isNamed = own.agent !== null && (kind === 'agent' || own.agent !== above.agent)
  const isNameless = kind === 'agent' && own.agent === null
  return {
    agent: own.agent ?? above.agent,
    agentVersion: isNamed
      ? own.agentVersion
      : isNameless
        ? above.agentVersion
        : (own.agentVersion ?? above.agentVersion),
    parentAgent: isNameless ? above.parentAgent : (own.parentAgent ?? callerOf(kind, isNamed, above)),
    workflow: own.workflow ?? above.workflow,
    sessionId: own.sessionId ?? above.sessionId,
    userId: own.userId ?? above.userId,
    tenantId: own.tenantId ?? above.tenantId,
  }
}

/** A named agent was called by the one above; what belongs to that one has the same caller; else it is unknown. */
function callerOf(kind: Span['kind'], isNamed: boolean, above: Line): string | null {
  if (!isNamed) return above.parentAgent
  return kind === 'agent' ? above.agent : null
}

/** What a span shows of its line: an agent without a name has none, and was called by the agent that it passes on. */
export function shown(kind: Span['kind'], own: Line, line: Line): Line {
  if (kind !== 'agent' || own.agent !== null) return line
  return { ...line, agent: null, agentVersion: own.agentVersion, parentAgent: own.parentAgent ?? line.agent }
}

export function sameLine(a: Line, b: Line): boolean {
  return (
    a.agent === b.agent &&
    a.agentVersion === b.agentVersion &&
    a.parentAgent === b.parentAgent &&
    a.workflow === b.workflow &&
    a.sessionId === b.sessionId &&
    a.userId === b.userId &&
    a.tenantId === b.tenantId
  )
}

/** Unknown agrees with everything. */
export function agree<T>(a: T | null, b: T | null): boolean {
  return a === null || b === null || a === b
}
