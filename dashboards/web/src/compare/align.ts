/**
 * Two runs step by step: which span of one stands for which of the other. Children of matched spans are aligned in order,
 * by what they are and not by what came out of them, so that another model, text or time is a difference of one step.
 * Pure; no span of either run is lost.
 */
import { diffArrays } from 'diff'
import type { Span } from '../api.ts'
import type { Node, Tree } from '../run/tree.ts'

export interface Step {
  /** 1 for a top span. */
  readonly level: number
  readonly a: Node | null
  readonly b: Node | null
}

/** Longer searches for the best alignment give way to a plain one. */
const PATIENCE_MS = 300

export function align(a: Tree, b: Tree): readonly Step[] {
  const steps: Step[] = []
  const open: { pairs: readonly Pair[]; at: number; level: number }[] = [
    { pairs: aligned(a.roots, b.roots), at: 0, level: 1 },
  ]
  // no recursion: a run may be 10,000 spans deep
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const pair = top.pairs[top.at++]
    if (pair === undefined) {
      open.pop()
      continue
    }
    const { level } = top
    steps.push({ level, ...pair })
    const below = aligned(pair.a?.children ?? [], pair.b?.children ?? [])
    if (below.length > 0) open.push({ pairs: below, at: 0, level: level + 1 })
  }
  return steps
}

type Pair = Pick<Step, 'a' | 'b'>

function aligned(a: readonly Node[], b: readonly Node[]): readonly Pair[] {
  const keysA = a.map(({ span }) => keyOf(span))
  const keysB = b.map(({ span }) => keyOf(span))
  const changes = diffArrays(keysA, keysB, { timeout: PATIENCE_MS })
  if (changes === undefined) return inTurn(a, b, keysA, keysB)
  const pairs: Pair[] = []
  let [atA, atB] = [0, 0]
  for (const { added, removed, value } of changes) {
    for (const _ of value) {
      pairs.push({ a: added ? null : (a[atA] ?? null), b: removed ? null : (b[atB] ?? null) })
      if (!added) atA++
      if (!removed) atB++
    }
  }
  return pairs
}

/** Each step of `a` with the next of the same kind in `b`; what is passed over stands alone. */
function inTurn(a: readonly Node[], b: readonly Node[], keysA: readonly string[], keysB: readonly string[]): Pair[] {
  const pairs: Pair[] = []
  let next = 0
  for (const [n, node] of a.entries()) {
    const at = keysB.indexOf(keysA[n]!, next)
    if (at < 0 || at - next > 100) {
      pairs.push({ a: node, b: null })
      continue
    }
    for (; next < at; next++) pairs.push({ a: null, b: b[next]! })
    pairs.push({ a: node, b: b[next++]! })
  }
  for (; next < b.length; next++) pairs.push({ a: null, b: b[next]! })
  return pairs
}

/** What a span is, whoever the model was and whatever it said. */
function keyOf(span: Span): string {
  const { kind, name, agent, toolName, requestModel, responseModel } = span
  if (kind === 'agent') return `agent ${agent ?? name}`
  if (kind === 'tool') return `tool ${toolName ?? name}`
  if (kind === 'llm' || kind === 'embedding') {
    // names like "chat gpt-5-mini" hold the model
    const models = [requestModel, responseModel].filter((model) => model !== null)
    return `${kind} ${models.reduce((rest, model) => rest.replace(model, ''), name).trim()}`
  }
  return `${kind} ${name}`
}
