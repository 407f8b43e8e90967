import { createJsonReader, type JsonReader } from './json-reader.ts'
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
  const json = createJsonReader()

  return (text: string, from: number, to: number, spans: readonly Span[]): string => {
    const sorted = spans.toSorted((a, b) => a.start - b.start || b.end - a.end)
    const parts: string[] = []
    let done = from
    /** Read as JSON up to here. */
    let read = from
    for (let i = 0; i < sorted.length; ) {
      const { type } = sorted[i] as Span
      let { start, end } = sorted[i] as Span
      for (i++; i < sorted.length && (sorted[i] as Span).start < end; i++) end = Math.max(end, (sorted[i] as Span).end)
      json.read(text, read, start)
      read = start
      const at = json.at()
      let isBare = false
      // what goes past the end of a string, or over more than one value, would break it
      if (at === 'string') end = stringEnd(text, start, end)
      else if (at === 'value') {
        if (text[start - 1] === '-' && start > done) start--
        isBare = isScalar(text, start, end)
        if (!isBare && staysJson(json, text, read, end)) continue
      }
      const operator = operatorOf(type)
      const mark =
        at === 'string' ? written(operator(said(text.slice(start, end)), type)) : operator(text.slice(start, end), type)
      parts.push(text.slice(done, start), isBare ? written(mark, '"') : mark)
      json.read(text, read, end)
      done = read = end
    }
    json.read(text, read, to)
    return parts.join('') + text.slice(done, to)
  }
}

/** What a part of a JSON string stands for. */
function said(part: string): string {
  try {
    return JSON.parse(`"${part}"`)
  } catch {
    return part
  }
}

const written = (text: string, quote = '') => `${quote}${JSON.stringify(text).slice(1, -1)}${quote}`

const scalar = /^[\w.+-]+$/

/** A whole value between the signs of JSON. */
function isScalar(text: string, start: number, end: number): boolean {
  const borders = /[\s:,[{]/.test(text[start - 1] ?? ' ') && /[\s,\]}]/.test(text[end] ?? ' ')
  return borders && scalar.test(text.slice(start, end))
}

/** Whether this is still JSON after a span that is no single value; if not, the text only began like JSON. */
function staysJson(json: JsonReader, text: string, from: number, to: number): boolean {
  const trial = json.copy()
  trial.read(text, from, to)
  return trial.at() !== 'no'
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
