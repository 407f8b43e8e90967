export interface Range {
  readonly start: number
  readonly end: number
  readonly score: number
  /** Kind before kind: the greater wins. */
  readonly rank: number
}

/**
 * One reading of each place: of findings that overlap, directly or through others, the better ones stay. Rank first,
 * then the longer, then the surer. In order of their starts.
 */
export function resolved<T extends Range>(findings: readonly T[]): T[] {
  const sorted = findings.toSorted((a, b) => a.start - b.start || b.end - a.end)
  const kept: T[] = []
  for (let from = 0; from < sorted.length; ) {
    let to = from + 1
    let end = (sorted[from] as T).end
    for (; to < sorted.length && (sorted[to] as T).start < end; to++) end = Math.max(end, (sorted[to] as T).end)
    if (to === from + 1) kept.push(sorted[from] as T)
    else kept.push(...best(sorted.slice(from, to)))
    from = to
  }
  return kept
}

function best<T extends Range>(cluster: readonly T[]): T[] {
  const kept: T[] = []
  const order = cluster.toSorted(
    (a, b) => b.rank - a.rank || b.end - b.start - (a.end - a.start) || b.score - a.score || a.start - b.start,
  )
  for (const one of order) {
    if (kept.every((other) => other.end <= one.start || other.start >= one.end)) kept.push(one)
  }
  return kept.sort((a, b) => a.start - b.start)
}
