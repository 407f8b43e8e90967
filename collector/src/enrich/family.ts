import type { Span } from '../span.ts'

/** The spans of one trace as far as they are known, and what each has from its ancestors. */
export interface Family {
  /** Adding a span again changes nothing. */
  add(span: Span): void
  /** An added span with what it inherits and whether it counts; the same object when nothing changes. */
  tell(span: Span): Span
  size(): number
}

/** What goes down from span to span. */
interface Line {
  readonly agent: string | null
  readonly agentVersion: string | null
  readonly parentAgent: string | null
  readonly workflow: string | null
  readonly sessionId: string | null
  readonly userId: string | null
  readonly tenantId: string | null
}

interface Member {
  readonly parentId: string | null
  kind: Span['kind']
  own: Line
  /** Which calls this span tells the usage of: a bit a kind of call. */
  usage: number
  /** The same for the spans below that belong to the same call. */
  usageBelow: number
  line: Line
  /** How much of the family was known when `line` was found. */
  asOf: number
}

/** @param bridged a span whose parent is missing has workflow, session, user and tenant from the only root */
export function createFamily(bridged: boolean): Family {
  const members = new Map<string, Member>()
  /** Children seen before their parent. */
  const waiting = new Map<string, Member[]>()
  const roots = new Set<string>()
  let known = 0

  function parentOf(member: Member): Member | null {
    const parent = member.parentId === null ? undefined : members.get(member.parentId)
    return parent !== undefined && parent !== member && sameTenant(member, parent) ? parent : null
  }

  function welcome(child: Member, parentId: string): void {
    const siblings = waiting.get(parentId)
    if (siblings === undefined) waiting.set(parentId, [child])
    else siblings.push(child)
  }

  /** Ends at the first ancestor that knows already: each span is told once at most. */
  function tellAbove(member: Member): void {
    const usage = carried(member)
    for (let at = parentOf(member); at !== null && passes(at); at = parentOf(at)) {
      if ((at.usageBelow | usage) === at.usageBelow) return
      at.usageBelow |= usage
    }
  }

  /** Ancestors first, without recursion: runs may be ten thousand spans deep. A cycle ends where it closes. */
  function resolve(member: Member): void {
    const path: Member[] = []
    for (let at: Member | null = member; at !== null && at.asOf !== known; at = parentOf(at)) {
      at.asOf = known
      path.push(at)
    }
    for (const at of path.reverse()) {
      const parent = parentOf(at)
      at.line = descend(at, parent === null ? bridge(at) : parent.line)
    }
  }

  function bridge(member: Member): Line | null {
    if (!bridged || member.parentId === null || roots.size !== 1) return null
    const [rootId] = roots
    const root = members.get(rootId as string)
    return root === undefined || !sameTenant(member, root)
      ? null
      : { ...root.own, agent: null, agentVersion: null, parentAgent: null }
  }

  /** Whether another span of the same call is around this one. */
  function isInner(member: Member): boolean {
    let steps = 0
    for (let at = parentOf(member); at !== null && passes(at) && steps < members.size; at = parentOf(at)) {
      if (at.kind === member.kind) return true
      steps++
    }
    return false
  }

  function counts(member: Member): boolean {
    const call = bitOf(member.kind)
    if (call === 0) return true
    // the innermost span that has the usage counts; where none has it, the outermost stands for the call
    if ((member.usageBelow & call) !== 0) return false
    return member.usage !== 0 || !isInner(member)
  }

  return {
    size: () => members.size,
    add(span) {
      const fresh = memberOf(span)
      const before = members.get(span.spanId)
      if (before !== undefined && !sameTenant(before, fresh)) return
      known++
      if (before !== undefined) {
        // sent again, perhaps finished by now: the same member, so that nothing grows
        before.kind = fresh.kind
        before.own = fresh.own
        before.usage = fresh.usage
        tellAbove(before)
        return
      }
      members.set(span.spanId, fresh)
      if (span.parentSpanId === null) roots.add(span.spanId)
      else if (!members.has(span.parentSpanId)) welcome(fresh, span.parentSpanId)
      if (waiting.size > 0) {
        for (const child of waiting.get(span.spanId) ?? []) {
          if (sameTenant(child, fresh)) fresh.usageBelow |= carried(child)
        }
        waiting.delete(span.spanId)
      }
      tellAbove(fresh)
    },
    tell(span) {
      const member = members.get(span.spanId)
      if (member === undefined || member.own.tenantId !== span.tenantId) return span
      resolve(member)
      const counted = span.counted && counts(member)
      const line = shown(member)
      return counted === span.counted && same(span, line) ? span : { ...span, ...line, counted }
    },
  }
}

function memberOf(span: Span): Member {
  const { agent, agentVersion, parentAgent, workflow, sessionId, userId, tenantId } = span
  const own = { agent, agentVersion, parentAgent, workflow, sessionId, userId, tenantId }
  const usage = span.inputTokens === null && span.outputTokens === null ? 0 : bitOf(span.kind)
  return { parentId: span.parentSpanId, kind: span.kind, own, usage, usageBelow: 0, line: own, asOf: -1 }
}

function bitOf(kind: Span['kind']): number {
  return kind === 'llm' ? 1 : kind === 'embedding' ? 2 : 0
}

/** Plain spans, e.g. HTTP, stand between two spans of one call; an agent or a tool starts something new. */
function passes(member: Member): boolean {
  return member.kind === 'other' || bitOf(member.kind) !== 0
}

function carried(member: Member): number {
  return passes(member) ? member.usage | member.usageBelow : 0
}

/** Two tenants may use the same trace ID: nothing passes between them. */
function sameTenant(a: Member, b: Member): boolean {
  return agree(a.own.tenantId, b.own.tenantId)
}

function agree(a: string | null, b: string | null): boolean {
  return a === null || b === null || a === b
}

/** What a span hands down. */
function descend({ kind, own }: Member, above: Line | null): Line {
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
function shown({ kind, own, line }: Member): Line {
  if (kind !== 'agent' || own.agent !== null) return line
  return { ...line, agent: null, agentVersion: own.agentVersion, parentAgent: own.parentAgent ?? line.agent }
}

function same(span: Span, line: Line): boolean {
  return (
    span.agent === line.agent &&
    span.agentVersion === line.agentVersion &&
    span.parentAgent === line.parentAgent &&
    span.workflow === line.workflow &&
    span.sessionId === line.sessionId &&
    span.userId === line.userId &&
    span.tenantId === line.tenantId
  )
}
