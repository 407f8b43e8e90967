/** Words in writing without blanks: Chinese, Japanese, and Latin letters run together. */
import { type Automaton, createAutomaton } from '../automaton.ts'
import { type Reader, stepsOf, vocabulary } from './grammar.ts'

export function isCjk(code: number): boolean {
  return (code >= 0xe01 && code <= 0xe4e) || (code >= 0x3040 && code <= 0x30ff) || (code >= 0x3400 && code <= 0x9fff)
}

const cjk = vocabulary.filter((word) => isCjk(word.charCodeAt(0)))
const latin = vocabulary.filter((word) => /^[a-z]{4,}\*?$/.test(word) && !word.endsWith('*'))

interface Dictionary {
  readonly automaton: Automaton
  readonly words: readonly string[]
}
let forCjk: Dictionary | null = null
let forLatin: Dictionary | null = null

/** Reads the characters from `from` to `to`; answers the count of words so far. */
export function readRun(text: string, from: number, to: number, reader: Reader, at: number): number {
  forCjk ??= { words: cjk, automaton: createAutomaton(cjk) }
  return read(forCjk, text.slice(from, to), reader, at, 2, (place) => from + place)
}

/** Letters that stand for others when digits are read as letters: `1` is `i` or `l`, so both are one. */
const skeleton = (word: string): string => word.replaceAll('l', 'i')

/** Reads letters that were squeezed together. `places` gives where each stands. */
export function readSqueezed(text: string, reader: Reader, places: readonly number[]): void {
  forLatin ??= { words: latin, automaton: createAutomaton(latin.map(skeleton)) }
  read(forLatin, skeleton(text), reader, 0, 5, (place) => places[place] ?? (places.at(-1) as number) + 1)
}

/** The longest words first, none over another; what lies between counts as words of `width` characters. */
function read(
  { automaton, words }: Dictionary,
  text: string,
  reader: Reader,
  at: number,
  width: number,
  place: (at: number) => number,
): number {
  const longest = new Map<number, number>()
  automaton.scan(text, (index, end) => {
    const start = end - (words[index] as string).length
    const before = longest.get(start)
    if (before === undefined || (words[before] as string).length < (words[index] as string).length)
      longest.set(start, index)
  })
  let done = 0
  let count = at
  for (const [start, index] of [...longest].sort((a, b) => a[0] - b[0])) {
    if (start < done) continue
    const word = words[index] as string
    count += Math.ceil((start - done) / width)
    const end = start + word.length
    reader.read(stepsOf(word), count++, place(start), place(end - 1) + 1)
    done = end
  }
  return count + Math.ceil((text.length - done) / width)
}
