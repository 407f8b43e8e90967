/**
 * Who leads evaluates, and tells what the store holds: what it finds itself, what others find as spans arrive, and what
 * the one before it left open.
 */
import type { OpenAlert } from '@outrider/alerts'
import { type Alert, alertText, alone, storedAlert } from '../alert.ts'
import type { AlertStore } from '../store/sample-store.ts'
import type { Lease } from './lease.ts'

export interface LeadParts {
  readonly lease: Lease
  readonly store: AlertStore
  readonly notifier: {
    accept(alerts: readonly Alert[]): void
    rest(): void
  }
  /** Others may lead in its place. */
  readonly shared: boolean
}

export interface Lead {
  /** Whether this collector leads now; takes over or steps back where that has changed. */
  take(): Promise<boolean>
  /** As it was last known. */
  readonly leads: () => boolean
}

const MINUTE = 60_000
/** Events so old are read at every turn: clocks differ, and inserts take their time. */
const LATELY_MS = 15 * MINUTE
/** An alert that is open, as it was stored or as it stands now. */
export type OpenNow = OpenAlert & Omit<Alert, 'event'>

/** No alert stays open for longer without a word. */
const LONGEST_MS = 9 * 1440 * MINUTE
const MOST = 10_000

export function createLead({ lease, store, notifier, shared }: LeadParts): Lead {
  let leads = !shared
  let known = false

  /** The newest event of each alert: what is told already is not told again. */
  async function adopt(sinceMs: number): Promise<void> {
    const stored = await store.alerts({ fromMs: sinceMs, limit: MOST })
    notifier.accept(stored.toReversed().map(({ body }) => storedAlert(body)))
  }

  return {
    async take() {
      if (!shared) return true
      const holds = await lease.holds()
      // also at the start, where another has it: what was told before may be over by now
      if (!holds && (leads || !known)) notifier.rest()
      if (holds) await adopt(Date.now() - (leads ? LATELY_MS : LONGEST_MS))
      known = true
      leads = holds
      return holds
    },
    leads: () => leads,
  }
}

/** Alerts that fire, as far as the store knows. */
export async function storedOpen(store: AlertStore, nowMs: number): Promise<readonly OpenNow[]> {
  const stored = await store.alerts({ fromMs: nowMs - LONGEST_MS, limit: MOST })
  const newest = new Map(stored.toReversed().map((event) => [event.identity, event]))
  return [...newest.values()]
    .filter(({ event }) => event === 'fired')
    .map(({ body }) => {
      const { event: _event, ...alert } = storedAlert(body)
      return { ...alert, state: 'firing' }
    })
}

/** What the engine holds, with what is stored of it: what fires and is not stored yet is pending, as nobody is told. */
export function openNow(open: readonly OpenAlert[], stored: readonly OpenNow[]): readonly OpenNow[] {
  const known = new Map(stored.map((alert) => [alert.identity, alert]))
  return open.map((alert) => {
    const text = alertText({ ...alert, event: 'fired' })
    const story = known.get(alert.identity)
    if (story !== undefined) return { ...story, ...alert, text }
    return { ...alone(alert.identity), ...alert, state: 'pending', text, examples: [], changes: [], share: null }
  })
}
