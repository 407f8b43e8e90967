import { NOTHING_SAID, type Span } from '../span.ts'
import { agree, descend, LINE, type Line, ownLine, sameLine, shown, shownLine } from './line.ts'
import { isRunningSum, ownShare } from './running-sum.ts'
import { difference, type Kept, type State, saidBy, spanWith, withKept } from './state.ts'
import { createSums, isTelling, sumOf } from './sum.ts'
import { isHead, nest, nestOf, outermost, retell, type Telling, tellingOf, unnest } from './telling.ts'
import { settle, type Twins } from './twin.ts'
import { samePrice, shownWord, WORD, type Word } from './word.ts'

/** The spans of one trace as far as they are known, and what each has from the others. */
export interface Family {
  /** Adding a span again changes nothing. */
  add(span: Span): void
  /** A span that the store holds, as an earlier process told it. Nothing where this one has told it already. */
  recall(span: Span): void
  /** All spans are here: one whose parent is not has workflow, session, user and tenant from the only root. */
  bridge(): void
  /** An added span with what it has from others; the same object when nothing changes. An unknown cost is to be priced. */
  tell(span: Span): Span
  /** Spans told before that are otherwise by now; each change is given once. */
  changes(): readonly Retold[]
  /** A span of another family may make a difference to this one. */
  touch(spanId: string): void
  size(): number
  /** Whether anything of it tells usage. */
  isTelling(): boolean
  /** Forgets what it told others. */
  close(): void
}

/** The families of other traces. */
export interface Others {
  touch(telling: Telling): void
}

/** A span whose fields are others than were told before. */
export interface Retold {
  /** As whose it was told. */
  readonly tenant: string | null
  readonly spanId: string
  /** Those that are others, and `said`. Without the price. */
  readonly fields: Partial<Span>
  /** What is to be priced anew; `null` where the price is the same. */
  readonly call: (Word & Pick<Span, 'kind' | 'startNs' | 'counted'>) | null
  /** As the store holds it, when an earlier process told it. */
  readonly stored: Span | null
}

interface Member {
  readonly spanId: string
  parentId: string | null
  parent: Member | null
  children: Member[] | null
  kind: Span['kind']
  startNs: bigint
  endNs: bigint
  own: Line
  line: Line
  counted: boolean
  /** Of an instrumentation whose calls stand below each other and are different ones. */
  isApart: boolean
  /** Tells a call that happened beside what is below it. */
  isBorrowed: boolean
  /** Of model and embedding calls. */
  telling: Telling | null
  /** Of a call that tells the sum of its loop: its siblings say what of it is its own. */
  isRunning: boolean
  /** What an agent or a chain says that it used in all: counts where nothing below tells any. */
  sum: Word | null
  isTelling: boolean
  isToldBelow: boolean
  /** Of plain spans: the tellings below them, with nothing but plain spans between. */
  through: Set<Member> | null
  /** What the store held of others' words: stands until a nearer one speaks. */
  kept: Kept | null
  /** As it was told last; `null` before. */
  told: State | null
  toldTenant: string | null
  stored: Span | null
}

