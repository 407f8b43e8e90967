/** The journal's file: opened so that a commit is on the disk, brought to the newest schema, and owned by one process. */
import { readdirSync, readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { OutriderError } from '../errors.ts'

const folder = new URL('sql/', import.meta.url)

/** How long another process may hold the file's lock before a commit fails. */
const BUSY_MS = 1000

/** A connection that writes. `FULL`: a commit returns once it is on the disk. */
export function openWriting(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: BUSY_MS })
  db.exec('PRAGMA journal_mode = WAL')
  db.exec('PRAGMA synchronous = FULL')
  // a checkpoint writes the main file and syncs it in the middle of a commit: rarely, and after larger steps
  db.exec('PRAGMA wal_autocheckpoint = 4000')
  return db
}

/** A connection that reads what is committed. */
export const openReading = (file: string): DatabaseSync => new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS })

/** @throws OutriderError `OUT_DATA_NEWER` for a file of a later version. */
export function migrate(db: DatabaseSync, file: string): void {
  const steps = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number }
  if (version > steps.length) {
    throw new OutriderError('OUT_DATA_NEWER', `${file} has version ${version}; this Outrider knows ${steps.length}.`)
  }
  for (const [i, step] of steps.entries()) {
    if (i < version) continue
    db.exec('BEGIN IMMEDIATE')
    try {
      db.exec(readFileSync(new URL(step, folder), 'utf8'))
      db.exec(`PRAGMA user_version = ${i + 1}`)
      db.exec('COMMIT')
    } catch (cause) {
      if (db.isTransaction) db.exec('ROLLBACK')
      throw cause
    }
  }
}

/**
 * Two processes with the money in memory would each spend it: one owns the file, by a lock that the system takes back
 * when the process dies, however it dies.
 *
 * @throws OutriderError `OUT_DATA_LOCKED`
 */
export function own(file: string): { release(): void } {
  const lock = new DatabaseSync(`${file}.lock`, { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    if ((cause as { errcode?: number }).errcode !== SQLITE_BUSY) throw cause
    throw new OutriderError('OUT_DATA_LOCKED', `${file} is the ledger of another process that runs.`, { cause })
  }
  return { release: () => lock.close() }
}

const SQLITE_BUSY = 5
