/** The nearest of the known names, when it is near enough to have been meant. */
export function suggestion(name: string, known: Iterable<string>): string | null {
  let best: string | null = null
  let least = Math.max(2, Math.ceil(name.length / 3)) + 1
  for (const each of known) {
    const cost = distance(name.toLowerCase(), each.toLowerCase())
    if (cost < least) {
      least = cost
      best = each
    }
  }
  return best
}

/** Letters to add, drop, change or swap. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 8) return 99
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let k = 1; k <= b.length; k++) {
      const same = a[i - 1] === b[k - 1]
      next[k] = Math.min((row[k] as number) + 1, (next[k - 1] as number) + 1, (row[k - 1] as number) + (same ? 0 : 1))
      if (i > 1 && k > 1 && a[i - 1] === b[k - 2] && a[i - 2] === b[k - 1])
        next[k] = Math.min(next[k] as number, (before[k - 2] as number) + 1)
    }
    before = row
    row = next
  }
  return row[b.length] as number
}
