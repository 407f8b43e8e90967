/** The same runs in both schemas of one engine, in the order of their time, spread over three days. */
import { readFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import type { RawSpan } from '../src/receive/raw.ts'
import type { SpanRows } from '../src/store/row.ts'
import { createAgentRuns, SPANS_PER_RUN } from './agent-run.ts'
import { createChance } from './chance.ts'
import { encodeExporterRows, exporterColumns } from './exporter-row.ts'
import type { OwnStore } from './own-store.ts'
import { settled } from './process-cpu.ts'
import { createEnrich, steps } from './stored-rows.ts'

export const HOURS = 72
const BLOCK = 50_000

export interface Seeded {
  readonly spans: number
  /** Some of the runs, evenly spread. */
  readonly traceIds: readonly string[]
  readonly newestMs: number
}

export interface SeedSettings {
  readonly spans: number
  /** Fill the OpenTelemetry exporter's tables too. */
  readonly exporter: boolean
}

const sql = (name: string) => readFileSync(new URL(`sql/${name}.sql`, import.meta.url), 'utf8')

export async function seed(store: OwnStore, { spans, exporter }: SeedSettings): Promise<Seeded> {
  if (exporter) {
    await store.run('CREATE DATABASE exporter')
    for (const name of ['exporter-traces', 'exporter-lookup', 'exporter-lookup-view']) await store.run(sql(name))
  }
  const runs = Math.ceil(spans / SPANS_PER_RUN)
  const newestMs = Date.now() - 60_000
  const stepNs = (BigInt(HOURS) * 3_600_000_000_000n) / BigInt(runs)
  const firstNs = BigInt(newestMs) * 1_000_000n - stepNs * BigInt(runs)
  const nextRun = createAgentRuns(72)
  const blocks = createBlocks()
  const traceIds: string[] = []
  const kept = Math.max(1, Math.floor(runs / 2000))
  let inserting: Promise<unknown> = Promise.resolve()
  for (let at = 0; at < runs; at++) {
    const run = nextRun(firstNs + stepNs * BigInt(at))
    if (at % kept === 0) traceIds.push(run[0]!.traceId)
    blocks.add(run)
    // the block before goes out while this one is made
    if (at % 50 === 0) await setImmediate()
    if (blocks.size() < BLOCK && at < runs - 1) continue
    const { ours, theirs } = blocks.take()
    await inserting
    inserting = store
      .insert(ours)
      .then(() => (exporter ? store.insertInto(`exporter.otel_traces (${exporterColumns})`, theirs) : undefined))
  }
  await inserting
  await settled(store.enginePid, 120_000)
  return { spans: runs * SPANS_PER_RUN, traceIds, newestMs }
}

/** Rows of both schemas. Each run arrives by itself, a few seconds after it ended, as in life. */
function createBlocks() {
  const enrich = createEnrich()
  const { encode } = steps()
  const { below } = createChance(3)
  let parts: SpanRows[] = []
  let theirs: Buffer[] = []
  let size = 0
  return {
    add(run: readonly RawSpan[]): void {
      const received = Number(run.at(-1)!.endNs / 1_000_000n) + 100 + below(5000)
      parts.push(encode(enrich(run), received))
      theirs.push(encodeExporterRows(run))
      size += run.length
    },
    size: () => size,
    take(): { readonly ours: SpanRows; readonly theirs: Buffer } {
      const ours = {
        spans: Buffer.concat(parts.map((part) => part.spans)),
        content: Buffer.concat(parts.map((part) => part.content)),
        contentRows: parts.reduce((sum, part) => sum + part.contentRows, 0),
        count: size,
      }
      const block = { ours, theirs: Buffer.concat(theirs) }
      parts = []
      theirs = []
      size = 0
      return block
    },
  }
}
