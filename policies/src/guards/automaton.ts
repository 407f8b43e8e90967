/** Finds any of many words in one pass over a text (Aho–Corasick). */
export interface Automaton {
  /** Calls `hit(word, end)` for each occurrence of each word, in order of their ends. `word` is its index. */
  scan(text: string, hit: (word: number, end: number) => void): void
}

/**
 * @param words lower-case; a word may stand several times, each is told
 */
export function createAutomaton(words: readonly string[]): Automaton {
  const classOf = new Uint16Array(65536)
  let classes = 1
  for (const word of words) {
    for (let i = 0; i < word.length; i++) {
      const code = word.charCodeAt(i)
      if (classOf[code] === 0) classOf[code] = classes++
    }
  }
  // upper-case ASCII is read as lower-case
  for (let code = 65; code <= 90; code++) classOf[code] = classOf[code + 32] as number
  const { next, ends, fail } = grow(words, classOf, classes)
  const told = outputs(ends, fail)
  const size = classes
  // states are told by where their row begins, which saves a product a character
  const tells = new Uint8Array(next.length)
  for (const [state, found] of told.entries()) if (found !== undefined) tells[state * size] = 1
  for (let i = 0; i < next.length; i++) next[i] = (next[i] as number) * size

  return {
    scan(text, hit) {
      let state = 0
      for (let i = 0; i < text.length; i++) {
        state = next[state + (classOf[text.charCodeAt(i)] as number)] as number
        if (tells[state] === 0) continue
        for (const word of told[state / size] as readonly number[]) hit(word, i + 1)
      }
    },
  }
}

function grow(words: readonly string[], classOf: Uint16Array, size: number) {
  const total = words.reduce((sum, word) => sum + word.length, 1)
  const next = new Int32Array(total * size)
  const ends: (number[] | undefined)[] = new Array(total)
  let states = 1
  words.forEach((word, index) => {
    let state = 0
    for (let i = 0; i < word.length; i++) {
      const at = state * size + (classOf[word.charCodeAt(i)] as number)
      if (next[at] === 0) next[at] = states++
      state = next[at] as number
    }
    ends[state] ??= []
    ends[state]?.push(index)
  })
  const fail = new Int32Array(states)
  const queue: number[] = []
  for (let c = 1; c < size; c++) if (next[c] !== 0) queue.push(next[c] as number)
  for (let head = 0; head < queue.length; head++) {
    const state = queue[head] as number
    for (let c = 1; c < size; c++) {
      const at = state * size + c
      const after = next[at] as number
      const other = next[(fail[state] as number) * size + c] as number
      if (after === 0) next[at] = other
      else {
        fail[after] = other
        queue.push(after)
      }
    }
  }
  return { next: next.slice(0, states * size), ends, fail }
}

/** What each state tells: its own words and those of every shorter suffix. */
function outputs(
  ends: readonly (readonly number[] | undefined)[],
  fail: Int32Array,
): (readonly number[] | undefined)[] {
  return Array.from(fail, (_, state) => {
    const all: number[] = []
    for (let at = state; at !== 0; at = fail[at] as number) all.push(...(ends[at] ?? []))
    return all.length === 0 ? undefined : all
  })
}
