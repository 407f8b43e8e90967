/** Tells findings as spans, after the answer and never in its way. */
import type { Evidence, Subject } from '../guarding.ts'
import type { Span } from '../span.ts'
import { findingSpan } from './finding-span.ts'

export interface FindingTeller {
  tell(subject: Subject, evidence: readonly Evidence[]): void
  /** @param accept stores spans; rejects when it cannot, and is asked again */
  start(accept: (spans: readonly Span[]) => Promise<void>): void
  /** Findings that were let go because the store was away too long. */
  lost(): number
  /** Tells what is left, as far as the store takes it. */
  close(): Promise<void>
}

export interface FindingTellerSettings {
  /** @default 1000 */
  readonly everyMs?: number
  /** Spans that wait at most; the oldest go first. @default 10_000 */
  readonly limit?: number
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number
}

export function createFindingTeller({
  everyMs = 1000,
  limit = 10_000,
  now = Date.now,
}: FindingTellerSettings = {}): FindingTeller {
  const waiting = new Map<string, Span>()
  let accept: ((spans: readonly Span[]) => Promise<void>) | null = null
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  let lost = 0

  async function tellAll(): Promise<void> {
    if (accept === null || waiting.size === 0) return
    const spans = [...waiting.values()]
    await accept(spans)
    for (const span of spans) if (waiting.get(keyOf(span)) === span) waiting.delete(keyOf(span))
  }

  function later(): void {
    if (timer !== undefined || accept === null) return
    timer = setTimeout(() => {
      timer = undefined
      running = tellAll()
        // the store says why in its own words; what waits is told with the next
        .catch(() => {})
        .finally(() => {
          if (waiting.size > 0) later()
        })
    }, everyMs)
    timer.unref()
  }

  return {
    tell(subject, evidence) {
      const { traceId } = subject
      if (traceId === null || evidence.length === 0) return
      const span = findingSpan({ ...subject, traceId }, evidence, now())
      waiting.set(keyOf(span), span)
      if (waiting.size > limit) {
        waiting.delete(waiting.keys().next().value as string)
        lost += 1
      }
      later()
    },
    start(to) {
      accept = to
      if (waiting.size > 0) later()
    },
    lost: () => lost,
    async close() {
      clearTimeout(timer)
      await running
      clearTimeout(timer)
      await tellAll().catch(() => {})
    },
  }
}

const keyOf = ({ traceId, spanId }: Span): string => traceId + spanId
