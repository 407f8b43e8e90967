import { type Work, warn } from './work.ts'

/** 2262-04-11T23:47:16.854775807Z, the last nanosecond that a signed 64-bit count (and so the store) can hold. */
const lastNs = 9_223_372_036_854_775_807n

/** Clamps to what can be stored, and notes it. */
export function storableNs(work: Work, which: string, ns: bigint): bigint {
  if (ns <= lastNs) return ns
  warn(work, `time_clamped:${which}`)
  return lastNs
}

/** A time as JSON carries it: a decimal string of nanoseconds, or a number (exact below 2^53, else rounded by the sender). */
export function nsFromJson(work: Work, which: string, value: unknown): bigint {
  if (value === undefined || value === null || value === '') return 0n
  if (typeof value === 'string' && value.length <= 20 && /^\d+$/.test(value)) {
    return storableNs(work, which, BigInt(value))
  }
  if (typeof value === 'number' && value >= 0 && Number.isFinite(value)) {
    return storableNs(work, which, BigInt(Math.trunc(value)))
  }
  warn(work, `bad_time:${which}`)
  return 0n
}
