/** An agent that is tried again, relieved by another, given up in time, and left alone while it keeps failing. */
import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  DelegateBackoff,
  handleWhen,
  type IPolicy,
  noop,
  retry as retrying,
  TaskCancelledError,
  TimeoutStrategy,
  timeout as timing,
} from 'cockatiel'
import { attribute } from './attributes.ts'
import { DeniedError } from './denied-error.ts'
import { isFinal, mayPass, retryAfterOf } from './fault.ts'
import { moneyOf } from './money.ts'
import { agent as agentSpan, run, type Work } from './run.ts'
import { activeScope } from './scope.ts'
import { state } from './state.ts'

/** One try: the agent's own span, and which try it is. */
export interface Try extends Work {
  /** From 1, over all of the call's tries. */
  readonly attempt: number
  /** The model to use, where a fallback names one. */
  readonly model: string | undefined
}

export type Agent<I, R> = (input: I, tried: Try) => R | PromiseLike<R>

export interface Resilience<I, R> {
  /** Of the spans, and in what is said of it. @default the function's own */
  readonly name?: string | undefined
  /**
   * Milliseconds before each further try: one entry a try, with up to a quarter more at random. A provider's Retry-After
   * is waited for when it is longer. `[]`: one try. @default [1000, 2000, 4000]
   */
  readonly retry?: readonly number[] | undefined
  /** The longest Retry-After that is waited for, milliseconds; above it the fallback's turn comes at once. @default 60_000 */
  readonly maxRetryAfterMs?: number | undefined
  /** Whose turn it is when the agent is given up: models for the same agent to use, or other agents, in this order. */
  readonly fallback?: readonly (string | Agent<I, R>)[] | undefined
  /** The longest that one try may take, milliseconds. Its `signal` aborts then. @default no limit */
  readonly timeoutMs?: number | undefined
  /** After so many failures in a row it is not tried for so long; then once, to see. @default {failures: 5, restMs: 30_000} */
  readonly breaker?: { readonly failures: number; readonly restMs: number } | false | undefined
  /** Whether a failure may pass. Never asked about denials and aborts, which are final. @default by status and name */
  readonly mayPass?: ((thrown: unknown) => boolean) | undefined
}

export interface Circuit {
  /** The agent, or the fallback in its place. */
  readonly name: string
  /** `open`: not tried; `half_open`: the next try decides. */
  readonly state: 'closed' | 'open' | 'half_open'
}

export interface ResilientAgent<I, R> {
  /** Rejects with what the last try threw, and at once with a denial, an abort, or the reason of `signal`. */
  (input: I, options?: { readonly signal?: AbortSignal | undefined }): Promise<R>
  circuits(): readonly Circuit[]
}

const WAITS: readonly number[] = [1000, 2000, 4000]
const MAX_RETRY_AFTER = 60_000
const BREAKER = { failures: 5, restMs: 30_000 } as const
const JITTER = 0.25

/**
 * Makes an agent resilient. Each try is an agent span of its own, with `attempt`, `retryOf` (the try before) and
 * `fallbackOf` (the last try of the one that was given up). Outside of a run the tries are a run together.
 */
