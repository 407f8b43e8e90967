/**
 * Spans become a tree, whatever arrived: missing parents, several roots, parents that name each other, the same span
 * twice, clocks that disagree. No span is lost: each one is in the tree exactly once.
 */
import type { Span } from '../api.ts'
import { nanoseconds } from '../instant.ts'

/** Why a span stands at the top although it names a parent. */
type Detached = 'orphan' | 'cycle'

export interface Node {
  readonly span: Span
  readonly parent: Node | null
  readonly children: readonly Node[]
  readonly detached: Detached | null
  /** Milliseconds after the first span of the run; may be negative or far off where `outOfTime`. */
  readonly startMs: number
  /** Starts before its parent did: two machines' clocks disagree. */
  readonly skewed: boolean
  /** Its clock is days away from the run's: not drawn on the run's scale. */
  readonly outOfTime: boolean
  /** How many spans are below this one. */
  readonly below: number
}

export interface Tree {
  readonly roots: readonly Node[]
  readonly nodes: ReadonlyMap<string, Node>
  /** From the first start to the last end, milliseconds; at least a nanosecond. */
  readonly lengthMs: number
}

type Draft = { -readonly [K in keyof Omit<Node, 'children' | 'parent'>]: Node[K] } & {
  children: Draft[]
  parent: Draft | null
  startNs: bigint | null
}

/** A span further than this from the middle one has a broken clock. */
const OUT_OF_TIME_NS = 7n * 86_400n * 1_000_000_000n
const SKEW_MS = 1

export function buildTree(spans: readonly Span[]): Tree {
  const drafts = new Map<string, Draft>()
  for (const span of spans) {
    if (!drafts.has(span.spanId)) drafts.set(span.spanId, draft(span))
  }
  const all = [...drafts.values()]
  const lengthMs = placeInTime(all)
  const roots = attach(all, drafts)
  for (const node of fromBelow(roots)) {
    node.below = node.children.reduce((sum, child) => sum + child.below + 1, 0)
  }
  return { roots, nodes: drafts, lengthMs }
}

function draft(span: Span): Draft {
  return {
    span,
    parent: null,
    children: [],
    detached: null,
    startNs: nanoseconds(span.startTime),
    startMs: 0,
    skewed: false,
    outOfTime: false,
    below: 0,
  }
}

function placeInTime(all: readonly Draft[]): number {
  const starts = all.flatMap((node) => (node.startNs === null ? [] : [node.startNs])).sort(order)
  const middle = starts[starts.length >> 1] ?? 0n
  for (const node of all) {
    node.outOfTime = node.startNs === null || distance(node.startNs, middle) > OUT_OF_TIME_NS
  }
  const first = starts.find((start) => distance(start, middle) <= OUT_OF_TIME_NS) ?? 0n
  let lengthMs = 1e-6
  for (const node of all) {
    node.startMs = node.startNs === null ? 0 : Number(node.startNs - first) / 1e6
    if (!node.outOfTime) lengthMs = Math.max(lengthMs, node.startMs + node.span.durationMs)
  }
  return lengthMs
}

function attach(all: readonly Draft[], drafts: ReadonlyMap<string, Draft>): Draft[] {
  const roots: Draft[] = []
  for (const node of all) {
    const { parentSpanId } = node.span
    const parent = parentSpanId === null ? undefined : drafts.get(parentSpanId)
    if (parent === undefined) {
      node.detached = parentSpanId === null ? null : 'orphan'
      roots.push(node)
    } else {
      node.parent = parent
      parent.children.push(node)
      node.skewed = !node.outOfTime && !parent.outOfTime && node.startMs < parent.startMs - SKEW_MS
    }
  }
  roots.push(...openCycles(all, roots))
  roots.sort(byStart)
  for (const node of all) node.children.sort(byStart)
  return roots
}

/** Spans that no root reaches go round in circles: each circle is opened at its earliest span. */
function openCycles(all: readonly Draft[], roots: readonly Draft[]): Draft[] {
  const reached = new Set<Draft>(fromBelow(roots))
  const opened: Draft[] = []
  for (const node of [...all].sort(byStart)) {
    if (reached.has(node)) continue
    const entry = earliestOfCircle(node)
    entry.parent!.children = entry.parent!.children.filter((child) => child !== entry)
    entry.parent = null
    entry.detached = 'cycle'
    entry.skewed = false
    opened.push(entry)
    for (const below of fromBelow([entry])) reached.add(below)
  }
  return opened
}

/** `node` is in a circle or hangs below one: following parents long enough ends inside the circle. */
function earliestOfCircle(node: Draft): Draft {
  const seen = new Set<Draft>()
  let at = node
  while (!seen.has(at)) {
    seen.add(at)
    at = at.parent!
  }
  let earliest = at
  for (let next = at.parent!; next !== at; next = next.parent!) {
    if (byStart(next, earliest) < 0) earliest = next
  }
  return earliest
}

/** Every node below `roots`, children before their parents. No recursion: a run may be 10,000 spans deep. */
function fromBelow(roots: readonly Draft[]): Draft[] {
  const found: Draft[] = []
  const open = [...roots]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    found.push(node)
    for (const child of node.children) open.push(child)
  }
  return found.reverse()
}

function byStart(a: Draft, b: Draft): number {
  return order(a.startNs ?? 0n, b.startNs ?? 0n) || (a.span.spanId < b.span.spanId ? -1 : 1)
}

function order(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function distance(a: bigint, b: bigint): bigint {
  return a < b ? b - a : a - b
}
