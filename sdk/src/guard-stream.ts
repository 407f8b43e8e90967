/** A text that still grows, handed on as the collector's guards leave it: however it is cut, what comes out is the same. */
import { randomUUID } from 'node:crypto'
import { choiceOf, type Governor, urlOf } from './admission.ts'
import { type Place, present } from './asking.ts'
import { DeniedError } from './denied-error.ts'
import type { StreamAnswer, StreamKind, StreamRequest } from './guard-client.ts'
import { sayOnce } from './say.ts'
import type { Reason } from './wire.ts'

/** One content stream of an answer. Calls may be made without waiting for the one before; their texts come in order. */
export interface GuardStream {
  /**
   * Takes the next piece and resolves with what may be handed on now: often less than what came, sometimes `''`. At most
   * one request is under way; what is pushed meanwhile goes out as one, and its text comes with the first of those pushes.
   * Rejects with a DeniedError: `GUARD_BLOCKED`, or `GATE_UNAVAILABLE` where `onUnavailable` is `deny`.
   */
  push(text: string): Promise<string>
  /** The text is at its end: resolves with what was held back. Once, and before the application is told of the end. */
  end(): Promise<string>
}

export interface GuardStreamParts {
  readonly governor: Governor
  /** Called once where the text goes on without having been judged. */
  skipped(): void
}

export interface GuardStreamSettings {
  readonly kind: StreamKind
  readonly place: Pick<Place, 'traceId' | 'agent' | 'workflow' | 'userId' | 'tenantId'> & { readonly spanId: string }
  /** @default output */
  readonly direction?: StreamRequest['direction']
  readonly schema?: StreamRequest['schema']
}

/** Where nothing is to be judged: what comes goes on. */
export const open: GuardStream = { push: async (text) => text, end: async () => '' }

/** Asks nobody before the first push. */
export function guardStream(
  { governor, skipped }: GuardStreamParts,
  { kind, place, direction = 'output', schema }: GuardStreamSettings,
): GuardStream {
  const { traceId, spanId, agent, workflow, userId, tenantId } = place
  const who = { traceId, spanId, agent, workflow, userId, tenantId }
  const common = present({ id: randomUUID(), kind, direction, schema, ...who }) as Omit<StreamRequest, 'at' | 'text'>
  /** All that came. Kept, as a collector that starts again wants it from the beginning. */
  let raw = ''
  /** Of that the collector has taken so much; the end is one more. */
  let taken = 0
  /** Of that so much has been handed on, in whatever form. */
  let until = 0
  /** Length of what was handed on. */
  let released = 0
  let ended = false
  let judged = true
  let failure: Error | undefined
  /** The request under way and the one that waits for it. */
  let current: Promise<unknown> = Promise.resolve()
  let next: Promise<string> | undefined

  async function advance(): Promise<string> {
    if (failure !== undefined) throw failure
    if (judged) {
      const to = raw.length
      const last = ended
      if (taken === to + (last ? 1 : 0)) return ''
      const end = last ? ({ end: true } as const) : {}
      let answer = await ask({ ...common, ...end, at: taken, text: raw.slice(taken, to) })
      if (answer.kind === 'unknown') answer = await ask({ ...common, ...end, at: 0, text: raw.slice(0, to), released })
      if (answer.kind === 'judged') return take(answer, to + (last ? 1 : 0))
      skip(answer)
    }
    const rest = raw.slice(until)
    until = raw.length
    return rest
  }

  async function ask(request: StreamRequest): Promise<StreamAnswer> {
    return governor.closed
      ? { kind: 'unavailable', why: 'telemetry is shut down', retryable: false }
      : await governor.guards.stream(request)
  }

  function take(answer: Extract<StreamAnswer, { kind: 'judged' }>, to: number): string {
    if (answer.blocked) {
      failure = new DeniedError(answer.reasons.length > 0 ? answer.reasons : [BLOCKED], urlOf(governor, traceId))
      throw failure
    }
    taken = to
    until = answer.until
    released += answer.text.length
    return answer.text
  }

  /** From here on nothing is judged, or nothing goes on, as the application chose. */
  function skip(answer: Exclude<StreamAnswer, { kind: 'judged' }>): void {
    const why = answer.kind === 'unavailable' ? answer.why : 'the collector does not keep the text'
    const retryable = answer.kind === 'unavailable' && answer.retryable
    if (choiceOf(governor) === 'deny') {
      const message = `The guards could not be asked (${why}).`
      const reason: Reason = { rule: 'guard', code: 'GATE_UNAVAILABLE', message, retryable }
      failure = new DeniedError([reason], urlOf(governor, traceId))
      throw failure
    }
    judged = false
    sayOnce('unguarded', `texts go on without the guards (${why}), as onUnavailable says`)
    skipped()
  }

  function turn(): Promise<string> {
    if (next !== undefined) return quiet(next.then(() => ''))
    const before = current
    next = quiet(
      before
        .catch(() => {})
        .then(() => {
          next = undefined
          return advance()
        }),
    )
    current = next
    return next
  }

  return {
    push(text) {
      if (!ended) raw += text
      return turn()
    },
    end() {
      ended = true
      return raw === '' ? Promise.resolve('') : turn()
    },
  }
}

/** A text that is there as a whole. One request. */
export async function guardWhole(stream: GuardStream, text: string): Promise<string> {
  const parts = await Promise.all([stream.push(text), stream.end()])
  return parts.join('')
}

const BLOCKED: Reason = {
  rule: 'guard',
  code: 'GUARD_BLOCKED',
  message: 'A guard does not let this text through.',
  retryable: false,
}

/** Whoever does not wait for a push hears of its failure from the next. */
function quiet<T>(work: Promise<T>): Promise<T> {
  work.catch(() => {})
  return work
}
