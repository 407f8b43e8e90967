import { createAutomaton } from './automaton.ts'
import { folded } from './folded.ts'

/** A list of words that is looked for in one pass, whatever its length. */
export interface Terms {
  /** Whole words and phrases in a folded text, at most `limit`. */
  find(text: string, limit: number): { readonly start: number; readonly end: number }[]
}

export function createTerms(words: readonly string[]): Terms {
  const folds = words.map((word) => folded(word))
  const automaton = createAutomaton(folds)
  return {
    find(text, limit) {
      const found: { start: number; end: number }[] = []
      automaton.scan(text, (index, end) => {
        const word = folds[index] as string
        const start = end - word.length
        if (found.length >= limit || continues(text, start - 1, start) || continues(text, end, end - 1)) return
        found.push({ start, end })
      })
      return found
    },
  }
}

/** A letter beside a letter: part of a longer word. Writing without blanks has no borders. */
function continues(text: string, outside: number, inside: number): boolean {
  return letter.test(text[outside] ?? '') && letter.test(text[inside] ?? '')
}

const letter = /[\p{L}\p{N}_](?<![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}])/u
