import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { deserialize, serialize } from 'node:v8'
import { OutriderError } from '../errors.ts'
import type { Span } from '../span.ts'
import type { Sink } from './sink.ts'

export interface SpoolSettings {
  /** The SQLite file. */
  readonly file: string
  /** Spans beyond this many bytes are refused with `OUT_STORE_UNAVAILABLE`. */
  readonly maxBytes: number
  /** Pause before the next try to empty the spool, doubled up to a minute. @default 1000 */
  readonly retryMs?: number
  readonly log?: { warn(fields: object, message: string): void; info(fields: object, message: string): void }
}

export interface Spool extends Sink {
  readonly waiting: () => { readonly spans: number; readonly bytes: number }
  /** Tries to empty the spool now; resolves with what is left. */
  drain(): Promise<{ readonly spans: number; readonly bytes: number }>
  close(): Promise<void>
}

/**
 * In front of a ClickHouse server: while it is away, accepted spans are kept in SQLite (`synchronous=FULL`), and sent
 * when it is back, also after a restart. Kept is stored: the caller's promise resolves once the spans are on disk. A
 * full spool rejects, and the client keeps them.
 */
export function createSpool(sink: Sink, { file, maxBytes, retryMs = 1000, log }: SpoolSettings): Spool {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const db = new DatabaseSync(file)
  db.exec('PRAGMA journal_mode = WAL')
  db.exec('PRAGMA synchronous = FULL')
  db.exec(
    'CREATE TABLE IF NOT EXISTS block (id INTEGER PRIMARY KEY, spans INTEGER NOT NULL, data BLOB NOT NULL) STRICT',
  )
  const insert = db.prepare('INSERT INTO block (spans, data) VALUES (?, ?)')
  const oldest = db.prepare('SELECT id, spans, data FROM block ORDER BY id LIMIT 1')
  const remove = db.prepare('DELETE FROM block WHERE id = ?')
  const totals = db.prepare(
    'SELECT coalesce(sum(spans), 0) AS spans, coalesce(sum(length(data)), 0) AS bytes FROM block',
  )

  let { spans: spansWaiting, bytes: bytesWaiting } = totals.get() as { spans: number; bytes: number }
  let timer: NodeJS.Timeout | undefined
  let pause = retryMs
  let draining: Promise<void> | undefined
  let closed = false

  const keep = (spans: readonly Span[], cause: unknown) => {
    const data = serialize(spans)
    if (bytesWaiting + data.length > maxBytes) {
      const message = `The store is away and the spool is full (${bytesWaiting} of ${maxBytes} bytes).`
      throw new OutriderError('OUT_STORE_UNAVAILABLE', message, { cause, retryAfter: 10 })
    }
    if (spansWaiting === 0) log?.warn({ file }, 'the store is away: spans are kept in the spool')
    insert.run(spans.length, data)
    spansWaiting += spans.length
    bytesWaiting += data.length
    retry()
  }

  const retry = () => {
    if (closed || timer !== undefined || draining !== undefined || spansWaiting === 0) return
    timer = setTimeout(() => {
      timer = undefined
      draining = empty().finally(() => {
        draining = undefined
        retry()
      })
    }, pause)
    timer.unref()
  }

  const empty = async () => {
    for (;;) {
      const block = oldest.get() as { id: number; spans: number; data: Uint8Array } | undefined
      if (block === undefined || closed) break
      try {
        await sink.accept(deserialize(block.data) as Span[])
      } catch {
        // whatever it was, the block stays and is tried again
        pause = Math.min(pause * 2, 60_000)
        return
      }
      remove.run(block.id)
      spansWaiting -= block.spans
      bytesWaiting -= block.data.length
    }
    pause = retryMs
    if (!closed) log?.info({ file }, 'the spool is empty')
  }

  retry()
  return {
    async accept(spans) {
      try {
        await sink.accept(spans)
      } catch (cause) {
        if (!(cause instanceof OutriderError) || cause.code !== 'OUT_STORE_UNAVAILABLE') throw cause
        keep(spans, cause)
      }
    },
    waiting: () => ({ spans: spansWaiting, bytes: bytesWaiting }),
    async drain() {
      clearTimeout(timer)
      timer = undefined
      draining ??= empty().finally(() => {
        draining = undefined
        retry()
      })
      await draining
      return { spans: spansWaiting, bytes: bytesWaiting }
    },
    async close() {
      closed = true
      clearTimeout(timer)
      await draining
      db.close()
    },
  }
}
