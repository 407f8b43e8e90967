/** An agent that is given, and gives, only what has the right form. */
import { score } from './call.ts'
import { type AgentOptions, agent, type Work } from './run.ts'
import { fit, type Problem, type Schema } from './schema.ts'

export interface Boundary<I, R> extends Omit<AgentOptions, 'input'> {
  /** What the agent may be given. */
  readonly accepts?: Schema<I> | undefined
  /** What the agent may return. */
  readonly returns?: Schema<R> | undefined
}

/** What came of it; `ok: false` says on which side of the agent what was wrong. */
export type Crossed<R> =
  | { readonly ok: true; readonly value: R }
  | {
      readonly ok: false
      readonly agent: string
      readonly at: 'input' | 'output'
      readonly problems: readonly Problem[]
    }

/**
 * Runs `fn` as an agent between two schemas: not at all where the input does not fit, and what it returns does not get out
 * where that does not. Its span carries the scores `accepts` and `returns`, and the stop reason `error` where one is 0.
 * Rejects with what `fn` throws.
 */
export function boundary<I = unknown, R = unknown>(
  name: string,
  options: Boundary<I, R>,
  fn: (input: I, agent: Work) => unknown,
): (input: unknown) => Promise<Crossed<R>> {
  const { accepts, returns, ...rest } = options
  return (input) =>
    agent(name, { ...rest, input }, async (work): Promise<Crossed<R>> => {
      const taken = await side(work, 'accepts', input, accepts)
      if (!taken.ok) return { ok: false, agent: name, at: 'input', problems: taken.problems }
      const output = await fn(taken.value, work)
      const given = await side(work, 'returns', output, returns)
      if (!given.ok) return { ok: false, agent: name, at: 'output', problems: given.problems }
      work.output(given.value)
      return { ok: true, value: given.value }
    })
}

async function side<T>(work: Work, what: 'accepts' | 'returns', value: unknown, schema: Schema<T> | undefined) {
  if (schema === undefined) return { ok: true as const, value: value as T }
  const judged = await fit(value, schema)
  const explanation = judged.ok
    ? undefined
    : judged.problems.map(({ path, message }) => `${path} ${message}`).join('; ')
  score(what, judged.ok ? 1 : 0, { label: judged.ok ? 'accepted' : 'rejected', explanation })
  if (!judged.ok) work.stop('error')
  return judged
}
