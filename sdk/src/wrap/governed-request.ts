/** One request of a wrapped client, from the question to the end of its answer. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { type Answer, createAnswer } from '../answer.ts'
import { attribute } from '../attributes.ts'
import { type Begun, begin } from '../guard.ts'
import { tap } from '../tap.ts'
import type { Endpoint } from './endpoint.ts'
import type { Json } from './json.ts'

export interface WrapOptions {
  /** Who bills the calls, as the price list knows it. @default by the client's base URL */
  readonly provider?: string | undefined
  /** Who waits first when money runs low. @default normal */
  readonly priority?: 'critical' | 'normal' | 'batch' | undefined
  /** False: calls are only seen; nothing is asked, held or stopped. @default true */
  readonly gate?: boolean | undefined
}

interface RequestOptions extends WrapOptions {
  readonly provider: string
  /** The application's own, beside the switches. */
  readonly signal: AbortSignal | undefined
  /** Where the request names no model: a deployment's. */
  readonly model?: string | undefined
}

/** What the provider is sent. */
interface Opened {
  readonly body: Json
  /** Undefined where nobody can stop the call but the application. */
  readonly signal: AbortSignal | undefined
}

export interface GovernedRequest {
  /** Asks the gate. Rejects with its DeniedError; then nothing is sent. */
  open(endpoint: Endpoint, body: Json, options: RequestOptions): Promise<Opened>
  /** Everything that `fn` starts is part of this request. */
  during<T>(fn: () => T): T
  /** Other instrumentations' spans in `fn` are children of this request's. */
  within<T>(fn: () => T): T
  /** A try of the client. */
  attempt(send: () => Promise<Response>): Promise<Response>
  /** The answer as one. A promise only where a guard has to be asked, which changes `value` in place. */
  whole(value: unknown): undefined | Promise<void>
  /** An iterator over the answer, patched in place. */
  pieces<I extends AsyncIterator<unknown>>(iterator: I, abort?: () => void, isLeft?: () => boolean): I
  /** One piece, for those who read the stream in another way, and what is handed on for it; as `Answer` has it. */
  piece: Answer['piece']
  rest: Answer['rest']
  /** True where a policy wants the answer judged before it is handed on. */
  guarded(): boolean
  /** It ended without an answer that can be read; only the first end counts. */
  end(how: 'returned' | 'left'): void
  /** Resolves with what the application gets in place of `thrown`. */
  fail(thrown: unknown): unknown
}

const underWay = new AsyncLocalStorage<GovernedRequest>()

/** The request that the code under way belongs to. */
export const requestUnderWay = (): GovernedRequest | undefined => underWay.getStore()

/** @param seen whether every try is told by `attempt`: then a request that fails before the first was never sent */
export function governRequest(seen: boolean): GovernedRequest {
  let begun: Begun | undefined
  let answer: Answer | undefined
  let attempts = 0

  const within = <T>(fn: () => T): T => (begun === undefined ? fn() : begun.within(fn))
  const told = (thrown: unknown) => begun?.told(thrown) ?? thrown

  const request: GovernedRequest = {
    async open(endpoint, body, { provider, priority, signal, gate, model: otherwise }) {
      const question = endpoint.question(body)
      const answers = Math.max(1, question.answers ?? 1)
      const { maxOutputTokens: each, input, stream, model = otherwise ?? 'unknown' } = question
      const most = each === undefined ? undefined : each * answers
      begun = await begin(
        {
          provider,
          model,
          operation: endpoint.operation,
          input,
          body,
          stream,
          maxOutputTokens: most,
          priority,
          signal,
        },
        { unchosen: 'allow', asks: gate },
      )
      const { call } = begun
      const limit = call.maxOutputTokens
      const maxOutputTokens = limit === undefined ? undefined : Math.max(1, Math.floor(limit / answers))
      const allowed = { provider, model: call.model, maxOutputTokens: limit === each ? each : maxOutputTokens }
      const sent = call.redacted(body)
      const read = (stream ? endpoint.readStream?.(body, provider) : undefined) ?? endpoint.read
      answer = createAnswer(begun, { read })
      return { body: endpoint.allow(sent, allowed, question), signal: gate === false ? undefined : call.signal }
    },
    during: (fn) => underWay.run(request, fn),
    within,
    async attempt(send) {
      attempts += 1
      const attempt = attempts
      if (attempt > 1) begun?.call.set(attribute.attempt, attempt)
      try {
        const response = await within(send)
        if (!response.ok) begun?.event('outrider.attempt', { [attribute.attempt]: attempt, [STATUS]: response.status })
        return response
      } catch (thrown) {
        const type = thrown instanceof Error ? thrown.name : typeof thrown
        begun?.event('outrider.attempt', { [attribute.attempt]: attempt, [attribute.errorType]: type })
        throw thrown
      }
    },
    whole(value) {
      const guarding = answer?.whole(value)
      if (guarding === undefined) return request.end('returned') as undefined
      return guarding.then(
        () => request.end('returned'),
        (thrown) => {
          throw request.fail(thrown)
        },
      )
    },
    pieces(iterator, abort, isLeft) {
      if (answer === undefined) return iterator
      return tap(iterator, answer, { within, told, ...(abort && { abort }), ...(isLeft && { isLeft }) })
    },
    piece: (value) => answer?.piece(value) ?? [value],
    rest: () => answer?.rest() ?? [],
    guarded: () => begun?.call.guarded === true,
    end: (how) => answer?.close({ how }),
    fail(thrown) {
      if (seen && attempts === 0) begun?.call.unused()
      answer?.close({ how: 'threw', thrown })
      return told(thrown)
    },
  }
  return request
}

const STATUS = 'http.response.status_code'