/** @param isPart spans of the trace were told before, and are not known any more */
export function createFamily(twins: Twins, others: Others, isPart = false): Family {
  const members = new Map<string, Member>()
  /** Children seen before their parent. */
  const waiting = new Map<string, Member[]>()
  const touched = new Set<Member>()
  /** Calls that tell the sum of their loop. */
  const running = new Set<Telling>()
  const sums = createSums<Member>()

  /** Links a member with its parent and with the children that came before it. */
  function attach(member: Member): void {
    const parent = member.parentId === null ? undefined : members.get(member.parentId)
    if (parent !== undefined && parent !== member) adopt(parent, member)
    else if (member.parentId !== null && parent === undefined) welcome(member, member.parentId)
    sums.rise(member)
    const children = waiting.get(member.spanId)
    if (children === undefined) return
    waiting.delete(member.spanId)
    for (const child of children) adopt(member, child)
  }

  function welcome(child: Member, parentId: string): void {
    const siblings = waiting.get(parentId)
    if (siblings === undefined) waiting.set(parentId, [child])
    else siblings.push(child)
  }

  /** Two tenants may use the same trace ID: nothing passes between them. */
  function adopt(parent: Member, child: Member): void {
    if (!agree(parent.own.tenantId, child.own.tenantId)) return
    child.parent = parent
    parent.children ??= []
    parent.children.push(child)
    sums.found(child)
    sums.rise(child)
    flow(child, parent.line)
    if (child.telling !== null) climb(child)
    else if (child.through !== null) for (const inner of child.through) climb(inner, child)
  }

  /** Finds the telling around one, past plain spans. */
  function climb(inner: Member, from = inner): void {
    for (let at = from.parent; at !== null && passes(at) && !areApart(inner, at); at = at.parent) {
      if (at.telling !== null) {
        const isSame = at.kind === inner.kind && agree(at.own.tenantId, inner.own.tenantId)
        if (isSame) nest(inner.telling!, at.telling)
        if (isSame) touchNest(at.telling)
        return
      }
      at.through ??= new Set()
      if (at.through.has(inner)) return
      at.through.add(inner)
    }
  }

  /** Down from a member, for as long as something changes. Without recursion: runs may be ten thousand spans deep. */
  function flow(member: Member, above: Line | null): void {
    const next: (readonly [Member, Line | null])[] = [[member, above]]
    const seen = new Set<Member>()
    for (let step = next.pop(); step !== undefined; step = next.pop()) {
      const [at, from] = step
      const line = descend(at.kind, at.own, from)
      // a cycle ends where it closes
      if (sameLine(line, at.line) || seen.has(at)) continue
      at.line = line
      if (at.told !== null) touched.add(at)
      if (at.children === null) continue
      seen.add(at)
      for (const child of at.children) next.push([child, line])
    }
  }

  /** What one telling says may change what others of its call are told as. */
  function touchNest(telling: Telling): void {
    for (const each of nestOf(telling)) {
      touchOne(each.spanId)
      for (const twin of twins.near(each)) {
        if (twin.traceId !== telling.traceId) others.touch(twin)
        else for (const other of nestOf(twin)) touchOne(other.spanId)
      }
    }
  }

  function touchOne(spanId: string): void {
    const member = members.get(spanId)
    if (member !== undefined && member.told !== null) touched.add(member)
  }

  function again(member: Member, span: Span): void {
    const isMoved = member.parentId !== span.parentSpanId || member.kind !== span.kind
    const { telling } = member
    if (telling !== null) {
      touchNest(telling)
      twins.remove(telling)
    }
    const { isTelling: wasTelling, sum: before } = member
    Object.assign(member, factsOf(span), { kept: null })
    if (isMoved || (wasTelling && !member.isTelling) || (before !== null && member.sum === null)) {
      rebuild(span)
      return
    }
    if (telling !== null) {
      retell(telling, span)
      twins.add(telling)
      touchNest(telling)
      touchRunning()
    }
    sums.rise(member)
    flow(member, member.parent?.line ?? null)
  }

  /** A span turned out to be something else, or somewhere else, than was told first: everything is linked anew. */
  function rebuild(span: Span): void {
    const moved = members.get(span.spanId)!
    if (moved.telling !== null) running.delete(moved.telling)
    moved.telling = tellingFor(span)
    if (moved.telling !== null && moved.isRunning) running.add(moved.telling)
    if (moved.telling !== null) twins.add(moved.telling)
    waiting.clear()
    sums.clear()
    for (const member of members.values()) {
      member.isToldBelow = false
      member.parent = null
      member.children = null
      member.through = null
      member.line = member.own
      if (member.telling !== null) unnest(member.telling)
      if (member.told !== null) touched.add(member)
    }
    for (const member of members.values()) attach(member)
    if (moved.telling !== null) touchNest(moved.telling)
  }

  function stateOf(member: Member): State {
    const line = shown(member.kind, member.own, member.line)
    const { telling, kept } = member
    if (telling === null) {
      const counted = member.counted && (member.sum === null || (!isPart && sums.isAlone(member)))
      return { line: withKept(line, member.own, kept, LINE), word: member.sum, counted }
    }
    const settled = settle(telling, twins)
    const counted = member.counted && settled.counts
    const own = member.isRunning ? ownShare(settled.word, telling, besides(telling)) : settled.word
    const word = counted ? withKept(own, telling.word, kept, WORD) : telling.word
    return { line: withKept(line, member.own, kept, LINE), word, counted }
  }

  /** The other calls at the same place that tell sums, whatever tells them again around. */
  function besides(telling: Telling): readonly Telling[] {
    const { parentId } = outermost(telling)
    const found: Telling[] = []
    if (parentId === null || running.size > MOST_RUNNING) return found
    for (const each of running) {
      const isBeside = each !== telling && isHead(each) && outermost(each).parentId === parentId
      if (isBeside && agree(each.tenantId, telling.tenantId)) found.push(each)
    }
    return found
  }

  function touchRunning(): void {
    if (running.size <= MOST_RUNNING) for (const { spanId } of running) touchOne(spanId)
  }

  function add(span: Span): void {
    const before = members.get(span.spanId)
    if (before !== undefined) {
      if (agree(before.own.tenantId, span.tenantId)) again(before, span)
      return
    }
    const member = memberOf(span)
    members.set(span.spanId, member)
    attach(member)
    if (member.telling === null) return
    twins.add(member.telling)
    touchNest(member.telling)
    if (member.isRunning) running.add(member.telling)
    touchRunning()
  }

  return {
    size: () => members.size,
    isTelling: () => members.values().some((member) => member.isTelling),
    add,
    recall(span) {
      if (members.has(span.spanId)) return
      add(span)
      const member = members.get(span.spanId)!
      member.told = {
        line: shownLine(span),
        word: member.telling === null ? member.sum : shownWord(span),
        counted: span.counted,
      }
      member.toldTenant = span.tenantId
      member.stored = member.telling === null && member.sum === null ? null : span
      touched.add(member)
    },
    bridge() {
      const roots = [...members.values()].filter(({ parentId }) => parentId === null)
      const root = roots[0]
      if (root === undefined || roots.length > 1) return
      const above = { ...root.own, agent: null, agentVersion: null, parentAgent: null }
      for (const orphans of waiting.values()) {
        for (const orphan of orphans) if (agree(orphan.own.tenantId, root.own.tenantId)) flow(orphan, above)
      }
    },
    tell(span) {
      const member = members.get(span.spanId)
      if (member === undefined || member.own.tenantId !== span.tenantId) return span
      const state = stateOf(member)
      member.told = state
      member.toldTenant = state.line.tenantId
      member.stored = null
      return spanWith(span, state, member.own, member.telling?.word ?? member.sum)
    },
    changes() {
      for (const sum of sums.changed()) if (sum.told !== null) touched.add(sum)
      if (touched.size === 0) return unchanged
      const changes: Retold[] = []
      for (const member of touched) {
        if (member.told === null) continue
        const change = changeOf(member, stateOf(member))
        if (change !== null) changes.push(change)
      }
      touched.clear()
      return changes
    },
    touch(spanId) {
      const telling = members.get(spanId)?.telling
      if (telling != null) for (const each of nestOf(telling)) touchOne(each.spanId)
    },
    close() {
      for (const { telling } of members.values()) if (telling !== null) twins.remove(telling)
    },
  }
}

