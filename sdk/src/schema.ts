/**
 * Whether a value has the form that was asked for. A Standard Schema (zod, valibot, arktype …) is judged here, by the
 * library that made it; a JSON Schema by the collector, so that this package needs no validator.
 */
import { post } from './post.ts'
import { state } from './state.ts'
import { isObject } from './wire.ts'

/** What every schema library with the Standard Schema interface offers. */
export interface StandardSchema<T> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => Outcome<T> | PromiseLike<Outcome<T>>
    readonly types?: { readonly input: unknown; readonly output: T } | undefined
  }
}
type Outcome<T> = { readonly value: T; readonly issues?: undefined } | { readonly issues: readonly Issue[] }
interface Issue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

export type JsonSchema = Readonly<Record<string, unknown>>
export type Schema<T> = StandardSchema<T> | JsonSchema

/** One thing that is wrong, in words that an agent can repair it by. */
export interface Problem {
  /** As a JSON pointer, e.g. `/items/0/price`; '' is the whole, or where the collector says it in `message`. */
  readonly path: string
  readonly message: string
}

export type Fit<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * A text that does not fit as it is, is taken for JSON. Where a JSON Schema cannot be judged (the collector is away, or the
 * content mode keeps texts in this process) the value fits if `onUnavailable` is `allow`, else that is the problem.
 * Rejects only with what a Standard Schema's own code throws.
 */
export async function fit<T>(value: unknown, schema: Schema<T>): Promise<Fit<T>> {
  if (!isStandard(schema)) return judged<T>(value, schema)
  const { validate } = schema['~standard']
  const asIs = await validate(value)
  if (asIs.issues === undefined) return { ok: true, value: asIs.value }
  if (typeof value !== 'string') return { ok: false, problems: asIs.issues.map(problemOf) }
  const parsed = jsonOf(value)
  if (parsed === undefined)
    return { ok: false, problems: [{ path: '', message: 'The text is no JSON.' }, ...asIs.issues.map(problemOf)] }
  const read = await validate(parsed.value)
  return read.issues === undefined
    ? { ok: true, value: read.value }
    : { ok: false, problems: read.issues.map(problemOf) }
}

const isStandard = <T>(schema: Schema<T>): schema is StandardSchema<T> => '~standard' in schema

function problemOf({ message, path = [] }: Issue): Problem {
  const keys = path.map((part) => String(typeof part === 'object' ? part.key : part))
  return { path: keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''), message }
}

function jsonOf(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return undefined
  }
}

const ANSWER_MILLIS = 5000

async function judged<T>(value: unknown, schema: JsonSchema): Promise<Fit<T>> {
  const { governor, content } = state
  const text = typeof value === 'string' ? value : textOf(value)
  if (text === undefined)
    return { ok: false, problems: [{ path: '', message: 'The value cannot be written as JSON.' }] }
  if (governor === undefined || governor.closed) return unjudged(value, 'telemetry is not started')
  if (content === 'none' || content === 'hashed')
    return unjudged(value, `content mode ${content} keeps it in the process`)
  const reply = await post(governor.wire, '/v1/guard', { direction: 'output', text, schema }, ANSWER_MILLIS)
  if (reply.kind === 'silence') return unjudged(value, reply.why)
  const findings = reply.status === 200 && isObject(reply.body) ? reply.body.findings : undefined
  if (!Array.isArray(findings)) return unjudged(value, whyNot(reply.status, reply.body))
  const broken = findings.filter((finding) => isObject(finding) && finding.guard === 'schema') as { why?: unknown }[]
  if (broken.length > 0) return { ok: false, problems: broken.map(({ why }) => ({ path: '', message: String(why) })) }
  return { ok: true, value: (typeof value === 'string' ? JSON.parse(value) : value) as T }
}

function whyNot(status: number, body: unknown): string {
  const error = isObject(body) && isObject(body.error) ? body.error : {}
  return typeof error.message === 'string' ? `${status}: ${error.message}` : `${status}`
}

function textOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

function unjudged<T>(value: unknown, why: string): Fit<T> {
  if (state.governor?.onUnavailable === 'allow') return { ok: true, value: value as T }
  return { ok: false, problems: [{ path: '', message: `The schema could not be judged (${why}).` }] }
}
