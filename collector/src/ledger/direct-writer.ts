import { batchWriter } from './batch.ts'
import { openWriting } from './database.ts'
import type { Writer } from './writer.ts'

/** Commits on the caller's thread, which then waits for the disk: for comparison, and for tests that start often. */
export function startDirectWriter(file: string, sync: 'FULL' | 'OFF' = 'FULL'): Writer {
  const db = openWriting(file)
  db.exec(`PRAGMA synchronous = ${sync}`)
  const write = batchWriter(db)
  return {
    write: async (batch) => write(batch),
    close: async () => db.close(),
  }
}
