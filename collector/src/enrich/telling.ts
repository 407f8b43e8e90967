import type { Span } from '../span.ts'
import { filled, ownWord, WORD, type Word } from './word.ts'

/**
 * One span's telling of a model, embedding or tool call, among the tellings around and within it. Tellings that are nested are
 * of one call, but for several within one: those are its attempts.
 */
export interface Telling {
  readonly traceId: string
  readonly spanId: string
  kind: Span['kind']
  scope: string
  tenantId: string | null
  word: Word
  parentId: string | null
  startNs: bigint
  endNs: bigint
  /** What another telling of the same call has too. */
  keys: readonly string[]
  /** The key of a failed call or a stream that says neither its response ID nor any usage; `null` of others. */
  silence: string | null
  /** Of a step of a tool: where it stands in its run. */
  at: Step | null
  outer: Telling | null
  readonly inners: Telling[]
  /** How many calls with usage are told within. */
  heads: number
}

interface Step {
  readonly parent: Step | null
}

export function tellingOf(span: Span): Telling {
  return { traceId: span.traceId, spanId: span.spanId, ...factsOf(span), at: null, outer: null, inners: [], heads: 0 }
}

/** The span was sent again. */
export function retell(telling: Telling, span: Span): void {
  const before = headsFrom(telling)
  Object.assign(telling, factsOf(span))
  passUp(telling, headsFrom(telling) - before)
}

function factsOf(span: Span) {
  const tool = toolOf(span)
  if (tool !== null) return tool
  const word = ownWord(span)
  const { traceId, kind, startNs, durationNs, parentSpanId: parentId } = span
  const silence = silenceOf(span, word)
  return {
    kind,
    scope: span.scope.name,
    tenantId: span.tenantId,
    word,
    parentId,
    startNs,
    endNs: startNs + durationNs,
    keys: silence === null ? keysOf(traceId, kind, word) : [silence],
    silence,
  }
}

/** A step of a tool: it has no usage, and what is told twice has the same name. */
function toolOf(span: Span) {
  const { traceId, toolName, startNs, durationNs, parentSpanId: parentId, tenantId } = span
  if (kindOf(span) !== 'tool') return null
  const silence = JSON.stringify([traceId, 'tool', bare(toolName ?? '')])
  const times = { startNs, endNs: startNs + durationNs }
  return {
    kind: 'tool' as const,
    scope: span.scope.name,
    tenantId,
    word: noWord,
    parentId,
    ...times,
    keys: [silence],
    silence,
  }
}

const noWord = Object.freeze(Object.fromEntries(WORD.map((field) => [field, null]))) as unknown as Word

/** What a span itself said that it is. */
export function kindOf({ kind, said }: Span): Span['kind'] {
  return said.kind === undefined ? kind : (said.kind as Span['kind'])
}

/** Without the server that some put before the names of its tools. */
function bare(toolName: string): string {
  return toolName.replace(/^mcp__.+?__/, '')
}

/** Whether a tool that is told inside another one is that one, as the protocol below it names it. */
export function isSameTool(inner: Telling, outer: Telling): boolean {
  if (inner.silence === outer.silence) return inner.scope !== outer.scope || isOfProtocol(inner)
  return isOfProtocol(inner) && nameOf(outer).endsWith(nameOf(inner)) && nameOf(inner) !== ''
}

const nameOf = ({ silence }: Telling): string => (JSON.parse(silence ?? '["","",""]') as readonly string[])[2]!

/** How far up an agent's tool is looked for. */
const HIGH = 64

/** Whether one step of a tool is inside the other. */
export function isInside(inner: Telling, outer: Telling): boolean {
  let at = inner.at?.parent ?? null
  for (let height = 0; at !== null && height < HIGH; height++) {
    if (at === outer.at) return true
    at = at.parent
  }
  return false
}

/** Told by who carries a tool's call to its server, not by who asked for it. */
export function isOfProtocol({ scope }: Telling): boolean {
  return /mcp/i.test(scope)
}

function silenceOf({ traceId, kind, status }: Span, word: Word): string | null {
  const { provider, requestModel, responseId, inputTokens, outputTokens, streaming } = word
  const isError = status === 'error'
  if ((responseId ?? inputTokens ?? outputTokens) !== null || provider === null || requestModel === null) return null
  if (!isError && streaming !== true) return null
  return JSON.stringify([traceId, kind, isError, provider, requestModel])
}

