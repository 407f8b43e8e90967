/** Is it good enough? What is not goes back to the agent with the reasons, and both are told. */
import { SpanKind } from '@opentelemetry/api'
import { attribute } from './attributes.ts'
import { score as tellScore } from './call.ts'
import { newFacts } from './facts.ts'
import { inSpan, type Opening } from './live.ts'
import { fit, type Problem, type Schema } from './schema.ts'
import { activeScope } from './scope.ts'
import { state } from './state.ts'

export interface Bar<T> {
  /** Of the evaluation. @default quality */
  readonly name?: string | undefined
  /** The form that the output must have. */
  readonly schema?: Schema<T> | undefined
  /** How good it is, or who says so: asked once the form is right. */
  readonly score?: number | ((value: T) => number | PromiseLike<number>) | undefined
  /** The lowest score that is good enough. @default 1 */
  readonly min?: number | undefined
  /** How often the agent may try to repair it. @default 2 */
  readonly repairs?: number | undefined
}

export interface Rejection {
  readonly output: unknown
  readonly problems: readonly Problem[]
  /** Null: the form was wrong, nobody scored it. */
  readonly score: number | null
  /** All problems in one text: send it to the agent as it is. */
  readonly message: string
  /** From 1. */
  readonly round: number
}

export type Checked<T> =
  | { readonly ok: true; readonly value: T; readonly score: number | null; readonly rounds: number }
  | ({ readonly ok: false; readonly rounds: number } & Rejection)

/**
 * Judges an output, and lets `onReject` make a better one from the reasons, as often as `repairs` says. Each judgement is
 * a span of kind `eval` with its score. Resolves with the value that passed, or with what is wrong with the last one: never
 * with a guess. Rejects with what `onReject`, `score` or a schema's own code throws.
 */
export async function check<T = unknown>(
  output: unknown,
  bar: Bar<T>,
  onReject?: (rejection: Rejection) => unknown,
): Promise<Checked<T>> {
  const { repairs = 2 } = bar
  let now = output
  for (let round = 1; ; round++) {
    const judged = await judge(now, bar, round)
    if (judged.ok) return { ...judged, rounds: round }
    if (onReject === undefined || round > repairs) return { ...judged, rounds: round }
    now = await onReject(judged)
  }
}

type Judged<T> =
  | { readonly ok: true; readonly value: T; readonly score: number | null }
  | ({ readonly ok: false } & Rejection)

function judge<T>(output: unknown, bar: Bar<T>, round: number): Promise<Judged<T>> {
  const { name = 'quality', schema, score, min = 1 } = bar
  return inSpan(
    () => opening(name, round),
    () => undefined,
    async (): Promise<Judged<T>> => {
      const fits = schema === undefined ? { ok: true as const, value: output as T } : await fit(output, schema)
      const value = fits.ok ? await scoreOf(score, fits.value) : null
      const problems = fits.ok ? tooLow(name, value, min) : fits.problems
      const ok = problems.length === 0
      const message = messageOf(problems)
      const details = { label: ok ? 'accepted' : 'rejected', ...(ok ? {} : { explanation: message }) }
      tellScore(name, value ?? (ok ? 1 : 0), details)
      if (ok && fits.ok) return { ok, value: fits.value, score: value }
      return { ok: false, output, problems, score: value, message, round }
    },
  )
}

async function scoreOf<T>(score: Bar<T>['score'], value: T): Promise<number | null> {
  if (score === undefined) return null
  return typeof score === 'number' ? score : await score(value)
}

/** What is no number is not good enough. */
const tooLow = (name: string, score: number | null, min: number): readonly Problem[] =>
  score === null || score >= min ? [] : [{ path: '', message: `${name} is ${score}; it must be at least ${min}.` }]

const messageOf = (problems: readonly Problem[]): string =>
  problems.map(({ path, message }) => (path === '' ? `- ${message}` : `- ${path}: ${message}`)).join('\n')

function opening(name: string, round: number): Opening {
  const told = {
    ...activeScope()?.stamp,
    [attribute.operation]: 'evaluate',
    [attribute.contentMode]: state.content,
    [attribute.attempt]: round,
  }
  return { name: `evaluate ${name}`, kind: SpanKind.INTERNAL, facts: newFacts(state.content, told) }
}
