import { NOTHING_SAID, type Said, type Span } from '../span.ts'
import { LINE, type Line, sameLine } from './line.ts'
import { samePrice, sameWord, shownWord, WORD, type Word } from './word.ts'

/** What a span has, its own and others' words. */
export interface State {
  /** `other` of a step of a tool that another span tells. */
  readonly kind: Span['kind']
  readonly line: Line
  /** Of a call, or of who tells a sum; what it reports of its cost, not its price. */
  readonly word: Word | null
  readonly counted: boolean
}

/** What a stored span has of others. */
export type Kept = Line & Word & Pick<Span, 'said'>

/** Where nothing speaks for a field now, but something did when it was stored: what is known may be a part of the run. */
export function withKept<T extends Line | Word>(
  now: T,
  own: T,
  kept: Kept | null,
  fields: readonly (keyof T & keyof Kept)[],
): T {
  if (kept === null) return now
  const held = fields.filter((field) => field in kept.said && now[field] === own[field])
  return held.length === 0 ? now : { ...now, ...Object.fromEntries(held.map((field) => [field, kept[field]])) }
}

/** The same object when nothing changes. A cost that follows from another word is left open. */
export function spanWith(
  span: Span,
  { kind, line, word, counted }: State,
  own: Line,
  ownWord: Word | null,
  ownKind: Span['kind'],
): Span {
  const said = saidBy(own, line, ownWord, word, kind === ownKind ? null : ownKind)
  const isSame = kind === span.kind && counted === span.counted && sameLine(line, span) && sameSaid(said, span.said)
  if (word === null || ownWord === null) return isSame ? span : { ...span, kind, ...line, said }
  const before = span.said === NOTHING_SAID ? ownWord : shownWord(span)
  if (sameWord(word, before)) {
    if (isSame) return span
    // a sum has a price where it counts
    const isPriced = counted !== span.counted && (span.kind === 'agent' || span.kind === 'chain')
    return { ...span, ...line, ...(isPriced ? costOf(word) : null), counted, said }
  }
  const cost = samePrice(word, before) ? null : costOf(word)
  return { ...span, ...line, ...word, costNano: span.costNano, ...cost, counted, said }
}

/** Reported, or still to be priced. */
function costOf({ costNano }: Word): Pick<Span, 'costNano' | 'costSource' | 'priceVersion'> {
  return { costNano, costSource: costNano === null ? null : 'reported', priceVersion: null }
}

/** Ancestors only ever speak where a span says nothing: there are few such sets. */
const silences = new Map<number, Said>()

/** @param kind what the span said that it is, where it is shown as something else */
export function saidBy(
  own: Line,
  line: Line,
  ownWord: Word | null,
  word: Word | null,
  kind: Span['kind'] | null = null,
): Said {
  if (kind !== null) return { ...saidBy(own, line, ownWord, word), kind }
  if (own === line && ownWord === word) return NOTHING_SAID
  let bits = 0
  for (let at = 0; at < LINE.length; at++) if (own[LINE[at]!] !== line[LINE[at]!]) bits |= 1 << at
  let said = bits === 0 ? NOTHING_SAID : silences.get(bits)
  if (said === undefined) {
    said = Object.freeze(
      Object.fromEntries(LINE.filter((_, at) => (bits & (1 << at)) !== 0).map((field) => [field, null])),
    )
    silences.set(bits, said)
  }
  if (ownWord === null || word === null || ownWord === word) return said
  const differing = WORD.filter((field) => ownWord[field] !== word[field])
  return differing.length === 0
    ? said
    : { ...said, ...Object.fromEntries(differing.map((field) => [field, ownWord[field]])) }
}

/** What is otherwise than before; `null` when nothing is. */
export function difference(before: State, now: State): Partial<Span> | null {
  const fields: Record<string, unknown> = {}
  if (now.kind !== before.kind) fields.kind = now.kind
  for (const field of LINE) if (now.line[field] !== before.line[field]) fields[field] = now.line[field]
  if (now.word !== null && before.word !== null && now.word !== before.word) {
    for (const field of WORD) if (now.word[field] !== before.word[field]) fields[field] = now.word[field]
  }
  if (now.counted !== before.counted) fields.counted = now.counted
  return Object.keys(fields).length === 0 ? null : fields
}

function sameSaid(a: Said, b: Said): boolean {
  if (a === b) return true
  const fields = Object.keys(a)
  return fields.length === Object.keys(b).length && fields.every((field) => field in b && a[field] === b[field])
}
