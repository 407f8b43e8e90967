import type { Sink } from './sink.ts'

export interface Corrected extends Sink {
  /** Corrections that wait for their span. */
  readonly waiting: () => number
}

export interface CorrectedParts<Change> {
  /** What has turned out since the last call to be wrong of spans that were told before. */
  corrections(): readonly Change[]
  /** Resolves with the changes whose span is not stored (yet). */
  amend(changes: readonly Change[]): Promise<readonly Change[]>
}

/** Corrections kept for spans that are not stored yet, the oldest forgotten first. */
const MAX_WAITING = 20_000

/**
 * The sink behind the store: resolves when the corrections that were known when it was called are stored too, so that
 * what a late span changes is right once that span is answered. A correction whose span is still on its way (or in the
 * spool) is kept and tried with the next; one that the store did not take is too, and the batch is refused.
 */
export function createCorrected<Change>({ corrections, amend }: CorrectedParts<Change>): Corrected {
  let waiting: readonly Change[] = []
  let last: Promise<unknown> = Promise.resolve()

  async function flush(): Promise<void> {
    const changes = [...waiting, ...corrections()]
    if (changes.length === 0) return
    waiting = changes
    waiting = (await amend(changes)).slice(-MAX_WAITING)
  }

  return {
    accept() {
      // one after the other: what is under way holds what an earlier batch found
      const mine = last.then(flush)
      last = mine.catch(() => {})
      return mine
    },
    waiting: () => waiting.length,
  }
}
