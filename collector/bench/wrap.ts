import { execFile } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { WrapFigures } from '../../sdk/bench/wrap.ts'
import { startCollector } from './collector.ts'
import { atMost, type Figure, fixed, plain, type Section } from './figure.ts'

const WRAPPING = fileURLToPath(new URL('wrapping.ts', import.meta.url))
const OURS = ['without gate', 'with a lease']

/** What a wrapped client of openai adds to a call, beside other wrappers. */
export async function benchWrap({ dir, rounds }: { readonly dir: string; readonly rounds: number }): Promise<Section> {
  const data = mkdtempSync(join(dir, 'wrap-'))
  // an answer that guards judge makes a round trip of its own
  writeFileSync(join(data, 'outrider.yaml'), 'guards: { packs: [] }\n')
  const collector = await startCollector(data)
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [WRAPPING, collector.url, String(rounds)])
    const { bareMicros, added, roundTrips, missing } = JSON.parse(stdout) as WrapFigures
    const { 'without gate': seen = Number.NaN, 'with a lease': leased = Number.NaN } = added
    const others = Object.entries(added).filter(([name]) => !OURS.includes(name))
    return {
      title: 'Wrap: CPU that is added to a call of the openai client, nothing judged by guards',
      figures: [
        atMost('µs without gate', seen, 50, ' µs'),
        atMost('µs with a lease', leased, 100, ' µs'),
        atMost('with gate: round trips that are waited for', roundTrips, 1.5, '×'),
        plain('µs of a bare call', fixed(bareMicros)),
        ...others.map(
          ([name, micros]): Figure =>
            plain(`µs that ${name} adds; in ours without gate`, `${fixed(micros)}; ${fixed(micros / seen)}×`),
        ),
        ...(missing.length === 0
          ? []
          : [
              plain(
                'other wrappers not installed',
                `${missing.length}: ${missing.join(', ')}; npm install --prefix sdk/bench/peers`,
              ),
            ]),
      ],
    }
  } finally {
    await collector.stop()
  }
}
