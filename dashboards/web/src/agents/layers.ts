/**
 * Who calls whom as a drawing: agents in layers from left to right, callers before those that they call, circles opened.
 * Pure: the same hand-offs in any order make the same drawing.
 */
import type { Handoff } from './agents-api.ts'

export interface Placed {
  readonly agent: string
  /** From the left, 0 first. */
  readonly layer: number
  /** From the top of its layer, 0 first. */
  readonly row: number
}

export interface Layers {
  readonly nodes: readonly Placed[]
  readonly layers: number
  /** Rows of the fullest layer. */
  readonly rows: number
}

export function layersOf(agents: readonly string[], handoffs: readonly Handoff[]): Layers {
  const names = [...new Set(agents)].toSorted()
  const known = new Set(names)
  const edges = handoffs
    .filter(({ from, to }) => from !== to && known.has(from) && known.has(to))
    .toSorted((a, b) => b.calls - a.calls || compare(a.from, b.from) || compare(a.to, b.to))
  const forward = withoutCircles(names, edges)
  const layerOf = longestPaths(names, forward)
  const nodes: Placed[] = []
  let rows = 0
  let layers = 0
  const rowOf = new Map<string, number>()
  for (let layer = 0; nodes.length < names.length; layer++) {
    const here = names.filter((name) => layerOf.get(name) === layer)
    // near those that call them, so that lines cross less
    const pull = new Map(
      here.map((name) => [
        name,
        mean(
          forward.filter(({ to }) => to === name),
          rowOf,
        ),
      ]),
    )
    here.sort((a, b) => (pull.get(a) ?? 0) - (pull.get(b) ?? 0) || compare(a, b))
    for (const [row, agent] of here.entries()) {
      rowOf.set(agent, row)
      nodes.push({ agent, layer, row })
    }
    rows = Math.max(rows, here.length)
    layers = layer + 1
  }
  return { nodes, layers, rows }
}

/** The busiest calls are kept; one that closes a circle is left out (of the layers, not of the drawing). */
function withoutCircles(names: readonly string[], edges: readonly Handoff[]): readonly Handoff[] {
  const next = new Map<string, string[]>(names.map((name) => [name, []]))
  return edges.filter(({ from, to }) => {
    if (reaches(next, to, from)) return false
    next.get(from)?.push(to)
    return true
  })
}

function reaches(next: ReadonlyMap<string, readonly string[]>, from: string, to: string): boolean {
  const seen = new Set([from])
  const open = [from]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === to) return true
    for (const other of next.get(name) ?? []) {
      if (seen.has(other)) continue
      seen.add(other)
      open.push(other)
    }
  }
  return false
}

function longestPaths(names: readonly string[], edges: readonly Handoff[]): ReadonlyMap<string, number> {
  const layerOf = new Map(names.map((name) => [name, 0]))
  for (let moved = true; moved; ) {
    moved = false
    for (const { from, to } of edges) {
      const layer = (layerOf.get(from) ?? 0) + 1
      if (layer <= (layerOf.get(to) ?? 0)) continue
      layerOf.set(to, layer)
      moved = true
    }
  }
  return layerOf
}

function mean(edges: readonly Handoff[], rowOf: ReadonlyMap<string, number>): number {
  if (edges.length === 0) return 0
  return edges.reduce((sum, { from }) => sum + (rowOf.get(from) ?? 0), 0) / edges.length
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
