/** Instants with nanoseconds: `Date` has only milliseconds, and spans of one millisecond have an order too. */
const ISO = /^([+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/

/** Nanoseconds since 1970, or null when `iso` is not a UTC instant. */
export function nanoseconds(iso: string): bigint | null {
  const match = ISO.exec(iso)
  if (match === null) return null
  const seconds = Date.parse(`${match[1]}Z`)
  if (Number.isNaN(seconds)) return null
  return BigInt(seconds) * 1_000_000n + BigInt((match[2] ?? '').padEnd(9, '0'))
}
