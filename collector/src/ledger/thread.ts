/** The thread that writes the journal: a batch comes, a commit is made, an answer goes. */
import { parentPort, workerData } from 'node:worker_threads'
import { type Batch, batchWriter } from './batch.ts'
import { openWriting } from './database.ts'
import type { Written } from './writer.ts'

const port = parentPort!
const db = openWriting((workerData as { file: string }).file)
const write = batchWriter(db)

port.on('message', (batch: Batch | null) => {
  if (batch === null) {
    db.close()
    port.close()
    return
  }
  port.postMessage(attempt(batch))
})

function attempt(batch: Batch): Written {
  try {
    write(batch)
    return { failed: false }
  } catch (cause) {
    const { errcode = 0, message } = cause as Error & { errcode?: number }
    return { failed: true, code: errcode, text: message }
  }
}
