import type { Span } from '../span.ts'
import { isBetter, type Telling, type Twins, tellingOf } from './twin.ts'

/** The spans of one trace as far as they are known, and what each has from its ancestors. */
export interface Family {
  /** Adding a span again changes nothing. */
  add(span: Span): void
  /** An added span with what it inherits and whether it counts; the same object when nothing changes. */
  tell(span: Span): Span
  /** Spans told before that are counted otherwise by now; each change is given once. */
  changes(): readonly Change[]
  /** Whether a span counts, as far as this family knows it; `null` for one that it does not know. */
  counts(spanId: string): boolean | null
  /** Tells again, by `changes`, if a span of another family made a difference. */
  touch(spanId: string): void
  size(): number
  /** Forgets what it told others. */
  close(): void
}

/** Where the other tellings of a call are, if they are in other traces. */
export interface Others {
  counts(telling: Telling): boolean
  touch(telling: Telling): void
}

/** A span that counts from now on, or does not any more. */
export interface Change {
  /** Its own tenant, as it was told. */
  readonly tenant: string | null
  readonly spanId: string
  readonly counted: boolean
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
  /** Of an instrumentation whose calls stand below each other and are different ones. */
  isApart: boolean
  /** Tells a call that happened beside what is below it. */
  isBorrowed: boolean
  telling: Telling | null
  /** How it was told last, and as whose; `null` before. */
  told: boolean | null
  toldTenant: string | null
  /** Which calls this span tells the usage of: a bit a kind of call, and one for the cached part of it. */
  usage: number
  /** The same for the spans below that belong to the same call. */
  usageBelow: number
  line: Line
  /** How much of the family was known when `line` was found. */
  asOf: number
}

/**
 * @param bridged a span whose parent is missing has workflow, session, user and tenant from the only root
 * @param others the families of other traces
 */
export function createFamily(bridged: boolean, twins: Twins, others: Others): Family {
  const members = new Map<string, Member>()
  /** Children seen before their parent. */
  const waiting = new Map<string, Member[]>()
  const roots = new Set<string>()
  /** Spans told before whose count may be another by now. */
  const touched = new Set<Member>()
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
    for (let at = parentOf(member); at !== null && passes(at) && !areApart(member, at); at = parentOf(at)) {
      if ((at.usageBelow | usage) === at.usageBelow) return
      at.usageBelow |= usage
      touched.add(at)
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
      if (areApart(member, at)) return false
      if (at.kind === member.kind) return true
      steps++
    }
    return false
  }

  /** Whether spans below tell this call already, and tell it as well. */
  function isOuter(member: Member): boolean {
    const { usage, usageBelow, kind, telling } = member
    if ((usageBelow & bitOf(kind)) === 0) return false
    // the same call below says nothing of its cache: the outer one knows what it costs
    const isRicher = (usage & RICH) !== 0 && (usageBelow & RICH) === 0
    return !(isRicher && telling !== null && twins.of(telling).some((twin) => twin.traceId === telling.traceId))
  }

  function counts(member: Member): boolean {
    if (bitOf(member.kind) === 0) return true
    if (isCovered(member)) return false
    const { telling } = member
    return telling === null || !twins.of(telling).some((twin) => isBetter(twin, telling) && stands(twin, telling))
  }

  /** The innermost span that has the usage counts; where none has it, the outermost stands for the call. */
  function isCovered(member: Member): boolean {
    return isOuter(member) || (member.usage === 0 && isInner(member))
  }

  /** Whether the other telling is not itself told by a span around or within it. */
  function stands(twin: Telling, { traceId }: Telling): boolean {
    if (twin.traceId !== traceId) return others.counts(twin)
    const member = members.get(twin.spanId)
    return member !== undefined && !isCovered(member)
  }

  function tellTwins(member: Member, telling: Telling | null): void {
    if (member.telling !== null) twins.remove(member.telling)
    member.telling = telling
    if (telling === null) return
    twins.add(telling)
    for (const twin of twins.of(telling)) {
      if (twin.traceId !== telling.traceId) others.touch(twin)
      else {
        const other = members.get(twin.spanId)
        if (other !== undefined) touched.add(other)
      }
    }
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
        tellTwins(before, fresh.telling)
        tellAbove(before)
        return
      }
      members.set(span.spanId, fresh)
      if (span.parentSpanId === null) roots.add(span.spanId)
      else if (!members.has(span.parentSpanId)) welcome(fresh, span.parentSpanId)
      if (waiting.size > 0) {
        for (const child of waiting.get(span.spanId) ?? []) {
          if (sameTenant(child, fresh) && !areApart(child, fresh)) fresh.usageBelow |= carried(child)
          touched.add(child)
        }
        waiting.delete(span.spanId)
      }
      const { telling } = fresh
      fresh.telling = null
      tellTwins(fresh, telling)
      tellAbove(fresh)
    },
    tell(span) {
      const member = members.get(span.spanId)
      if (member === undefined || member.own.tenantId !== span.tenantId) return span
      resolve(member)
      const counted = span.counted && counts(member)
      const line = shown(member)
      member.told = counted
      member.toldTenant = line.tenantId
      return counted === span.counted && same(span, line) ? span : { ...span, ...line, counted }
    },
    changes() {
      if (touched.size === 0) return unchanged
      const changes: Change[] = []
      for (const member of touched) {
        if (member.told === null || member.telling === null) continue
        const counted = counts(member)
        if (counted === member.told) continue
        member.told = counted
        changes.push({ tenant: member.toldTenant, spanId: member.telling.spanId, counted })
      }
      touched.clear()
      return changes
    },
    counts(spanId) {
      const member = members.get(spanId)
      return member === undefined ? null : !isCovered(member)
    },
    touch(spanId) {
      const member = members.get(spanId)
      if (member !== undefined) touched.add(member)
    },
    close() {
      for (const { telling } of members.values()) if (telling !== null) twins.remove(telling)
    },
  }
}

const unchanged: readonly Change[] = []

function memberOf(span: Span): Member {
  const { agent, agentVersion, parentAgent, workflow, sessionId, userId, tenantId } = span
  const own = { agent, agentVersion, parentAgent, workflow, sessionId, userId, tenantId }
  const call = bitOf(span.kind)
  const telling = call === 0 ? null : tellingOf(span)
  const isTold = call !== 0 && (span.inputTokens !== null || span.outputTokens !== null)
  const usage = isTold ? call | (telling?.isRich ? RICH : 0) : 0
  const isApart = span.scope.name === 'langsmith'
  const isBorrowed = isApart && (span.attributes['langsmith.trace.name'] ?? span.name) !== span.name
  const { kind, parentSpanId } = span
  return {
    parentId: parentSpanId,
    kind,
    own,
    isApart,
    isBorrowed,
    telling,
    told: null,
    toldTenant: null,
    usage,
    usageBelow: 0,
    line: own,
    asOf: -1,
  }
}

/** The usage says how much of the input was cached. */
const RICH = 4

function bitOf(kind: Span['kind']): number {
  return kind === 'llm' ? 1 : kind === 'embedding' ? 2 : 0
}

/** Plain spans, e.g. HTTP, stand between two spans of one call; an agent or a tool starts something new. */
function passes(member: Member): boolean {
  return member.kind === 'other' || bitOf(member.kind) !== 0
}

/**
 * LangSmith writes a streamed call onto the span around it, which then bears two names: nothing below is that call. Two of
 * its spans never are one call.
 */
function areApart(inner: Member, outer: Member): boolean {
  return outer.isBorrowed || (inner.isApart && outer.isApart)
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
