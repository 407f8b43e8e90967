/** Silences of all collectors, as they were last read: who is told is decided without waiting for the store. */
import { randomUUID } from 'node:crypto'
import type { SilenceStore, StoredSilence } from '../store/sample-store.ts'

export interface Silences {
  /** Those that have not ended, as last read. */
  readonly current: () => readonly StoredSilence[]
  /** Reads them again; rejects where the store does, and what was read before stands. */
  refresh(): Promise<void>
  add(silence: Omit<StoredSilence, 'id' | 'endedBy'>): Promise<StoredSilence>
  /** It ends now, and is kept. `false`: there is none of this id that has not ended. */
  end(id: string, by: string): Promise<boolean>
  /** With those that ended within 400 days, the latest start first. */
  all(): Promise<readonly StoredSilence[]>
}

export function createSilences(store: SilenceStore, now: () => number): Silences {
  let known: readonly StoredSilence[] = []
  const refresh = async () => {
    known = await store.silences(now())
  }
  return {
    current: () => known.filter(({ endsMs }) => endsMs > now()),
    refresh,
    async add(given) {
      const silence = { ...given, id: randomUUID(), endedBy: null }
      await store.writeSilence(silence)
      known = [silence, ...known]
      return silence
    },
    async end(id, by) {
      await refresh()
      const silence = known.find((one) => one.id === id)
      if (silence === undefined) return false
      const endsMs = Math.max(now(), silence.startsMs)
      await store.writeSilence({ ...silence, endsMs, endedBy: by })
      known = known.filter((one) => one.id !== id)
      return true
    },
    all: () => store.silences(0),
  }
}
