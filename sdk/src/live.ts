/** The one place where a span starts and ends, around a function of the application that must not notice. */
import {
  type Context,
  context,
  INVALID_SPAN_CONTEXT,
  type Span,
  type SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { attribute } from './attributes.ts'
import { type Facts, type Fields, gather, newFacts } from './facts.ts'
import { failureOf } from './failure.ts'
import { type Scope, withScope } from './scope.ts'
import { nameNext, type SpanIds } from './span-ids.ts'
import { state, tracer } from './state.ts'
import { isStream, watch } from './stream.ts'
import { type ContentMode, nameOf } from './text.ts'

export interface Opening {
  readonly name: string
  readonly kind: SpanKind
  readonly facts: Facts
  /** Runs and agents only: what everything inside them inherits, and who keeps their stop reason. */
  readonly scope?: (span: Span) => Scope
  /** Where they were named before the span started. */
  readonly ids?: SpanIds
}

/** How the work in a span ended; `left` is a stream that nobody reads any more. */
export type Ending =
  | { readonly how: 'returned' }
  | { readonly how: 'left' }
  | { readonly how: 'threw'; readonly thrown: unknown }

export interface Live {
  readonly span: Span
  readonly scope: Scope | undefined
  /** Adds attributes; values that cannot be read stay out, and what reading them throws stays here. */
  tell<O extends object>(fields: Fields<O>, values: O): void
  /** The first call tells the time to the first chunk, later ones nothing. */
  chunk(): void
  /** The first call ends the span, later ones do nothing. */
  end(ending: Ending): void
  within<T>(fn: () => T): T
}

/**
 * Runs `fn` at once inside a new span and returns its very result. A promise ends the span when it settles, a stream
 * when it is read to its end, left or broken. What `fn` throws is recorded and thrown on unchanged; nothing else throws.
 * `onEnd` is called once, when the span has ended, and also where there is no span.
 */
export function inSpan<R, T>(
  opening: () => Opening,
  recorder: (live: Live) => R,
  fn: (recorder: R) => T,
  onEnd?: (ending: Ending, live: Live) => void,
): T {
  const live = openSpan(opening, onEnd)
  return runIn(live, recorder(live), fn)
}

/** As `inSpan`, in a span that is open. */
export function runIn<R, T>(live: Watched, recorder: R, fn: (recorder: R) => T): T {
  let result: T
  try {
    result = live.within(() => fn(recorder))
  } catch (thrown) {
    live.end({ how: 'threw', thrown })
    throw thrown
  }
  return follow(result, live)
}

type Watched = Pick<Live, 'within' | 'end' | 'chunk'>

function follow<T>(result: T, live: Watched): T {
  if (!isThenable(result)) return settle(result, live)
  const onValue = <V>(value: V) => settle(value, live)
  const onError = (thrown: unknown) => live.end({ how: 'threw', thrown })
  // a subclass (`APIPromise` of the openai client) has methods of its own, so the caller must get that very object
  if (result instanceof Promise && result.constructor !== Promise) {
    result.then(onValue, onError)
    return result
  }
  // a query builder runs once per `then`: it is asked once, and the caller gets the promise of that
  return Promise.resolve(result).then(onValue, (thrown: unknown) => {
    onError(thrown)
    throw thrown
  }) as T
}

function settle<V>(value: V, live: Watched): V {
  if (!isStream(value) || !watch(value, live)) live.end({ how: 'returned' })
  return value
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  try {
    return 'then' in value && typeof value.then === 'function'
  } catch {
    return false
  }
}

/** The telemetry's own mistakes, and a foreign provider's, end here. */
export function quietly(act: () => void): void {
  try {
    act()
  } catch {}
}

/** Starts a span that its caller ends. `onEnd` is called once, when it has ended, and also where there is no span. */
export function openSpan(opening: () => Opening, onEnd?: (ending: Ending, live: Live) => void): Live {
  const { content } = state
  const parent = context.active()
  const started = start(opening, parent)
  const { span, scope } = started
  const inner = trace.setSpan(scope === undefined ? parent : withScope(parent, scope), span)
  const startedAt = performance.now()
  let { cut } = started
  let ended = false
  let chunks = false

  const live: Live = {
    span,
    scope,
    tell(fields, values) {
      if (ended) return
      quietly(() => {
        const facts = newFacts(content)
        gather(facts, fields, values)
        cut += facts.cut
        span.setAttributes(facts.attributes)
      })
    },
    within: (fn) => context.with(inner, fn),
    chunk() {
      if (chunks || ended) return
      chunks = true
      const seconds = (performance.now() - startedAt) / 1000
      quietly(() => span.setAttributes({ [attribute.timeToFirstChunk]: seconds, [attribute.stream]: true }))
    },
    end(ending) {
      if (ended) return
      ended = true
      quietly(() => {
        if (cut > 0) span.setAttribute(attribute.cut, cut)
        conclude(span, scope, ending, content)
      })
      quietly(() => span.end())
      if (onEnd !== undefined) quietly(() => onEnd(ending, live))
    },
  }
  return live
}

interface Started {
  readonly span: Span
  readonly scope: Scope | undefined
  readonly cut: number
}

const NONE = trace.wrapSpanContext(INVALID_SPAN_CONTEXT)

/** Where a span cannot be made (options that cannot be read, a foreign provider that throws) the work has none. */
function start(opening: () => Opening, parent: Context): Started {
  try {
    const { name, kind, facts, scope, ids } = opening()
    const span = spanOf(name, kind, facts, ids, parent)
    return { span, scope: scope?.(span), cut: facts.cut }
  } catch {
    return { span: NONE, scope: undefined, cut: 0 }
  }
}

function spanOf(name: string, kind: SpanKind, { attributes }: Facts, ids: SpanIds | undefined, parent: Context): Span {
  try {
    // a foreign provider may sample by attributes; our own does not, and setting them after spares it copying them twice
    if (state.tracer === undefined) return tracer().startSpan(name, { kind, attributes }, parent)
    nameNext(ids)
    return state.tracer.startSpan(name, { kind }, parent).setAttributes(attributes)
  } catch {
    return NONE
  } finally {
    nameNext(undefined)
  }
}

function conclude(span: Span, scope: Scope | undefined, ending: Ending, content: ContentMode): void {
  if (ending.how !== 'threw') {
    const stop = ending.how === 'left' ? 'cancelled' : 'completed'
    if (scope !== undefined) span.setAttribute(attribute.stopReason, scope.stop ?? stop)
    if (ending.how === 'returned' && !hasStatus(span)) span.setStatus({ code: SpanStatusCode.OK })
    return
  }
  const failure = failureOf(ending.thrown)
  span.setAttribute(attribute.errorType, nameOf(failure.type)?.value ?? 'Error')
  // what a switch stopped ends as the abort of whatever was under way
  const stop = failure.stop === 'cancelled' && scope?.money?.killed() ? 'killed' : failure.stop
  if (scope !== undefined) span.setAttribute(attribute.stopReason, scope.stop ?? stop)
  // a message quotes what the provider or a tool said, so it goes where texts go
  const told = content === 'redacted' || content === 'full'
  const message = told ? nameOf(failure.message, 4096)?.value : undefined
  const stack = told ? nameOf(failure.stack, 16_384)?.value : undefined
  span.recordException({ name: failure.type, ...(message && { message }), ...(stack && { stack }) })
  span.setStatus({ code: SpanStatusCode.ERROR, ...(message && { message }) })
}

/** The application may have said through OpenTelemetry's API that this span failed; then it stays so. */
function hasStatus(span: Span): boolean {
  return 'status' in span && (span.status as { code?: number } | undefined)?.code !== SpanStatusCode.UNSET
}
