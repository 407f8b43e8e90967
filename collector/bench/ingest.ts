/** Spans that the real collector acknowledges, beside the same rows given to an engine directly, turn by turn. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { RawSpan } from '../src/receive/raw.ts'
import type { SpanRows } from '../src/store/row.ts'
import { createAgentRuns, SERVICES } from './agent-run.ts'
import { type Collector, startCollector } from './collector.ts'
import { atLeast, fixed, median, plain, type Section } from './figure.ts'
import { openLoad } from './load.ts'
import { otlpBody } from './otlp-body.ts'
import { type OwnStore, openOwnStore } from './own-store.ts'
import { cpuSeconds, settled } from './process-cpu.ts'
import { createEnrich, steps } from './stored-rows.ts'

export interface IngestSettings {
  readonly dir: string
  /** Spans in one turn of each side. */
  readonly spans: number
  readonly rounds: number
  readonly connections: number
}

const BATCH = 512
const BLOCK = 10_000

export async function benchIngest({ dir, spans, rounds, connections }: IngestSettings): Promise<Section> {
  const ours = join(dir, 'ingest')
  const bare = join(dir, 'limit')
  for (const path of [ours, bare]) mkdirSync(path, { recursive: true })
  const store = await openOwnStore(bare)
  const collector = await startCollector(ours)
  const turns: Turn[] = []
  try {
    // the first turn warms up compilers and caches on both sides
    for (let round = 0; round <= rounds; round++) {
      const feed = prepare(round === 0 ? Math.ceil(spans / 3) : spans, round + 1)
      const turn = { ...(await throughCollector(collector, feed, connections)), ...(await intoEngine(store, feed)) }
      if (round > 0) turns.push(turn)
    }
  } finally {
    await collector.stop()
    await store.close()
  }
  const of = (read: (turn: Turn) => number) => median(turns.map(read))
  const million = (read: (turn: Turn) => number) => fixed((of(read) / spans) * 1e6)
  const shares = turns.map((turn) => `${fixed(turn.limitSeconds / turn.seconds)}`)
  return {
    title: `Ingest: ${spans.toLocaleString('en-US')} spans of 20 attributes a turn, ${BATCH} a request, ${connections} connections, median of ${rounds} turns`,
    figures: [
      plain('acknowledged spans/s', fixed(spans / of((turn) => turn.seconds))),
      plain('the engine’s own limit, rows/s', fixed(spans / of((turn) => turn.limitSeconds))),
      atLeast(
        'ratio to that limit',
        of((turn) => turn.limitSeconds / turn.seconds),
        0.4,
        '',
      ),
      plain('… by turn', shares.join('  ')),
      plain(
        'CPU s per million spans, collector',
        million((turn) => turn.collectorCpu),
      ),
      plain(
        'CPU s per million spans, its engine',
        million((turn) => turn.engineCpu),
      ),
      plain(
        'CPU s per million rows, engine alone',
        million((turn) => turn.limitCpu),
      ),
      plain(
        'CPU s per million spans, sender (shares the machine)',
        million((turn) => turn.senderCpu),
      ),
    ],
  }
}

interface Turn {
  readonly seconds: number
  readonly collectorCpu: number
  readonly engineCpu: number
  readonly senderCpu: number
  readonly limitSeconds: number
  readonly limitCpu: number
}

interface Feed {
  readonly bodies: readonly Buffer[]
  readonly blocks: readonly SpanRows[]
}

/** The same spans as requests and as blocks. New ones each time: the store keeps what it has seen once. */
function prepare(count: number, seed: number): Feed {
  const enrich = createEnrich()
  const { encode } = steps()
  const bodies: Buffer[] = []
  const blocks: SpanRows[] = []
  let block: RawSpan[] = []
  for (const batch of batches(count, seed)) {
    bodies.push(otlpBody(batch))
    block.push(...batch)
    if (block.length < BLOCK) continue
    blocks.push(encode(enrich(block), Date.now()))
    block = []
  }
  if (block.length > 0) blocks.push(encode(enrich(block), Date.now()))
  return { bodies, blocks }
}

/** Requests' worth of spans, each of one service, of the last hour. */
export function* batches(count: number, seed: number, size = BATCH): Generator<RawSpan[]> {
  const nextRun = createAgentRuns(seed)
  const since = BigInt(Date.now() - 3_600_000) * 1_000_000n
  const perService = SERVICES.map((): RawSpan[] => [])
  for (let left = count, run = 0; left > 0; run++) {
    const service = run % SERVICES.length
    const waiting = perService[service]!
    waiting.push(...nextRun(since + BigInt(run) * 50_000_000n, service))
    while (waiting.length >= size && left > 0) {
      const batch = waiting.splice(0, Math.min(size, left))
      left -= batch.length
      yield batch
    }
  }
}

async function throughCollector(collector: Collector, { bodies }: Feed, connections: number) {
  const load = openLoad(collector.url)
  const before = { collector: cpuSeconds(collector.pid), engine: cpuSeconds(collector.enginePid) }
  const sender = process.cpuUsage()
  const seconds = await load.flood(bodies, connections)
  const { user, system } = process.cpuUsage(sender)
  load.close()
  const collectorCpu = cpuSeconds(collector.pid) - before.collector
  // merges that the rows cause belong to their price
  await settled(collector.enginePid, 30_000)
  const engineCpu = cpuSeconds(collector.enginePid) - before.engine
  return { seconds, collectorCpu, engineCpu, senderCpu: (user + system) / 1e6 }
}

/** Three requests at once, so that the engine never waits for the next block. */
async function intoEngine(store: OwnStore, { blocks }: Feed) {
  const cpu = cpuSeconds(store.enginePid)
  const began = performance.now()
  let next = 0
  const one = async () => {
    while (next < blocks.length) await store.insert(blocks[next++]!)
  }
  await Promise.all([one(), one(), one()])
  const limitSeconds = (performance.now() - began) / 1000
  await settled(store.enginePid, 30_000)
  return { limitSeconds, limitCpu: cpuSeconds(store.enginePid) - cpu }
}
