import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { deserialize, serialize } from 'node:v8'
import { OutriderError } from '../errors.ts'
import { NOTHING_SAID, type Span } from '../span.ts'
import type { AmendStore, Change } from '../store/store.ts'
import type { Sink } from './sink.ts'

export interface SpoolSettings {
  /** The SQLite file. */
  readonly file: string
  /** Spans beyond this many bytes are refused with `OUT_STORE_UNAVAILABLE`. */
  readonly maxBytes: number
  /** Pause before the next try to empty the spool, doubled up to a minute. @default 1000 */
  readonly retryMs?: number
  /** Hears spans that left the spool for the store: of this process, or of one before it. */
  readonly onDrained?: (spans: readonly Span[]) => void
  readonly log?: { warn(fields: object, message: string): void; info(fields: object, message: string): void }
}

interface Waiting {
  readonly spans: number
  readonly corrections: number
  readonly bytes: number
}

export interface Spool extends Sink, AmendStore {
  readonly waiting: () => Waiting
  /** Tries to empty the spool now; resolves with what is left. */
  drain(): Promise<Waiting>
  close(): Promise<void>
}

/** A correction whose span is not stored after so many tries, ten minutes and more, is given up. */
const TRIES = 20

/**
 * In front of a ClickHouse server: while it is away, accepted spans and corrections are kept in SQLite
 * (`synchronous=FULL`), and sent when it is back, also after a restart, corrections after the spans. Kept is stored: the
 * caller's promise resolves once they are on disk. A full spool rejects, and the client keeps them.
 */
