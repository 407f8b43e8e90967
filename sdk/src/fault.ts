/** What a failed try says about trying again. Reads names, statuses and headers of clients' errors; never a message. */
import { failureOf } from './failure.ts'

/** The gate's no, and a mistake in the code, are the same the next time; so is what somebody stopped. */
export const isFinal = (thrown: unknown): boolean => {
  const name = fieldOf(thrown, 'name')
  if (name === 'DeniedError') return fieldOf(thrown, 'code') !== 'CIRCUIT_OPEN'
  return name === 'SettingError' || failureOf(thrown).stop === 'cancelled'
}

/** Statuses of what may pass: time-outs, conflicts, too early, too many, and the provider's own trouble. */
const PASSING = new Set([408, 409, 425, 429])

/** Whether the same call may succeed soon. Without a status: yes, an agent's work has a thousand ways to fail. */
export function mayPass(thrown: unknown): boolean {
  if (isFinal(thrown) || fieldOf(thrown, 'name') === 'DeniedError') return false
  const told = headerOf(thrown, 'x-should-retry')
  if (told === 'true' || told === 'false') return told === 'true'
  const retryable = fieldOf(thrown, 'isRetryable')
  if (typeof retryable === 'boolean') return retryable
  const status = statusOf(thrown)
  return status === undefined || status >= 500 || PASSING.has(status)
}

/** Milliseconds that the provider asks to wait; undefined where it does not say. */
export function retryAfterOf(thrown: unknown, now: number): number | undefined {
  const millis = Number.parseFloat(headerOf(thrown, 'retry-after-ms') ?? '')
  if (millis >= 0) return millis
  const told = headerOf(thrown, 'retry-after')?.trim()
  if (told === undefined || told === '') return undefined
  const wait = /^\d+(\.\d+)?$/.test(told) ? Number(told) * 1000 : Date.parse(told) - now
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined
}

function statusOf(thrown: unknown): number | undefined {
  const told = [
    fieldOf(thrown, 'status'),
    fieldOf(thrown, 'statusCode'),
    fieldOf(fieldOf(thrown, 'response'), 'status'),
  ]
  return told.find((status): status is number => typeof status === 'number')
}

function headerOf(thrown: unknown, name: string): string | undefined {
  const places = ['headers', 'responseHeaders'].map((field) => fieldOf(thrown, field))
  for (const headers of [...places, fieldOf(fieldOf(thrown, 'response'), 'headers')]) {
    const value = headers instanceof Headers ? headers.get(name) : fieldOf(headers, name)
    if (typeof value === 'string') return value
  }
  return undefined
}

/** Anything may be thrown, with getters that throw in turn. */
function fieldOf(value: unknown, field: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  try {
    return (value as Readonly<Record<string, unknown>>)[field]
  } catch {
    return undefined
  }
}
