import { setTimeout as sleep } from 'node:timers/promises'
import type { Span } from '../span.ts'
import type { AmendStore, Change } from '../store/store.ts'
import type { Sink } from './sink.ts'

export interface Corrected extends Sink {
  /** Resolves when what has turned out by now about stored spans is stored too. */
  flush(): Promise<void>
  /** Corrections that wait for their span. */
  readonly waiting: () => number
}

/** Corrections kept for spans that are not stored yet, the oldest forgotten first. */
const MAX_WAITING = 20_000
/** After so many tries the span was refused, and its sender has given up. */
const TRIES = 50
/** Correcting takes a fifth of the store's time at most: what turns out meanwhile is stored with the next. */
const REST = 4
const MAX_REST_MS = 1000

/**
 * In front of the store: spans are written as they are known to be by then, so that one that is corrected on its way
 * needs no second row. `flush` corrects those that are stored. A correction whose span is still on its way is kept and
 * tried again, and so is one that the store did not take: then `flush` rejects.
 *
 * @param corrections what has turned out since the last call to be wrong of spans that were told before
 */
export function createCorrected(corrections: () => readonly Change[], store: Sink & AmendStore): Corrected {
  /** With how often each was tried. The latest word on a span is the last. */
  const waiting = new Map<Change, number>()
  let running: Promise<void> | null = null
  let next: Promise<void> | null = null
  let restUntil = 0

  function collect(): void {
    for (const change of corrections()) waiting.set(change, 0)
    for (const oldest of waiting.keys()) {
      if (waiting.size <= MAX_WAITING) return
      waiting.delete(oldest)
    }
  }

  function patched(spans: readonly Span[]): { readonly spans: readonly Span[]; readonly used: readonly Change[] } {
    collect()
    if (waiting.size === 0) return { spans, used: [] }
    const bySpan = Map.groupBy(waiting.keys(), ({ traceId, spanId }) => traceId + spanId)
    const traces = new Set([...waiting.keys()].map(({ traceId }) => traceId))
    const used: Change[] = []
    const known = spans.map((span) => {
      if (!traces.has(span.traceId)) return span
      const changes = (bySpan.get(span.traceId + span.spanId) ?? []).filter(({ tenant }) => tenant === span.tenantId)
      used.push(...changes)
      return changes.length === 0 ? span : Object.assign({}, span, ...changes.map(({ fields }) => fields))
    })
    for (const change of used) waiting.delete(change)
    return { spans: known, used }
  }

  async function amend(): Promise<void> {
    collect()
    const changes = [...waiting.keys()]
    const started = performance.now()
    const missing = new Set(changes.length === 0 ? [] : await store.amend(changes))
    const took = performance.now() - started
    restUntil = performance.now() + Math.min(MAX_REST_MS, REST * took)
    for (const change of changes) {
      const tries = (waiting.get(change) ?? TRIES) + 1
      if (missing.has(change) && tries < TRIES) waiting.set(change, tries)
      else waiting.delete(change)
    }
  }

  /** When the one that is under way is over, and after a rest: for all who have asked by then. */
  async function amendNext(): Promise<void> {
    await running?.catch(() => {})
    const pause = restUntil - performance.now()
    if (pause > 0) await sleep(pause)
    running = amend()
    next = null
    await running
  }

  return {
    flush() {
      collect()
      if (waiting.size === 0) return Promise.resolve()
      next ??= amendNext()
      return next
    },
    async accept(spans) {
      const { spans: known, used } = patched(spans)
      try {
        await store.accept(known)
      } catch (cause) {
        for (const change of used) waiting.set(change, 0)
        throw cause
      }
    },
    waiting: () => waiting.size,
  }
}