const unchanged: readonly Retold[] = []

/** No trace has so many calls of one loop: beyond this sums are taken as told. */
const MOST_RUNNING = 1000

function memberOf(span: Span): Member {
  const facts = factsOf(span)
  return {
    spanId: span.spanId,
    ...facts,
    line: facts.own,
    parent: null,
    children: null,
    telling: tellingFor(span),
    isToldBelow: false,
    through: null,
    kept: span.said === NOTHING_SAID ? null : { ...shownLine(span), ...shownWord(span), said: span.said },
    told: null,
    toldTenant: null,
    stored: null,
  }
}

function factsOf(span: Span) {
  const isApart = span.scope.name === 'langsmith'
  const isBorrowed = isApart && (span.attributes['langsmith.trace.name'] ?? span.name) !== span.name
  const { parentSpanId: parentId, kind, startNs, counted } = span
  const own = ownLine(span)
  const usage = { sum: sumOf(span), isTelling: isTelling(span), isRunning: isRunningSum(span) }
  return { parentId, kind, startNs, endNs: startNs + span.durationNs, counted, own, isApart, isBorrowed, ...usage }
}

function tellingFor(span: Span): Telling | null {
  return span.kind === 'llm' || span.kind === 'embedding' ? tellingOf(span) : null
}

/** Plain spans, e.g. HTTP, stand between two spans of one call; an agent or a tool starts something new. */
function passes(member: Member): boolean {
  return member.kind === 'other' || member.telling !== null
}

/**
 * LangSmith writes a streamed call onto the span around it, which then bears two names: nothing below is that call. Two of
 * its spans never are one call.
 */
function areApart(inner: Member, outer: Member): boolean {
  return outer.isBorrowed || (inner.isApart && outer.isApart)
}

/** What no list, filter or sum goes by is worth no second row: who reads the run has it from `inherit`. */
const shownOnly = { agentVersion: true, parentAgent: true }

function changeOf(member: Member, state: State): Retold | null {
  const told = member.told!
  const { spanId, kind, startNs, own, telling, sum, stored, toldTenant: tenant } = member
  const { line, word } = state
  const fields = difference(told, state)
  if (fields === null || Object.keys(fields).every((field) => field in shownOnly)) return null
  member.told = state
  member.stored = null
  const said = saidBy(own, line, telling?.word ?? sum, word)
  // a sum has a price where it counts
  const isOtherwise = sum !== null && 'counted' in fields
  const isRepriced = word !== null && told.word !== null && (isOtherwise || !samePrice(word, told.word))
  const call = isRepriced ? { ...word, kind, startNs, counted: state.counted } : null
  return { tenant, spanId, fields: { ...fields, said }, call, stored }
}
