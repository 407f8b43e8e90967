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
  /** Quotes are counted up to here. */
  let counted = 0
  for (let i = 0; i < sorted.length; ) {
    const { type } = sorted[i] as Span
    let { start, end } = sorted[i] as Span
    for (i++; i < sorted.length && (sorted[i] as Span).start < end; i++) end = Math.max(end, (sorted[i] as Span).end)
    if (isJson) {
      inString = quotes(text.slice(counted, start), inString)
      counted = start
      // what goes past the end of a string, or over more than one value, would break it
      if (inString) end = stringEnd(text, start, end)
      else {
        if (text[start - 1] === '-') start--
        if (!isScalar(text, start, end)) continue
      }
    }
    const mark = operatorOf(type)(text.slice(start, end), type)
    parts.push(text.slice(done, start), isJson && !inString ? `"${mark}"` : mark)
    done = counted = end
  }
  return parts.join('') + text.slice(done)
}

/** A whole value between the signs of JSON. */
function isScalar(text: string, start: number, end: number): boolean {
  return (
    scalar.test(text.slice(start, end)) && /[\s:,[{]/.test(text[start - 1] ?? ' ') && /[\s,\]}]/.test(text[end] ?? ' ')
  )
}

const scalar = /^[\w.+-]+$/

/** The end, or the quote before it that closes the string. */
function stringEnd(text: string, start: number, end: number): number {
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i)
    if (code === 92) i++
    else if (code === 34) return i
  }
  return end
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
