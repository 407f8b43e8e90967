/** Bids for what only one collector may do, where all of them see it. */
import { createHash, randomUUID } from 'node:crypto'
import { type Connection, statement } from './connect.ts'
import { storeError } from './failure.ts'
import { timeText } from './row-json.ts'
import type { LeaseStore } from './sample-store.ts'

const holderOf = statement('lease-holder')

export function createLeases(reading: Connection, writing: Connection): LeaseStore {
  return {
    async bid({ name, holder, sinceMs, alive, ttlMs }) {
      const row = { name, holder, since: timeText(BigInt(sinceMs) * 1_000_000n), alive }
      const block = Buffer.from(`${JSON.stringify(row)}\n`)
      // every bid counts, also one that says the same as the last
      const token = createHash('sha256').update(randomUUID()).digest('hex').slice(0, 32)
      const into = `leases (${Object.keys(row).join()})`
      await writing.insert(into, 'JSONEachRow', block, token).catch((cause: unknown) => {
        throw storeError(cause, 'Bidding for a lease')
      })
      const [first] = await reading.rows<{ holder: string }>(holderOf, { name, ttlMs })
      return first?.holder ?? null
    },
  }
}
