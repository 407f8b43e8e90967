/** One judgement in one line: what was judged, how, by whom and why. */
import type { Score } from './answers.ts'
import { plain } from './plain.ts'

/** @example scoreWords(score) // 'helpfulness 0.9 good by judge-7: says what to do' */
export function scoreWords({ name, value, label, source, explanation }: Score): string {
  const judged = [name, String(Number(value.toFixed(3))), label, source === null ? null : `by ${source}`]
  const line = judged.filter((word) => word !== null && word !== '').join(' ')
  return plain(explanation === null || explanation === '' ? line : `${line}: ${explanation}`)
}