export function resilient<I, R>(agent: Agent<I, R>, options: Resilience<I, R> = {}): ResilientAgent<I, R> {
  const name = options.name ?? (agent.name || 'agent')
  const targets = [agent, ...(options.fallback ?? [])].map((one, place): Target<I, R> => {
    const model = typeof one === 'string' ? one : undefined
    const act = typeof one === 'string' ? agent : one
    const title = place === 0 || model !== undefined ? name : act.name || name
    return { act, model, title, label: model ?? title, circuit: circuitOf(options) }
  })

  async function call(input: I, signal: AbortSignal | undefined): Promise<R> {
    const story: Story = { attempt: 0, retryOf: undefined, fallbackOf: undefined }
    for (const [place, target] of targets.entries()) {
      try {
        return await turn(target, input, story, options, signal)
      } catch (thrown) {
        signal?.throwIfAborted()
        if (isFinal(thrown) || place === targets.length - 1) throw thrown
        story.fallbackOf = story.retryOf
        story.retryOf = undefined
      }
    }
    throw new TypeError('unreachable: there is always an agent')
  }

  return Object.assign(
    (input: I, { signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<R> => {
      const begin = () => call(input, within(signal))
      return activeScope() === undefined ? run(name, begin) : begin()
    },
    { circuits: () => targets.map(({ label, circuit }) => ({ name: label, state: stateOf(circuit) })) },
  )
}

/** Also ended by a switch that stops what is around: nobody waits for the next try of a run that was stopped. */
function within(signal: AbortSignal | undefined): AbortSignal | undefined {
  const scope = activeScope()
  const signals = [signal, scope && moneyOf(scope).signal()].filter((one) => one !== undefined)
  return signals.length === 0 ? undefined : AbortSignal.any(signals)
}

const urlOf = (traceId: string): string => `${state.governor?.base ?? ''}/runs/${traceId}`

interface Target<I, R> {
  readonly act: Agent<I, R>
  readonly model: string | undefined
  readonly title: string
  readonly label: string
  readonly circuit: IPolicy & { readonly state?: CircuitState }
}

/** What the tries so far are to the next one. */
interface Story {
  attempt: number
  retryOf: string | undefined
  fallbackOf: string | undefined
}

/** All tries of one target. */
function turn<I, R>(
  target: Target<I, R>,
  input: I,
  story: Story,
  { retry = WAITS, maxRetryAfterMs = MAX_RETRY_AFTER, timeoutMs, mayPass: own }: Resilience<I, R>,
  signal: AbortSignal | undefined,
): Promise<R> {
  const again = handleWhen((thrown) => {
    if (signal?.aborted || isFinal(thrown) || isOpen(thrown)) return false
    return (own ?? mayPass)(thrown) && (retryAfterOf(thrown, Date.now()) ?? 0) <= maxRetryAfterMs
  })
  const backoff = new DelegateBackoff<{ readonly attempt: number; readonly result: object }>(({ attempt, result }) => {
    const wait = retry[attempt - 1] ?? 0
    const told = 'error' in result ? retryAfterOf(result.error, Date.now()) : undefined
    return Math.max(wait, told ?? 0) * (1 + JITTER * Math.random())
  })
  const tries = retrying(again, { maxAttempts: retry.length, backoff }).execute(() => {
    signal?.throwIfAborted()
    return attempt(target, input, story, timeoutMs, signal)
  })
  return signal === undefined ? tries : Promise.race([tries, aborted(signal, tries)])
}

/** One try, in its own span: refused while the circuit is open, and given up in time. */
function attempt<I, R>(
  { act, model, title, label, circuit }: Target<I, R>,
  input: I,
  story: Story,
  timeoutMs: number | undefined,
  signal: AbortSignal | undefined,
): Promise<R> {
  story.attempt += 1
  const { attempt, retryOf, fallbackOf } = story
  return agentSpan(title, { attempt, retryOf, fallbackOf }, async (work) => {
    story.retryOf = work.spanId
    story.fallbackOf = undefined
    work.set(attribute.circuit, stateOf(circuit))
    const clock =
      timeoutMs === undefined ? noop : timing(timeoutMs, { strategy: TimeoutStrategy.Aggressive, abortOnReturn: false })
    try {
      return await circuit.execute(() =>
        clock.execute((late) => {
          const signals = [work.signal, late.signal, ...(signal === undefined ? [] : [signal])]
          return act(input, { ...work, attempt, model, signal: AbortSignal.any(signals) })
        }),
      )
    } catch (thrown) {
      throw toldAs(thrown, label, timeoutMs, urlOf(work.traceId))
    }
  })
}

/** What breaks a circuit is trouble that may pass: an input that a provider refuses says nothing about the next one. */
function circuitOf<I, R>({ breaker = BREAKER, mayPass: own }: Resilience<I, R>): Target<I, R>['circuit'] {
  if (breaker === false) return noop
  const troubled = handleWhen((thrown) => !isFinal(thrown) && (own ?? mayPass)(thrown))
  const settings = { halfOpenAfter: breaker.restMs, breaker: new ConsecutiveBreaker(breaker.failures) }
  return circuitBreaker(troubled, settings)
}

function stateOf({ state }: Target<never, never>['circuit']): Circuit['state'] {
  if (state === CircuitState.Open) return 'open'
  return state === CircuitState.HalfOpen ? 'half_open' : 'closed'
}

const isOpen = (thrown: unknown): boolean => thrown instanceof DeniedError && thrown.code === 'CIRCUIT_OPEN'

/** In the words of this package: a circuit that is open denies, a try that took too long is a TimeoutError. */
function toldAs(thrown: unknown, label: string, timeoutMs: number | undefined, traceUrl: string): unknown {
  if (thrown instanceof BrokenCircuitError) {
    const message = `${label} failed again and again; it is left alone for a while.`
    const reason = { rule: `breaker:${label}`, code: 'CIRCUIT_OPEN', message, retryable: true } as const
    return new DeniedError([reason], traceUrl, thrown)
  }
  if (timeoutMs === undefined || !(thrown instanceof TaskCancelledError)) return thrown
  return new DOMException(`${label} took longer than ${timeoutMs} ms`, 'TimeoutError')
}

/** Rejects with the signal's reason as soon as it aborts; never, once `work` is over. */
function aborted(signal: AbortSignal, work: Promise<unknown>): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  const over = () => signal.removeEventListener('abort', abort)
  work.then(over, over)
  promise.catch(() => {})
  return promise
}
