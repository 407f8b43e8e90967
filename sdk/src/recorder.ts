import type { AttributeValue } from '@opentelemetry/api'
import type { Fields } from './facts.ts'
import type { Live } from './live.ts'

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
export type TextFields = Fields<{ readonly input: unknown; readonly output: unknown }>

export function recorderOf(live: Live, texts: TextFields): Recorder {
  const { traceId, spanId } = live.span.spanContext()
  return {
    traceId,
    spanId,
    input: (input) => live.tell(texts, { input, output: undefined }),
    output: (output) => live.tell(texts, { input: undefined, output }),
    set: (key, value) => live.tell([['value', key, as]], { value }),
  }
}

const as: Fields<object>[number][2] = (facts, key, value) => {
  facts.attributes[key] = value as AttributeValue
}

/** Every verb takes its options or leaves them out. */
export type Rest<O, R, T> = [fn: (recorder: R) => T] | [options: O | undefined, fn: (recorder: R) => T]

export function split<O extends object, R, T>(rest: Rest<O, R, T>): [Partial<O>, (recorder: R) => T] {
  return rest.length === 1 ? [{}, rest[0]] : [rest[0] ?? {}, rest[1]]
}
