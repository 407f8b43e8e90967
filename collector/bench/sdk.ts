import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Overhead } from '../../sdk/bench/overhead.ts'
import { atMost, fixed, plain, type Section } from './figure.ts'

const OVERHEAD = fileURLToPath(new URL('overhead.ts', import.meta.url))

/** What a span costs the application through our SDK, beside the bare OpenTelemetry SDK. */
export async function benchSdk({ rounds, runs }: { readonly rounds: number; readonly runs: number }): Promise<Section> {
  const { stdout } = await promisify(execFile)(process.execPath, [OVERHEAD, String(rounds), String(runs)])
  const { sdkMicros, bareMicros, ratio, spans, dropped } = JSON.parse(stdout) as Overhead
  if (dropped > 0) throw new Error(`${dropped} spans were dropped: the two sides did not send the same`)
  return {
    title: `SDK: CPU a span in the application, ${spans.toLocaleString('en-US')} spans`,
    figures: [
      atMost('ratio to the bare OpenTelemetry SDK', ratio, 1.15, '×'),
      plain('µs a span, ours / bare', `${fixed(sdkMicros)} / ${fixed(bareMicros)}`),
    ],
  }
}
