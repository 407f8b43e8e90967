import type { Operator } from './operator.ts'

/** A place and what it holds. */
export interface Span {
  readonly type: string
  readonly start: number
  readonly end: number
}

/**
 * The text with each span replaced. Spans that overlap are one, under the name of the first. A text that is JSON stays
 * JSON: a bare number becomes a string, and nothing reaches over the end of a value.
 */
export function redacted(text: string, spans: readonly Span[], operatorOf: (type: string) => Operator): string {
  return spans.length === 0 ? text : createRedaction(operatorOf)(text, 0, text.length, spans)
}

/**
 * Redacts a text that arrives in parts: the function answers the part from `from` to `to`, which must follow each other.
 * Spans lie within the part; places are those of `text`, which may begin later than the whole as long as `from` is where
 * the last part ended.
 */
export function createRedaction(operatorOf: (type: string) => Operator) {
  let isJson: boolean | null = null
  let inString = false

  return (text: string, from: number, to: number, spans: readonly Span[]): string => {
    isJson ??= text[from] === '{' || text[from] === '['
    const sorted = spans.toSorted((a, b) => a.start - b.start || b.end - a.end)
    const parts: string[] = []
    let done = from
    /** Quotes are counted up to here. */
    let counted = from
    for (let i = 0; i < sorted.length; ) {
      const { type } = sorted[i] as Span
      let { start, end } = sorted[i] as Span
      for (i++; i < sorted.length && (sorted[i] as Span).start < end; i++) end = Math.max(end, (sorted[i] as Span).end)
      if (isJson) {
        inString = quotes(text, counted, start, inString)
        counted = start
        // what goes past the end of a string, or over more than one value, would break it
        if (inString) end = stringEnd(text, start, end)
        else {
          if (text[start - 1] === '-' && start > done) start--
          if (!isScalar(text, start, end)) continue
        }
      }
      const mark = operatorOf(type)(text.slice(start, end), type)
      parts.push(text.slice(done, start), isJson && !inString ? `"${mark}"` : mark)
      done = counted = end
    }
    if (isJson) inString = quotes(text, counted, to, inString)
    return parts.join('') + text.slice(done, to)
  }
}

const scalar = /^[\w.+-]+$/

/** A whole value between the signs of JSON. */
function isScalar(text: string, start: number, end: number): boolean {
  const borders = /[\s:,[{]/.test(text[start - 1] ?? ' ') && /[\s,\]}]/.test(text[end] ?? ' ')
  return borders && scalar.test(text.slice(start, end))
}

/** The end, or the quote before it that closes the string. */
function stringEnd(text: string, start: number, end: number): number {
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i)
    if (code === 92) i++
    else if (code === 34) return i
  }
  return end
}

/** Whether a string of JSON is open after this part. */
function quotes(text: string, from: number, to: number, open: boolean): boolean {
  let is = open
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i)
    if (code === 92) i++
    else if (code === 34) is = !is
  }
  return is
}
