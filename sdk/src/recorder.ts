import type { AttributeValue } from '@opentelemetry/api'
import { attribute } from './attributes.ts'
import { text } from './facts.ts'
import type { Live } from './live.ts'
import type { ContentMode } from './text.ts'

/** What a running span can be told. Any method, any time: it never throws, and after the span's end it does nothing. */
export interface Recorder {
  /** 32 hex digits: the run's name in Outrider. */
  readonly traceId: string
  /** 16 hex digits. */
  readonly spanId: string
  /** What went in: a text, or anything JSON can write. Treated by the content mode. */
  input(value: unknown): void
  /** What came out; as `input`. */
  output(value: unknown): void
  /** Any other attribute, e.g. `app.feature`. Not treated by the content mode. */
  set(key: string, value: AttributeValue): void
}

/** Where a recorder writes its texts, and in which form. */
export interface Texts {
  readonly input: string
  readonly output: string
  readonly form?: (value: unknown, side: 'input' | 'output') => unknown
}

export function recorderOf(live: Live, texts: Texts, content: ContentMode): Recorder {
  const { traceId, spanId } = live.span.spanContext()
  const write = (side: 'input' | 'output', value: unknown) =>
    live.tell((facts) => {
      facts.attributes[attribute.contentMode] = content
      text(facts, texts[side], texts.form === undefined ? value : texts.form(value, side), content)
    })
  return {
    traceId,
    spanId,
    input: (value) => write('input', value),
    output: (value) => write('output', value),
    set: (key, value) =>
      live.tell((facts) => {
        facts.attributes[key] = value
      }),
  }
}

/** Every verb takes its options or leaves them out. */
export type Rest<O, R, T> = [fn: (recorder: R) => T] | [options: O | undefined, fn: (recorder: R) => T]

export function split<O extends object, R, T>(rest: Rest<O, R, T>): [Partial<O>, (recorder: R) => T] {
  return rest.length === 1 ? [{}, rest[0]] : [rest[0] ?? {}, rest[1]]
}
