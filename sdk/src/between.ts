/** Spans of frameworks that tell a beginning and an end instead of handing over a function to run. */
import { type Context, context } from '@opentelemetry/api'

/** A span between two events. */
export interface Between<R> {
  readonly recorder: R
  /** What runs inside of it. */
  readonly within: Context
  /** The first of both counts. */
  end(): void
  fail(thrown: unknown): void
}

/**
 * Opens a span by its verb, in `parent`. Until its end is told nobody hears of it: `between((fn) => agent('a', fn))`.
 */
export function between<R>(
  verb: (fn: (recorder: R) => Promise<void>) => Promise<void>,
  parent: Context = context.active(),
): Between<R> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let recorder!: R
  let within = parent
  context
    .with(parent, verb, undefined, (given: R) => {
      recorder = given
      within = context.active()
      return promise
    })
    .catch(() => {})
  return { recorder, within, end: () => resolve(), fail: reject }
}
