/** How late the collector's event loop is while it ingests: what the gate, on the same loop, would wait. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { startCollector } from './collector.ts'
import { atMost, fixed, plain, type Section } from './figure.ts'
import { batches } from './ingest.ts'
import { openLoad } from './load.ts'
import type { LoopDelay } from './loop-delay.ts'
import { otlpBody } from './otlp-body.ts'

export interface LoopSettings {
  readonly dir: string
  /** How long the paced load lasts. */
  readonly seconds: number
  /** Spans of the full load. */
  readonly spans: number
  readonly connections: number
}

const RATE = 500
const PACED_BATCH = 64

export async function benchLoop({ dir, seconds, spans, connections }: LoopSettings): Promise<Section> {
  const dataDir = join(dir, 'loop')
  mkdirSync(dataDir, { recursive: true })
  const bodies = (count: number, seed: number, size: number) => [...batches(count, seed, size)].map(otlpBody)
  const collector = await startCollector(dataDir)
  const load = openLoad(collector.url)
  try {
    await load.flood(bodies(10_240, 1, 512), connections)
    const paced = bodies(RATE * seconds, 2, PACED_BATCH)
    const atRate = await collector.loopDelay(() => load.pace(paced, (PACED_BATCH / RATE) * 1000))
    const full = bodies(spans, 3, 512)
    const flooded = await collector.loopDelay(() => load.flood(full, connections))
    return {
      title: 'Event-loop delay of the collector while it ingests, ms',
      figures: [...figures(`${RATE} spans/s`, atRate), ...figures('full load', flooded)],
    }
  } finally {
    load.close()
    await collector.stop()
  }
}

const figures = (when: string, delay: LoopDelay) => [
  plain(`${when}: p50`, fixed(delay.p50)),
  atMost(`${when}: p99`, delay.p99, 10, ' ms'),
  plain(`${when}: max`, fixed(delay.max)),
]
