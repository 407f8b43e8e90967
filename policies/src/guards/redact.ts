import type { Operator } from './operator.ts'

/** A place and what it holds. */
export interface Span {
  readonly type: string
  readonly start: number
  readonly end: number
}

/**
 * The text with each span replaced. Spans that overlap are one, under the name of the first. A text that is JSON stays
 * JSON: a bare number becomes a string.
 */
export function redacted(text: string, spans: readonly Span[], operatorOf: (type: string) => Operator): string {
  if (spans.length === 0) return text
  const sorted = spans.toSorted((a, b) => a.start - b.start || b.end - a.end)
  const isJson = text[0] === '{' || text[0] === '['
  const parts: string[] = []
  let done = 0
  let inString = false
  for (let i = 0; i < sorted.length; ) {
    const { type, start } = sorted[i] as Span
    let { end } = sorted[i] as Span
    for (i++; i < sorted.length && (sorted[i] as Span).start < end; i++) end = Math.max(end, (sorted[i] as Span).end)
    const before = text.slice(done, start)
    if (isJson) inString = quotes(before, inString)
    const mark = operatorOf(type)(text.slice(start, end), type)
    parts.push(before, isJson && !inString ? `"${mark}"` : mark)
    done = end
  }
  return parts.join('') + text.slice(done)
}

/** Whether a string of JSON is open at the end of this piece. */
function quotes(piece: string, open: boolean): boolean {
  let is = open
  for (let i = 0; i < piece.length; i++) {
    const code = piece.charCodeAt(i)
    if (code === 92) i++
    else if (code === 34) is = !is
  }
  return is
}
