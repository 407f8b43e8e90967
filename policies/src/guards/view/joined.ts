import { stepsOf } from '../injection/grammar.ts'

/** Words cut by marks that a reader does not see: `ig**no**re`, `'ign' + 'ore'`, `ig<!-- -->nore`, `ig-nore`. */
const mark = String.raw`(?:\*{1,3}|_{1,2}|~{2}|\x60|<!--[^>]{0,40}-->|</?[a-z]{1,6}>|["'] ?[+.&,] ?["']|\\\n|-\n|[-.\u00b7|])`
const cutWord = new RegExp(`[a-z]{1,16}(?:${mark}[a-z]{1,16}){1,12}`, 'g')
const marks = new RegExp(mark, 'g')

/** The folded text with such words made whole, or null where there are hardly any that mean something. */
export function joinedOf(text: string): string | null {
  let count = 0
  const whole = text.replace(cutWord, (word) => {
    const fused = word.replace(marks, '')
    if (fused.length < 5 || fused.length > 16 || stepsOf(fused).length === 0) return word
    count++
    return fused
  })
  return count >= 2 ? whole : null
}
