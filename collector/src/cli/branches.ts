/** Spans in the order of a tree, each with its place in it. Any input ends: orphans, several roots, cycles, any depth. */

export interface Linked {
  readonly spanId: string
  readonly parentSpanId: string | null
  readonly orphan: boolean
  readonly agent: string | null
}

export type Mark = 'orphan' | 'cycle' | null

export interface Placed<S> {
  readonly span: S
  readonly depth: number
  /** For each level between the root's children and this span: whether more siblings follow there. */
  readonly open: readonly boolean[]
  /** The last of its siblings. */
  readonly last: boolean
  /** Why a span that names a parent stands at the top. */
  readonly mark: Mark
  /** The agent of the span above. */
  readonly agent: string | null
}

/** Levels for which `open` is kept: beyond them nothing is drawn, and a chain of any length costs linear time. */
const LEVELS = 32

/** Parents before children, siblings in the order given (time). Every span appears exactly once. */
export function order<S extends Linked>(spans: readonly S[]): readonly Placed<S>[] {
  const children = new Map<string, S[]>()
  const tops: S[] = []
  for (const span of spans) {
    const { parentSpanId } = span
    if (parentSpanId === null || span.orphan) tops.push(span)
    else if (children.get(parentSpanId)?.push(span) === undefined) children.set(parentSpanId, [span])
  }
  const placed: Placed<S>[] = []
  const seen = new Set<S>()
  const walk = (top: S, mark: Mark) => {
    const stack: Placed<S>[] = [{ span: top, depth: 0, open: [], last: true, mark, agent: null }]
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      if (seen.has(at.span)) continue
      seen.add(at.span)
      placed.push(at)
      const under = (children.get(at.span.spanId) ?? []).filter((child) => !seen.has(child))
      const open = at.depth === 0 ? at.open : at.open.length < LEVELS ? [...at.open, !at.last] : at.open
      for (const [index, span] of [...under.entries()].reverse()) {
        stack.push({
          span,
          depth: at.depth + 1,
          open,
          last: index === under.length - 1,
          mark: null,
          agent: at.span.agent,
        })
      }
    }
  }
  for (const top of tops) walk(top, top.orphan ? 'orphan' : null)
  // what no top reaches hangs on a cycle: it is entered at its earliest span
  for (const span of spans) if (!seen.has(span)) walk(span, 'cycle')
  return placed
}
