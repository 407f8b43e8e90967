/** Where a span is kept: decided by its start, and by its arrival where the start cannot be right. */
export interface Place {
  /** Days since 1970, the partition and what retention counts from. */
  readonly day: number
  /** Ten minutes since 1970. */
  readonly bucket: number
  /** What the column can hold of the start: 1970 to 2262. */
  readonly startNs: bigint
}

const MAX_NS = 2n ** 63n - 1n
const DAY_MS = 86_400_000
const BUCKET_MS = 600_000
/** Later starts than this ahead of the arrival are a wrong clock. */
const AHEAD_MS = DAY_MS
/** Earlier starts than this before the arrival are kept from the arrival on, so that what was answered 200 stays. */
const BEHIND_MS = 7 * DAY_MS

export function placeOf(startNs: bigint, receivedMs: number): Place {
  const start = startNs < 0n ? 0n : startNs > MAX_NS ? MAX_NS : startNs
  const startMs = Number(start) / 1e6
  const plausible = startMs <= receivedMs + AHEAD_MS && startMs >= receivedMs - BEHIND_MS
  return {
    day: Math.floor((plausible ? startMs : receivedMs) / DAY_MS),
    bucket: Math.floor(startMs / BUCKET_MS),
    startNs: start,
  }
}
