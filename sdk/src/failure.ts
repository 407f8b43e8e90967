import { stopOfDenial } from './denied-error.ts'
import type { StopReason } from './stop-reason.ts'

export interface Failure {
  /** Class or name of what was thrown: a closed word, never its message. */
  readonly type: string
  readonly message: string
  readonly stack: string | undefined
  readonly stop: StopReason
}

const CANCELLED = new Set(['AbortError', 'APIUserAbortError', 'CanceledError'])
const TIMED_OUT = new Set([
  'TimeoutError',
  'APIConnectionTimeoutError',
  'ConnectTimeoutError',
  'HeadersTimeoutError',
  'BodyTimeoutError',
])

/** Reads what was thrown, by name and class only. Any value may be thrown; reading it never throws. */
export function failureOf(thrown: unknown): Failure {
  try {
    if (!(thrown instanceof Error))
      return { type: typeof thrown, message: String(thrown), stack: undefined, stop: 'error' }
    const type = typeOf(thrown)
    return { type, message: thrown.message, stack: thrown.stack, stop: stopOf(thrown) }
  } catch {
    return { type: 'unreadable', message: '', stack: undefined, stop: 'error' }
  }
}

const GENERIC = new Set(['Error', 'Object', 'DOMException'])

function typeOf(error: Error): string {
  const own = error.constructor?.name ?? ''
  return own !== '' && !GENERIC.has(own) ? own : error.name
}

/** Looks through `cause` as well: fetch and most clients wrap the abort that ended them. */
function stopOf(error: Error, depth = 0): StopReason {
  const denied = stopOfDenial(error)
  if (denied !== undefined) return denied
  const names = [error.name, error.constructor?.name ?? '']
  if (names.some((name) => CANCELLED.has(name))) return 'cancelled'
  if (names.some((name) => TIMED_OUT.has(name))) return 'timeout'
  return error.cause instanceof Error && depth < 4 ? stopOf(error.cause, depth + 1) : 'error'
}
