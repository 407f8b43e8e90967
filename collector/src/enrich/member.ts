import { NOTHING_SAID, type Span } from '../span.ts'
import { type Line, ownLine, shownLine } from './line.ts'
import { isRunningSum } from './running-sum.ts'
import type { Kept, State } from './state.ts'
import { isTelling, sumOf } from './sum.ts'
import { isSameTool, kindOf, type Telling, tellingOf } from './telling.ts'
import { shownWord, type Word } from './word.ts'

/** A span as one of its trace. */
export interface Member {
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

export function memberOf(span: Span): Member {
  const facts = factsOf(span)
  const member: Member = {
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
  if (member.telling !== null && member.kind === 'tool') member.telling.at = member
  return member
}

export function factsOf(span: Span) {
  const isApart = span.scope.name === 'langsmith'
  const isBorrowed = isApart && (span.attributes['langsmith.trace.name'] ?? span.name) !== span.name
  const { parentSpanId: parentId, startNs, counted } = span
  const kind = kindOf(span)
  const own = ownLine(span)
  const usage = { sum: sumOf(span), isTelling: isTelling(span), isRunning: isRunningSum(span) }
  return { parentId, kind, startNs, endNs: startNs + span.durationNs, counted, own, isApart, isBorrowed, ...usage }
}

export function tellingFor(span: Span): Telling | null {
  const kind = kindOf(span)
  return kind === 'llm' || kind === 'embedding' || kind === 'tool' ? tellingOf(span) : null
}

/** What a span itself says of its call, or of all below it. A tool has no such words. */
export function wordOfOwn({ kind, telling, sum }: Member): Word | null {
  return kind === 'tool' ? null : (telling?.word ?? sum)
}

/** Whether one span is around the other, of one call. */
export function isOne(inner: Member, outer: Member): boolean {
  if (inner.kind !== outer.kind) return false
  return inner.kind !== 'tool' || isSameTool(inner.telling!, outer.telling!)
}

/** Plain spans, e.g. HTTP, stand between two spans of one call; an agent or a tool starts something new. */
export function passes(member: Member): boolean {
  return member.kind === 'other' || member.telling !== null
}

/**
 * LangSmith writes a streamed call onto the span around it, which then bears two names: nothing below is that call. Two of
 * its spans never are one call.
 */
export function areApart(inner: Member, outer: Member): boolean {
  return outer.isBorrowed || (inner.isApart && outer.isApart)
}
