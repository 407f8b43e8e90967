/**
 * A process that is to be killed: `node burst.ts FILE PREFIX` asks for holds, settles and releases them without a pause,
 * and says on stdout, a line each, what was answered.
 */
import { writeSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { aClaim, aHold, nano } from './fixture.ts'
import { openJournal } from './journal.ts'
import type { Ledger } from './ledger.ts'

/** The cap of all bursts together: more than they use, so that what is answered is `held`. */
export const LIMIT = 1_000_000_000
export const burstHold = (id: string) => aHold({ id, amount: 1000, claims: [aClaim('cap', { limit: LIMIT })] })

/** A pipe that is full is waited for: nothing that was answered may go unheard. */
function say(...words: readonly (string | number)[]): void {
  for (;;) {
    try {
      writeSync(1, `${words.join(' ')}\n`)
      return
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EAGAIN') throw cause
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
    }
  }
}

/** `id asked`, then `id held`, then for two of three `id settled 250` or `id released`; `unavailable` for what was not. */
async function call(ledger: Ledger, id: string, n: number): Promise<void> {
  say(id, 'asked')
  const outcome = await ledger.hold({ ...burstHold(id), expiresAt: Date.now() + 3_600_000 })
  say(id, outcome.kind)
  if (n % 3 === 0) {
    await ledger.settle(null, id, nano(n % 1000))
    say(id, 'settled', n % 1000)
  } else if (n % 3 === 1) {
    await ledger.release(null, id)
    say(id, 'released')
  }
}

async function main(file: string, prefix: string): Promise<void> {
  const ledger = await openJournal({ file })
  say('open')
  let n = 0
  const caller = async () => {
    for (;;) {
      n += 1
      try {
        await call(ledger, `${prefix}-${n}`, n)
      } catch {
        say('unavailable')
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    }
  }
  await Promise.all(Array.from({ length: 20 }, caller))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv[2]!, process.argv[3]!)
