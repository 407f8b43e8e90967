import type { AlertEvent } from '@outrider/alerts'
import type { AlertStore } from '../store/sample-store.ts'

/** Two events of one kind this near to each other are the same. */
const SAME_MS = 10 * 60_000
const MOST = 10_000

/**
 * Events without those that are stored already, at another minute: found before by another collector, or with less known.
 * The very same event stays: whether it was told is not known, and telling it again changes nothing.
 */
export async function withoutKnown(
  store: AlertStore,
  events: readonly AlertEvent[],
  nowMs: number,
): Promise<readonly AlertEvent[]> {
  // what has just happened was found by nobody before
  const old = events.filter(({ timeMs }) => nowMs - timeMs > SAME_MS)
  if (old.length === 0) return events
  const times = old.map(({ timeMs }) => timeMs)
  const [first, last] = [Math.min(...times), Math.max(...times)]
  const known = await store.alerts({ fromMs: first - SAME_MS, toMs: last + SAME_MS + 1, limit: MOST })
  return events.filter(({ identity, event, timeMs }) => {
    if (nowMs - timeMs <= SAME_MS) return true
    const same = known.filter((one) => one.identity === identity && one.event === event)
    return same.every((one) => one.timeMs === timeMs || Math.abs(one.timeMs - timeMs) > SAME_MS)
  })
}
