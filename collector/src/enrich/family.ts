import type { Span } from '../span.ts'
import { agree, descend, LINE, type Line, sameLine, shown, shownLine } from './line.ts'
import { areApart, factsOf, isOne, type Member, memberOf, passes, tellingFor, wordOfOwn } from './member.ts'
import { ownShare } from './running-sum.ts'
import { difference, type State, saidBy, spanWith, withKept } from './state.ts'
import { createSums } from './sum.ts'
import { isHead, kindOf, nest, nestOf, outermost, retell, type Telling, unnest } from './telling.ts'
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

/** @param isPart spans of the trace were told before, and are not known any more */
export function createFamily(twins: Twins, others: Others, isPart = false): Family {
  const members = new Map<string, Member>()
  /** Children seen before their parent. */
  const waiting = new Map<string, Member[]>()
  const touched = new Set<Member>()
  /** Calls that tell the sum of their loop. */
  const running = new Set<Telling>()
  const sums = createSums<Member>()
  const tools = new Set<Member>()
  /** By whom steps of tools are told. */
  const toolScopes = new Set<string>()
  let isRelinked = false

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
    isRelinked = true
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
        const isSame = isOne(inner, at) && agree(at.own.tenantId, inner.own.tenantId)
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
    const isMoved = member.parentId !== span.parentSpanId || member.kind !== kindOf(span)
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
    const { kind } = member
    if (kind === 'tool' && telling !== null) {
      const isStep = settle(telling, twins).counts && kept?.said.kind === undefined
      const shownKind = isStep ? kind : 'other'
      return { kind: shownKind, line: withKept(line, member.own, kept, LINE), word: null, counted: member.counted }
    }
    if (telling === null) {
      const counted = member.counted && (member.sum === null || (!isPart && sums.isAlone(member)))
      return { kind, line: withKept(line, member.own, kept, LINE), word: member.sum, counted }
    }
    const settled = settle(telling, twins)
    const counted = member.counted && settled.counts
    const own = member.isRunning ? ownShare(settled.word, telling, besides(telling)) : settled.word
    const word = counted ? withKept(own, telling.word, kept, WORD) : telling.word
    return { kind, line: withKept(line, member.own, kept, LINE), word, counted }
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

  /** Where a step stands may tell it from another. */
  function touchTools(): void {
    const isTwice = toolScopes.size > 1 && tools.size <= MOST_TOOLS
    if (isRelinked && isTwice) for (const tool of tools) if (tool.told !== null) touched.add(tool)
    isRelinked = false
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
    if (member.kind === 'tool') {
      tools.add(member)
      toolScopes.add(member.telling.scope)
    }
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
      const isCall = member.telling !== null && member.kind !== 'tool'
      member.told = {
        kind: span.kind,
        line: shownLine(span),
        word: isCall ? shownWord(span) : member.sum,
        counted: span.counted,
      }
      member.toldTenant = span.tenantId
      member.stored = isCall || member.sum !== null ? span : null
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
      return spanWith(span, state, member.own, wordOfOwn(member), member.kind)
    },
    changes() {
      touchTools()
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
/** Beyond this the first look at which steps of tools are told twice stands. */
const MOST_TOOLS = 1000

/** What no list, filter or sum goes by is worth no second row: who reads the run has it from `inherit`. */
const shownOnly = { agentVersion: true, parentAgent: true }

function changeOf(member: Member, state: State): Retold | null {
  const told = member.told!
  const { spanId, kind, startNs, own, sum, stored, toldTenant: tenant } = member
  const { line, word } = state
  const fields = difference(told, state)
  if (fields === null || Object.keys(fields).every((field) => field in shownOnly)) return null
  member.told = state
  member.stored = null
  const said = saidBy(own, line, wordOfOwn(member), word, state.kind === kind ? null : kind)
  // a sum has a price where it counts
  const isOtherwise = sum !== null && 'counted' in fields
  const isRepriced = word !== null && told.word !== null && (isOtherwise || !samePrice(word, told.word))
  const call = isRepriced ? { ...word, kind, startNs, counted: state.counted } : null
  return { tenant, spanId, fields: { ...fields, said }, call, stored }
}
