import type { Read } from '../answer.ts'
import type { ModelOptions } from '../call.ts'
import type { Json } from './json.ts'

/** What a request asks for, and where its limits stand. */
export interface Question {
  readonly model: string | undefined
  /** What the span tells of what went in. */
  readonly input: unknown
  /** Tokens of one answer, where the request limits them. */
  readonly maxOutputTokens?: number | undefined
  /** Answers that are asked for; each may be as long as the limit. @default 1 */
  readonly answers?: number | undefined
  readonly stream?: boolean | undefined
}

/** What the gate lets through. `maxOutputTokens` is of one answer. */
interface Allowed {
  readonly provider: string
  readonly model: string
  readonly maxOutputTokens: number | undefined
}

/** One method of a provider's API: how its requests and answers are read. */
export interface Endpoint {
  readonly operation: NonNullable<ModelOptions['operation']>
  question(body: Json): Question
  /** The request as it may be sent. The application's own object is never changed. */
  allow(body: Json, allowed: Allowed, question: Question): Json
  readonly read: Read
  /** Reads a stream whose request `allow` changed: what the application did not ask for is hidden again. @default read */
  readonly readStream?: ((body: Json, provider: string) => Read) | undefined
}
