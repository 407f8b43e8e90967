/** Asks the collector's guards about a text that still grows. Whatever the collector does, the answer comes in time. */
import { setTimeout as sleep } from 'node:timers/promises'
import { post, type Reply, type Wire } from './post.ts'
import { sayOnce } from './say.ts'
import { isObject, type Reason } from './wire.ts'

/** What a content stream holds: message, reasoning and each tool call's arguments are streams of their own. */
export type StreamKind = 'text' | 'reasoning' | 'arguments'

/** The next chunk of one stream. Places are UTF-16 units of the text as the model wrote it. */
export interface StreamRequest {
  readonly id: string
  /** Where this chunk begins. */
  readonly at: number
  readonly text: string
  readonly end?: true
  readonly kind: StreamKind
  /** `tool` for what a tool returned or a search found. */
  readonly direction: 'output' | 'tool'
  /** A JSON Schema that the whole text, as JSON, must fit: nothing is handed on before it does. */
  readonly schema?: object
  readonly traceId: string
  readonly spanId: string
  readonly agent?: string
  readonly workflow?: string
  readonly userId?: string
  readonly tenantId?: string
  /** With `at` 0 and the whole text so far: what of the guarded text is handed out already. */
  readonly released?: number
}

export type StreamAnswer =
  | {
      readonly kind: 'judged'
      readonly blocked: boolean
      /** What may be handed on now. */
      readonly text: string
      /** Up to here the text as the model wrote it has been handed on, in whatever form. */
      readonly until: number
      readonly reasons: readonly Reason[]
    }
  /** The collector does not know the stream: it wants the whole text again. */
  | { readonly kind: 'unknown' }
  /** Nobody judged. `why` is for people. */
  | { readonly kind: 'unavailable'; readonly why: string; readonly retryable: boolean }

export interface GuardClient {
  /** Never rejects. The same request may be sent twice: it gets the same answer. */
  stream(request: StreamRequest): Promise<StreamAnswer>
}

export interface GuardClientSettings {
  /** The longest that one answer may take, milliseconds. */
  readonly answerMillis: number
}

const FIRST_PAUSE_MILLIS = 20
const COOLING_MILLIS = { first: 1000, last: 30_000 } as const

export function createGuardClient(wire: Wire, { answerMillis }: GuardClientSettings): GuardClient {
  let cooling: number = COOLING_MILLIS.first
  let coolUntil = 0

  return {
    async stream(request) {
      // an answer of many streams must not wait for each of them
      if (performance.now() < coolUntil) return unavailable('no answer lately')
      const deadline = performance.now() + answerMillis
      for (let pause = FIRST_PAUSE_MILLIS; ; pause *= 2) {
        const reply = await post(wire, '/v1/guard/stream', request, deadline - performance.now())
        if (reply.kind === 'answer' && reply.status !== 429 && reply.status < 500) {
          coolUntil = 0
          cooling = COOLING_MILLIS.first
          return answerOf(reply)
        }
        const wait = Math.max(pause, (reply.kind === 'answer' ? reply.retryAfterMs : undefined) ?? 0)
        if (performance.now() + wait < deadline) {
          await sleep(wait)
          continue
        }
        coolUntil = performance.now() + cooling
        cooling = Math.min(cooling * 2, COOLING_MILLIS.last)
        const why = reply.kind === 'answer' ? `${reply.status}` : reply.why
        sayOnce('guard', `the guards at the collector do not answer (${why})`)
        return unavailable(why)
      }
    },
  }
}

function answerOf({ status, body }: Extract<Reply, { kind: 'answer' }>): StreamAnswer {
  if (status === 409) return { kind: 'unknown' }
  if (status === 200 && isObject(body)) {
    const { action, text, until, reasons = [] } = body
    if (typeof action === 'string' && typeof text === 'string' && Number.isSafeInteger(until) && Array.isArray(reasons))
      return { kind: 'judged', blocked: action === 'block', text, until: until as number, reasons }
  }
  return unavailable(status === 200 ? 'an answer that is none' : `${status}`, false)
}

const unavailable = (why: string, retryable = true): StreamAnswer => ({ kind: 'unavailable', why, retryable })
