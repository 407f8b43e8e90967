import { OutriderError } from '../errors.ts'
import type { Span } from '../span.ts'
import { turn } from '../turn.ts'
import type { Sink } from './sink.ts'

export interface BatchSettings {
  /** A block is sent at the latest with so many spans, and has no more unless one request does. @default 10_000 */
  readonly rows?: number
  /** Or with so many bytes of text, estimated. @default 24 MiB */
  readonly bytes?: number
  /** Or when its first span has waited so long. @default 1000 */
  readonly waitMs?: number
  /** So many spans may follow the block before without a pause: they make a block worth its cost. Fewer pause less, the more they are. @default 1000 */
  readonly worthwhile?: number
  /** Waiting spans beyond which requests are refused with `OUT_OVERLOADED`. @default 100_000 */
  readonly maxRows?: number
  /** Waiting bytes beyond which requests are refused. @default 256 MiB */
  readonly maxBytes?: number
  /** Milliseconds that only grow. @default performance.now */
  readonly now?: () => number
}

export interface Batched extends Sink {
  /** Spans and estimated bytes that wait or are being written. */
  readonly queue: () => { readonly rows: number; readonly bytes: number }
  /** Sends what waits and resolves when all of it is settled; refuses what comes after with `OUT_STOPPING`. */
  close(): Promise<void>
}

interface Waiting {
  readonly spans: readonly Span[]
  readonly bytes: number
  readonly done: () => void
  readonly failed: (cause: unknown) => void
}

/** Of the store's time, what small blocks may take in the long run. */
const SHARE = 1 / 5
/** What they may take at once, when it was saved up: whoever comes now and then waits for no share. */
const SAVED_MS = 10_000

/**
 * Joins waiting requests into one block. Each caller's promise settles when the block with its own spans does.
 *
 * A block takes along all that the collector is at work on when its time has come, until it is full: so blocks grow under
 * load, and nobody waits for what may never come. One is on its way at a time, and a second one when it is full: the store
 * writes one after the other anyway. An idle collector sends at once; one with a trickle pauses for up to as long as the
 * last block took, so that small blocks never use more than half of the store's time, and in the long run a fifth.
 */
export function batched(sink: Sink, settings: BatchSettings = {}): Batched {
  const { rows: maxBlock = 10_000, bytes: maxBlockBytes = 24 << 20, waitMs = 1000, worthwhile = 1000 } = settings
  const { maxRows = 100_000, maxBytes = 256 << 20, now = () => performance.now() } = settings
  let waiting: Waiting[] = []
  let rows = 0
  let bytes = 0
  let inFlight = { rows: 0, bytes: 0 }
  const busy = new Set<Promise<void>>()
  /** Of the block that is being gathered: ends that. */
  let filled: (() => void) | undefined
  let timer: NodeJS.Timeout | undefined
  /** When the last block was stored, and how long the next may pause if it is small. */
  let rest = { since: 0, most: 0 }
  /** Milliseconds of the store that small blocks may take; below 0 they took more than their share. */
  let saved = SAVED_MS
  let closed = false

  const full = () => rows >= maxBlock || bytes >= maxBlockBytes

  const schedule = () => {
    if (full()) filled?.()
    if (waiting.length === 0 || filled !== undefined || busy.size > 1) return
    // while one block is being stored, the next may be encoded
    if (busy.size === 1 && !full()) return
    const due = rest.since + rest.most * (1 - rows / worthwhile)
    const pause = closed || full() || rows >= worthwhile ? 0 : due - now()
    clearTimeout(timer)
    timer = undefined
    if (pause <= 0) {
      const sending = send().finally(() => {
        busy.delete(sending)
        schedule()
      })
      busy.add(sending)
    } else timer = setTimeout(schedule, pause)
  }

  const take = () => {
    let count = 0
    let size = 0
    let end = 0
    for (const next of waiting) {
      if (end > 0 && (count + next.spans.length > maxBlock || size + next.bytes > maxBlockBytes)) break
      count += next.spans.length
      size += next.bytes
      end += 1
    }
    const block = waiting.slice(0, end)
    waiting = waiting.slice(end)
    rows -= count
    bytes -= size
    inFlight = { rows: inFlight.rows + count, bytes: inFlight.bytes + size }
    return { block, count, size }
  }

  const send = async (): Promise<void> => {
    if (!full()) {
      const { promise, resolve } = Promise.withResolvers<void>()
      filled = resolve
      // work that has not begun goes one by one, in order: when it is our turn, all that came before is here
      await Promise.race([turn(true), promise])
      filled = undefined
    }
    const { block, count, size } = take()
    const started = now()
    try {
      await sink.accept(block.length === 1 ? block[0]!.spans : block.flatMap((request) => request.spans))
      for (const request of block) request.done()
    } catch (cause) {
      for (const request of block) request.failed(cause)
    } finally {
      const finished = now()
      const took = finished - started
      const small = Math.max(0, 1 - count / worthwhile)
      const earned = Math.min(SAVED_MS, saved + (finished - rest.since) * SHARE)
      saved = Math.max(earned - took * small, -waitMs * SHARE)
      rest = { since: finished, most: Math.min(waitMs, Math.max(took, -saved / SHARE)) }
      inFlight = { rows: inFlight.rows - count, bytes: inFlight.bytes - size }
    }
  }

  return {
    accept(spans) {
      if (closed)
        return Promise.reject(new OutriderError('OUT_STOPPING', 'The collector is stopping.', { retryAfter: 5 }))
      const size = spans.reduce((sum, span) => sum + sizeOf(span), 0)
      if (rows > 0 && (rows + spans.length > maxRows || bytes + size > maxBytes)) {
        const message = `${rows} spans (${bytes} bytes) wait for the store already.`
        return Promise.reject(new OutriderError('OUT_OVERLOADED', message, { retryAfter: 2 }))
      }
      return new Promise<void>((done, failed) => {
        waiting.push({ spans, bytes: size, done, failed })
        rows += spans.length
        bytes += size
        schedule()
      })
    },
    queue: () => ({ rows: rows + inFlight.rows, bytes: bytes + inFlight.bytes }),
    async close() {
      closed = true
      schedule()
      while (busy.size > 0) await Promise.all(busy)
    },
  }
}

/** Texts dominate; the rest of a row is taken as one kilobyte. */
const sizeOf = (span: Span): number => 1024 + (span.input?.length ?? 0) + (span.output?.length ?? 0)