function keysOf(traceId: string, kind: Span['kind'], word: Word): readonly string[] {
  const { responseId, inputTokens: input, outputTokens: output } = word
  const keys: string[] = []
  if (responseId !== null) keys.push(responseId)
  if (input !== null && (output !== null || kind === 'embedding')) keys.push(`${traceId} ${input} ${output ?? 0}`)
  return keys
}

const isTold = ({ word }: Telling): boolean => word.inputTokens !== null || word.outputTokens !== null

/** What this one adds to the heads of the one around it. */
const headsFrom = (telling: Telling): number => telling.heads || (isTold(telling) ? 1 : 0)

export function nest(inner: Telling, outer: Telling): void {
  if (inner.outer !== null) return
  for (let at: Telling | null = outer; at !== null; at = at.outer) if (at === inner) return
  inner.outer = outer
  outer.inners.push(inner)
  passUp(inner, headsFrom(inner))
}

/** Before everything is nested anew. */
export function unnest(telling: Telling): void {
  telling.outer = null
  telling.inners.length = 0
  telling.heads = 0
}

function passUp(telling: Telling, difference: number): void {
  let more = difference
  for (let at = telling.outer; at !== null && more !== 0; at = at.outer) {
    const before = headsFrom(at)
    at.heads += more
    more = headsFrom(at) - before
  }
}

/** Whether this one stands for its call: the innermost that has the usage; where none has it, the outermost. */
export function isHead(telling: Telling): boolean {
  return telling.heads === 0 && (telling.outer === null || isTold(telling))
}

/** The one that stands for the call that this one tells; `null` where it tells several, or an attempt without usage. */
export function headOf(telling: Telling): Telling | null {
  let at = telling
  while (at.heads === 1) at = at.inners.find((inner) => headsFrom(inner) === 1)!
  if (at.heads > 1) return null
  while (!isTold(at) && at.outer !== null) at = at.outer
  return at.heads === 0 ? at : null
}

/** Those that tell the same call as a head and nothing else, the innermost first. */
function pathOf(head: Telling): readonly Telling[] {
  if (head.outer === null && head.inners.length === 0) return [head]
  const path = [head]
  for (let at = head; at.inners.length === 1; ) {
    at = at.inners[0]!
    path.unshift(at)
  }
  for (let at = head.outer; at?.heads === 1; at = at.outer) path.push(at)
  return path
}

/** Those that have no other head than this one. */
export function standingFor(head: Telling): readonly Telling[] {
  const path = pathOf(head)
  if (path[0]!.inners.length === 0) return path
  const all = [...path, ...path[0]!.inners]
  for (let at = path.length; at < all.length; at++) all.push(...all[at]!.inners)
  return all
}

/** What the nested tellings say together: of each field what the innermost says that says anything. */
export function wordOf(head: Telling): Word {
  if (head.outer === null && head.inners.length === 0) return head.word
  const path = pathOf(head)
  let word = path[0]!.word
  for (const telling of path) word = filled(word, telling.word)
  // attempts within and around share their names only
  const attempts = path[0]!.inners.toSorted((a, b) => {
    if (a.startNs !== b.startNs) return a.startNs < b.startNs ? 1 : -1
    return a.spanId < b.spanId ? 1 : -1
  })
  for (const { word: other } of attempts) word = filled(word, other, 'names')
  for (let at = path.at(-1)!.outer; at !== null; at = at.outer) word = filled(word, at.word, 'names')
  return word
}

/** The span below which a call stands that tells no usage; `undefined` where some telling of it does, or is within. */
export function silentBelow(telling: Telling): string | null | undefined {
  const top = outermost(telling)
  return telling.inners.length === 0 && headsFrom(top) === 0 ? top.parentId : undefined
}

export function outermost(telling: Telling): Telling {
  let at = telling
  while (at.outer !== null) at = at.outer
  return at
}

/** A call that is told more often than this is told by mistake: what one telling changes for others is not looked for. */
const MOST = 64

/** All that are nested with this one. */
export function nestOf(telling: Telling): readonly Telling[] {
  if (telling.outer === null && telling.inners.length === 0) return [telling]
  const found = [outermost(telling)]
  for (let at = 0; at < found.length && found.length < MOST; at++) found.push(...found[at]!.inners)
  if (found.length < MOST) return found
  for (let at: Telling | null = telling; at !== null; at = at.outer) found.push(at)
  return found
}
