import type { Span } from '../span.ts'

/**
 * By start; what started at the same time stands parent before child. Clocks of many SDKs tick in milliseconds, so a
 * parent and its first child often start together.
 */
export function inTimeOrder(spans: readonly Span[]): Span[] {
  const depth = depths(spans)
  return spans.toSorted((a, b) => {
    if (a.startNs !== b.startNs) return a.startNs < b.startNs ? -1 : 1
    return depth.get(a)! - depth.get(b)!
  })
}

/** Steps up to a root; in a cycle, up to where it closes. */
function depths(spans: readonly Span[]): Map<Span, number> {
  const byId = new Map(spans.map((span) => [span.spanId, span]))
  const known = new Map<Span, number>()
  for (const span of spans) {
    const path: Span[] = []
    const seen = new Set<Span>()
    let at: Span | undefined = span
    while (at !== undefined && !known.has(at) && !seen.has(at)) {
      path.push(at)
      seen.add(at)
      at = at.parentSpanId === null ? undefined : byId.get(at.parentSpanId)
    }
    let depth = at === undefined ? 0 : (known.get(at) ?? -1) + 1
    for (const step of path.reverse()) known.set(step, depth++)
  }
  return known
}
