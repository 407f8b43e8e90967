/** One pass that finds every word that leads somewhere: to a secret, or to a number that it explains. */
import { type Automaton, createAutomaton } from './automaton.ts'
import { isAlnum, isLetter } from './chars.ts'
import { type Context, contexts } from './pii/context.ts'
import { secretLooks } from './secret/secret.ts'

/** What one pass found: where words of a kind stand, and which looks for secrets are worth it. */
export interface Keywords {
  near(kind: Context, start: number, end: number, before?: number, after?: number): boolean
  has(kind: Context): boolean
  /** Index of the look, start and end of its word, one after the other. */
  readonly looks: readonly number[]
}

/** Small letters of English are found in capitals too; others are listed as they may stand. */
const written = (word: string): string[] => [
  ...new Set([word, ...(/[^\0-\x7f]/.test(word) ? [word.toUpperCase(), word[0]?.toUpperCase() + word.slice(1)] : [])]),
]
const kinds = Object.keys(contexts) as Context[]
const indexOf = Object.fromEntries(kinds.map((kind, index) => [kind, index])) as Readonly<Record<Context, number>>
const entries: { readonly word: string; readonly kind: number; readonly look: number }[] = [
  ...kinds.flatMap((kind, index) =>
    contexts[kind].split('|').flatMap((word) => written(word).map((each) => ({ word: each, kind: index, look: -1 }))),
  ),
  ...secretLooks.map(({ word }, look) => ({ word, kind: -1, look })),
]
let automaton: Automaton | null = null

interface Spots {
  readonly starts: number[]
  readonly ends: number[]
}

export function keywordsIn(text: string): Keywords {
  automaton ??= createAutomaton(entries.map(({ word }) => word))
  const spots: (Spots | undefined)[] = []
  const looks: number[] = []
  automaton.scan(text, (index, end) => {
    const { word, kind, look } = entries[index] as (typeof entries)[number]
    const start = end - word.length
    if (kind === -1) {
      looks.push(look, start, end)
      return
    }
    if (isAlnum(text.charCodeAt(start - 1)) || isContinued(text, end)) return
    spots[kind] ??= { starts: [], ends: [] }
    spots[kind].starts.push(start)
    spots[kind].ends.push(end)
  })
  return {
    looks,
    has: (kind) => spots[indexOf[kind]] !== undefined,
    near(kind, start, end, before = 48, after = 24) {
      const found = spots[indexOf[kind]]
      if (found === undefined) return false
      const { starts, ends } = found
      const next = firstAfter(ends, start)
      if (next > 0 && start - (ends[next - 1] as number) <= before) return true
      // the next few may still begin before `end`
      for (let i = next; i < ends.length && i < next + 8; i++) {
        const from = starts[i] as number
        if (from >= end) return from - end <= after
      }
      return false
    },
  }
}

/** A plural is the same word. */
function isContinued(text: string, end: number): boolean {
  const code = text.charCodeAt(end)
  return isLetter(code) && !((code | 32) === 115 && !isLetter(text.charCodeAt(end + 1)))
}

/** Index of the first end that is greater than `at`. */
function firstAfter(ends: readonly number[], at: number): number {
  let low = 0
  let high = ends.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ends[middle] as number) > at) high = middle
    else low = middle + 1
  }
  return low
}
