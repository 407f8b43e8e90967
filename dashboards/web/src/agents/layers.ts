/**
 * Who calls whom as a drawing: agents in layers from left to right, callers before those that they call, circles opened.
 * Pure: the same calls in any order make the same drawing.
 */

export interface Call {
  readonly from: string
  readonly to: string
  readonly calls: number
}

export interface Placed {
  readonly agent: string
  /** From the left, 0 first. */
  readonly layer: number
  /** From the top of its layer, 0 first. */
  readonly row: number
  /** How many stand in its layer. */
  readonly of: number
}

export interface Layers {
  readonly nodes: readonly Placed[]
  readonly layers: number
  /** Rows of the fullest layer. */
  readonly rows: number
}

/** Rounds in which neighbours are moved to each other. */
const SWEEPS = 5

export function layersOf(agents: readonly string[], handoffs: readonly Call[]): Layers {
  const names = [...new Set(agents)].toSorted()
  const known = new Set(names)
  const edges = handoffs
    .filter(({ from, to }) => from !== to && known.has(from) && known.has(to))
    .toSorted((a, b) => b.calls - a.calls || compare(a.from, b.from) || compare(a.to, b.to))
  const forward = withoutCircles(names, edges)
  const layerOf = longestPaths(names, forward)
  const layers = Array.from({ length: 1 + Math.max(-1, ...layerOf.values()) }, (_, layer) =>
    names.filter((name) => layerOf.get(name) === layer),
  )
  const rowOf = new Map<string, number>()
  const number = (here: readonly string[]) => {
    for (const [row, name] of here.entries()) rowOf.set(name, (row + 0.5) / here.length)
  }
  layers.forEach(number)
  // near those that call them, then near those that they call, so that lines cross less
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const [here, there] = sweep % 2 === 0 ? (['to', 'from'] as const) : (['from', 'to'] as const)
    for (const layer of sweep % 2 === 0 ? layers : layers.toReversed()) {
      const pull = new Map(layer.map((name) => [name, meanOf(name, forward, here, there, rowOf)]))
      layer.sort((a, b) => (pull.get(a) ?? 0) - (pull.get(b) ?? 0) || compare(a, b))
      number(layer)
    }
  }
  return {
    nodes: layers.flatMap((here, layer) => here.map((agent, row) => ({ agent, layer, row, of: here.length }))),
    layers: layers.length,
    rows: Math.max(0, ...layers.map(({ length }) => length)),
  }
}

/** The busiest calls are kept; one that closes a circle is left out (of the layers, not of the drawing). */
function withoutCircles(names: readonly string[], edges: readonly Call[]): readonly Call[] {
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

function longestPaths(names: readonly string[], edges: readonly Call[]): ReadonlyMap<string, number> {
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

/** Where those are that it is tied to; where it is itself without any. */
function meanOf(
  name: string,
  edges: readonly Call[],
  here: 'from' | 'to',
  there: 'from' | 'to',
  rowOf: ReadonlyMap<string, number>,
): number {
  const tied = edges.filter((edge) => edge[here] === name)
  if (tied.length === 0) return rowOf.get(name) ?? 0
  return tied.reduce((sum, edge) => sum + (rowOf.get(edge[there]) ?? 0), 0) / tied.length
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
