/**
 * Where commits are made. In a thread of its own, because a commit waits for the disk, and the gate does not wait with
 * it: the next batch is gathered while this one is being written.
 */
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Batch } from './batch.ts'

export interface Writer {
  /** One transaction; resolves when it is on the disk. One at a time. Rejects when nothing of it is. */
  write(batch: Batch): Promise<void>
  close(): Promise<void>
}

/** What the thread says: that it wrote, or why not. */
export type Written =
  | { readonly failed: false }
  | { readonly failed: true; readonly code: number; readonly text: string }

/** Why a batch was not written: SQLite's extended result code, 0 where the thread itself died. */
export class NotWritten extends Error {
  override readonly name = 'NotWritten'
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

export function startWriter(file: string): Writer {
  let worker: Worker | undefined
  let waiting: PromiseWithResolvers<void> | undefined

  const fail = (error: Error) => {
    waiting?.reject(error)
    waiting = undefined
  }
  const start = () => {
    const started = new Worker(fileURLToPath(new URL('./thread.ts', import.meta.url)), { workerData: { file } })
    started.on('message', (written: Written) => {
      if (worker !== started) return
      if (written.failed) return fail(new NotWritten(written.code, written.text))
      waiting?.resolve()
      waiting = undefined
    })
    // the next batch starts another one
    const gone = (why: string) => {
      if (worker !== started) return
      worker = undefined
      fail(new NotWritten(0, why))
    }
    started.on('error', (cause) => gone(`The thread of the ledger's journal died: ${cause}`))
    started.on('exit', () => gone("The thread of the ledger's journal has ended."))
    return started
  }

  worker = start()
  return {
    write(batch) {
      worker ??= start()
      waiting = Promise.withResolvers()
      worker.postMessage(batch)
      return waiting.promise
    },
    async close() {
      if (worker === undefined) return
      const { promise, resolve } = Promise.withResolvers<void>()
      worker.once('exit', () => resolve())
      worker.postMessage(null)
      await promise
    },
  }
}
