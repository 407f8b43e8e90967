import { execFile } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { WrapFigures } from '../../sdk/bench/wrap.ts'
import { startCollector } from './collector.ts'
import { atMost, type Figure, fixed, plain, type Section } from './figure.ts'

const WRAPPING = fileURLToPath(new URL('wrapping.ts', import.meta.url))
const OURS = ['without gate', 'with a lease', 'with gate']

/** What a wrapped client of openai adds to a call, beside other wrappers. */
export async function benchWrap({ dir, rounds }: { readonly dir: string; readonly rounds: number }): Promise<Section> {
  const collector = await startCollector(mkdtempSync(join(dir, 'wrap-')))
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [WRAPPING, collector.url, String(rounds)])
    const { bareMicros, added, roundTripMicros, missing } = JSON.parse(stdout) as WrapFigures
    const {
      'without gate': seen = Number.NaN,
      'with a lease': leased = Number.NaN,
      'with gate': asked = Number.NaN,
    } = added
    const others = Object.entries(added).filter(([name]) => !OURS.includes(name))
    return {
      title: 'Wrap: time that is added to a call of the openai client',
      figures: [
        atMost('µs without gate', seen, 50, ' µs'),
        atMost('µs with a lease', leased, 100, ' µs'),
        atMost('with gate, in round trips of the gate', asked / roundTripMicros, 1.5, '×'),
        plain('µs of a bare call / of a round trip', `${fixed(bareMicros)} / ${fixed(roundTripMicros)}`),
        ...others.map(
          ([name, micros]): Figure =>
            plain(`µs that ${name} adds; in ours without gate`, `${fixed(micros)}; ${fixed(micros / seen)}×`),
        ),
        ...(missing.length === 0
          ? []
          : [plain('not installed', `${missing.join(', ')}: npm install --prefix sdk/bench/peers`)]),
      ],
    }
  } finally {
    await collector.stop()
  }
}
