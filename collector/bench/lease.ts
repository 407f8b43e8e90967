import { execFile } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { LeaseFigures } from '../../sdk/bench/lease.ts'
import { startCollector } from './collector.ts'
import { atLeast, fixed, plain, type Section } from './figure.ts'

const LEASING = fileURLToPath(new URL('leasing.ts', import.meta.url))

/** What a guarded call costs that asks the gate, beside one that a lease pays for. */
export async function benchLease({ dir, rounds }: { readonly dir: string; readonly rounds: number }): Promise<Section> {
  const collector = await startCollector(mkdtempSync(join(dir, 'lease-')))
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [LEASING, collector.url, String(rounds)])
    const { askedMicros, leasedMicros, ratio } = JSON.parse(stdout) as LeaseFigures
    return {
      title: 'Leases: a guarded call of the SDK, one after the other',
      figures: [
        atLeast('a round trip, in leased calls', ratio, 50, '×'),
        plain('µs a call, asked / leased', `${fixed(askedMicros)} / ${fixed(leasedMicros)}`),
      ],
    }
  } finally {
    await collector.stop()
  }
}