export function createSpool(store: Sink & AmendStore, settings: SpoolSettings): Spool {
  const { file, maxBytes, retryMs = 1000, onDrained, log } = settings
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const db = new DatabaseSync(file)
  db.exec('PRAGMA journal_mode = WAL')
  db.exec('PRAGMA synchronous = FULL')
  db.exec(
    'CREATE TABLE IF NOT EXISTS block (id INTEGER PRIMARY KEY, spans INTEGER NOT NULL, data BLOB NOT NULL) STRICT',
  )
  db.exec(
    'CREATE TABLE IF NOT EXISTS correction (id INTEGER PRIMARY KEY, changes INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0, data BLOB NOT NULL) STRICT',
  )
  const insert = db.prepare('INSERT INTO block (spans, data) VALUES (?, ?)')
  const oldest = db.prepare('SELECT id, spans, data FROM block ORDER BY id LIMIT 1')
  const remove = db.prepare('DELETE FROM block WHERE id = ?')
  const insertChanges = db.prepare('INSERT INTO correction (changes, data) VALUES (?, ?)')
  const nextChanges = db.prepare('SELECT id, changes, tries, data FROM correction WHERE id > ? ORDER BY id LIMIT 1')
  const keepMissing = db.prepare('UPDATE correction SET changes = ?, data = ?, tries = tries + 1 WHERE id = ?')
  const removeChanges = db.prepare('DELETE FROM correction WHERE id = ?')
  const totals = db.prepare(
    `SELECT coalesce(sum(spans), 0) AS spans, coalesce(sum(changes), 0) AS corrections, coalesce(sum(bytes), 0) AS bytes
    FROM (SELECT spans, 0 AS changes, length(data) AS bytes FROM block UNION ALL SELECT 0, changes, length(data) FROM correction)`,
  )

  const waiting = totals.get() as { -readonly [What in keyof Waiting]: number }
  let timer: NodeJS.Timeout | undefined
  let pause = retryMs
  let draining: Promise<void> | undefined
  let closed = false

  const isEmpty = () => waiting.spans === 0 && waiting.corrections === 0

  const makeRoom = (bytes: number, cause?: unknown) => {
    if (waiting.bytes + bytes > maxBytes) {
      const message = `The store is away and the spool is full (${waiting.bytes} of ${maxBytes} bytes).`
      throw new OutriderError('OUT_STORE_UNAVAILABLE', message, { cause, retryAfter: 10 })
    }
    if (isEmpty()) log?.warn({ file }, 'the store is away: spans are kept in the spool')
    waiting.bytes += bytes
  }

  const keep = (spans: readonly Span[], cause: unknown) => {
    const data = serialize(spans)
    makeRoom(data.length, cause)
    insert.run(spans.length, data)
    waiting.spans += spans.length
    retry()
  }

  const keepChanges = (changes: readonly Change[], cause?: unknown) => {
    const data = serialize(changes.map(({ tenant, traceId, spanId, fields }) => ({ tenant, traceId, spanId, fields })))
    makeRoom(data.length, cause)
    insertChanges.run(changes.length, data)
    waiting.corrections += changes.length
    retry()
  }

  const retry = () => {
    if (closed || timer !== undefined || draining !== undefined || isEmpty()) return
    timer = setTimeout(() => {
      timer = undefined
      draining = empty().finally(() => {
        draining = undefined
        retry()
      })
    }, pause)
    timer.unref()
  }

  /** Whatever fails, what is not stored stays and is tried again. */
  const empty = async () => {
    try {
      await emptyBlocks()
      await emptyCorrections()
    } catch {
      pause = Math.min(pause * 2, 60_000)
      return
    }
    pause = isEmpty() ? retryMs : Math.min(pause * 2, 60_000)
    if (isEmpty() && !closed) log?.info({ file }, 'the spool is empty')
  }

  const emptyBlocks = async () => {
    for (;;) {
      const block = oldest.get() as { id: number; spans: number; data: Uint8Array } | undefined
      if (block === undefined || closed) return
      // one from before spans said what they said themselves
      const spans = (deserialize(block.data) as Span[]).map((span) => ({ ...span, said: span.said ?? NOTHING_SAID }))
      await store.accept(spans)
      remove.run(block.id)
      waiting.spans -= block.spans
      waiting.bytes -= block.data.length
      onDrained?.(spans)
    }
  }

  /** Once each: the span of one may still be on its way. */
  const emptyCorrections = async () => {
    for (let after = 0; ; ) {
      const row = nextChanges.get(after) as { id: number; changes: number; tries: number; data: Uint8Array } | undefined
      if (row === undefined || closed) return
      after = row.id
      const missing = await store.amend(deserialize(row.data) as Change[])
      const isOver = missing.length === 0 || row.tries + 1 >= TRIES
      const data = serialize(missing)
      if (isOver) removeChanges.run(row.id)
      else keepMissing.run(missing.length, data, row.id)
      if (isOver && missing.length > 0)
        log?.warn({ corrections: missing.length }, 'corrections of spans that never came')
      waiting.corrections -= row.changes - (isOver ? 0 : missing.length)
      waiting.bytes -= row.data.length - (isOver ? 0 : data.length)
    }
  }

  retry()
  return {
    async accept(spans) {
      try {
        await store.accept(spans)
      } catch (cause) {
        if (!(cause instanceof OutriderError) || cause.code !== 'OUT_STORE_UNAVAILABLE') throw cause
        keep(spans, cause)
      }
    },
    async amend(changes) {
      // corrections follow their spans, which may be in the spool
      if (isEmpty()) {
        try {
          return await store.amend(changes)
        } catch (cause) {
          if (!(cause instanceof OutriderError) || cause.code !== 'OUT_STORE_UNAVAILABLE') throw cause
          keepChanges(changes, cause)
        }
      } else if (changes.length > 0) keepChanges(changes)
      return []
    },
    waiting: () => ({ ...waiting }),
    async drain() {
      clearTimeout(timer)
      timer = undefined
      draining ??= empty().finally(() => {
        draining = undefined
        retry()
      })
      await draining
      return { ...waiting }
    },
    async close() {
      closed = true
      clearTimeout(timer)
      await draining
      db.close()
    },
  }
}
