/** Who keeps which alerts quiet: kept where all collectors see it, and kept when it is over. */
import { createHash } from 'node:crypto'
import { type Connection, statement } from './connect.ts'
import { storeError } from './failure.ts'
import { timeText } from './row-json.ts'
import type { SilenceStore, StoredSilence } from './sample-store.ts'

const all = statement('silences')

export function createSilences(reading: Connection, writing: Connection, now: () => number): SilenceStore {
  return {
    async writeSilence(silence) {
      const text = (ms: number) => timeText(BigInt(ms) * 1_000_000n)
      const { id, startsMs, endsMs } = silence
      const row = {
        id,
        starts: text(startsMs),
        ends: text(endsMs),
        body: JSON.stringify(silence),
        written_at: text(now()),
      }
      const block = Buffer.from(`${JSON.stringify(row)}\n`)
      const token = createHash('sha256').update(block).digest('hex').slice(0, 32)
      const into = `silences (${Object.keys(row).join()})`
      await writing.insert(into, 'JSONEachRow', block, token).catch((cause: unknown) => {
        throw storeError(cause, 'Storing a silence')
      })
    },
    async silences(endedAfterMs) {
      const rows = await reading.rows<{ body: string }>(all, { endedAfterMs })
      return rows.map(({ body }) => JSON.parse(body) as StoredSilence)
    },
  }
}
