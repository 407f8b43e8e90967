/** Asks the collector's gate and tells it how calls ended. Whatever the collector does, the answer comes in time. */
import { setTimeout as sleep } from 'node:timers/promises'
import { post, type Reply, type Wire } from './post.ts'
import { sayOnce } from './say.ts'
import {
  type CheckRequest,
  isObject,
  type LeaseVerdict,
  type SettleAnswer,
  type SettleRequest,
  settleAnswerOf,
  verdictOf,
} from './wire.ts'

export type Answer =
  | { readonly kind: 'verdict'; readonly verdict: LeaseVerdict }
  /** Nobody decided: the collector is away, slow, or did not understand. `why` is for people. */
  | { readonly kind: 'unavailable'; readonly why: string; readonly retryable: boolean }

export interface GateClient {
  /** Waits for the settles before it, so that what they free is free. Never rejects. */
  check(request: CheckRequest): Promise<Answer>
  /** Told again until it is taken, a few times; undefined where it never was: then the span tells. Never rejects. */
  settle(request: SettleRequest): Promise<SettleAnswer | undefined>
  release(holdId: string): Promise<SettleAnswer | undefined>
  /** `work` ends in a settle: `settled` waits for it, and later checks do where it frees money `soon`. */
  during(work: Promise<unknown>, soon: boolean): void
  /** Resolves when every settle so far has been taken or given up. */
  settled(): Promise<void>
  /** From now on nobody waits for a collector that does not answer: what was not taken is told once more, and left. */
  leave(): void
}

export interface GateClientSettings {
  /** The longest that a check may take, milliseconds. */
  readonly answerMillis: number
}

const FIRST_PAUSE_MILLIS = 20
const COOLING_MILLIS = { first: 1000, last: 30_000 } as const
const SETTLE_TRIES = 6

export function createGateClient(wire: Wire, { answerMillis }: GateClientSettings): GateClient {
  const underWay = new Set<Promise<unknown>>()
  const atEnd = new Set<Promise<unknown>>()
  const leaving = new AbortController()
  let cooling: number = COOLING_MILLIS.first
  let coolUntil = 0

  async function check(request: CheckRequest): Promise<Answer> {
    const deadline = performance.now() + answerMillis
    // an application must not wait again and again for a collector that hangs
    if (performance.now() < coolUntil) return unavailable('no answer lately')
    if (underWay.size > 0) await atMost(answerMillis / 2, Promise.all(underWay))
    let why = 'no answer in time'
    for (let pause = FIRST_PAUSE_MILLIS; ; pause *= 2) {
      const reply = await post(wire, '/v1/gate/check', request, deadline - performance.now())
      const answer = answerOf(reply)
      if (answer !== undefined) {
        coolUntil = 0
        cooling = COOLING_MILLIS.first
        return answer
      }
      why = whyOf(reply)
      const wait = waitOf(reply, pause)
      if (performance.now() + wait >= deadline) break
      await sleep(wait)
    }
    coolUntil = performance.now() + cooling
    cooling = Math.min(cooling * 2, COOLING_MILLIS.last)
    sayOnce('gate', `the gate at ${originOf(wire.base)} does not answer (${why})`)
    return unavailable(why)
  }

  function during(work: Promise<unknown>, soon: boolean): void {
    const where = soon ? underWay : atEnd
    where.add(work)
    const done = () => where.delete(work)
    work.then(done, done)
  }

  function tracked<T>(work: Promise<T>): Promise<T> {
    during(work, true)
    return work
  }

  async function tell(
    path: string,
    body: SettleRequest | { readonly holdId: string },
  ): Promise<SettleAnswer | undefined> {
    let last = false
    for (let attempt = 1, pause = 100; attempt <= SETTLE_TRIES; attempt += 1, pause *= 3) {
      const reply = await post(wire, path, body, answerMillis)
      if (reply.kind === 'answer' && reply.status === 200) return settleAnswerOf(reply.body)
      if (reply.kind === 'answer' && !isPassing(reply.status)) return undefined
      if (last) return undefined
      last = leaving.signal.aborted
      // the span of the call tells the same, so nothing keeps a process that wants to end
      await sleep(pause, undefined, { ref: false, signal: leaving.signal }).catch(() => {})
    }
    return undefined
  }

  return {
    check,
    during,
    settle: (request) => tracked(tell('/v1/gate/settle', request)),
    release: (holdId) => tracked(tell('/v1/gate/release', { holdId })),
    leave: () => leaving.abort(),
    settled: async () => void (await Promise.allSettled([...underWay, ...atEnd])),
  }
}

/** Undefined where asking again may help. */
function answerOf(reply: Reply): Answer | undefined {
  if (reply.kind === 'silence' || isPassing(reply.status)) return undefined
  if (reply.status === 200) {
    const verdict = verdictOf(reply.body)
    return verdict === undefined ? unavailable('an answer that is no verdict', false) : { kind: 'verdict', verdict }
  }
  return unavailable(whyOf(reply), false)
}

/** Restarting, overloaded, or a proxy's word for it. The same ID gets the same verdict, so asking again is safe. */
const isPassing = (status: number) => status === 429 || status >= 500

function waitOf(reply: Reply, pause: number): number {
  return Math.max(pause, (reply.kind === 'answer' ? reply.retryAfterMs : undefined) ?? 0)
}

function whyOf(reply: Reply): string {
  if (reply.kind === 'silence') return reply.why
  if (reply.status === 401 || reply.status === 403) return `${reply.status}: check apiKey or OUTRIDER_API_KEY`
  const error = isObject(reply.body) && isObject(reply.body.error) ? reply.body.error : {}
  const told = [error.code, error.field].filter((word) => typeof word === 'string').join(' ')
  return told === '' ? `${reply.status}` : `${reply.status} ${told}`
}

const unavailable = (why: string, retryable = true): Answer => ({ kind: 'unavailable', why, retryable })

const originOf = (url: string) => (URL.canParse(url) ? new URL(url).origin : 'the collector')

/** Resolves when `work` has settled, at the latest after `millis`. */
async function atMost(millis: number, work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, millis)
  work.catch(() => {}).then(() => resolve())
  await promise
  clearTimeout(timer)
}
