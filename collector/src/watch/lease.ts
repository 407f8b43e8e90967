/**
 * Which of several collectors on one store evaluates. The lease lies where the samples are: who cannot reach it has
 * nothing to judge either. Two may hold it for a moment; they find the same events, which replace each other.
 */
import type { LeaseStore } from '../store/sample-store.ts'

export interface Lease {
  /** Whether this collector evaluates now. Never rejects: who cannot ask holds it no longer than it was given. */
  holds(): Promise<boolean>
  /** Somebody else may have it at once. */
  leave(): Promise<void>
}

export interface LeaseParts {
  readonly store: LeaseStore
  /** The same after a restart. */
  readonly holder: string
  readonly now: () => number
}

const NAME = 'evaluate alerts'
const TTL_MS = 45_000
const BEAT_MS = 10_000

/** Of one collector on a store of its own. */
export const ownLease: Lease = { holds: async () => true, leave: async () => {} }

export function createLease({ store, holder, now }: LeaseParts): Lease {
  let sinceMs = now()
  let seenMs = Number.NEGATIVE_INFINITY
  let holding = false
  let last: Promise<boolean> = Promise.resolve(false)

  async function beat(): Promise<boolean> {
    const nowMs = now()
    if (nowMs - seenMs < BEAT_MS) return holding
    // who was away for longer than it was given queues up again
    if (nowMs - seenMs > TTL_MS) sinceMs = nowMs
    try {
      holding = (await store.bid({ name: NAME, holder, sinceMs, alive: true, ttlMs: TTL_MS })) === holder
      seenMs = nowMs
    } catch {
      if (nowMs - seenMs > TTL_MS / 2) holding = false
    }
    return holding
  }

  return {
    holds() {
      last = last.then(beat)
      return last
    },
    async leave() {
      await last
      if (!holding) return
      holding = false
      await store.bid({ name: NAME, holder, sinceMs, alive: false, ttlMs: TTL_MS }).catch(() => {})
    },
  }
}
