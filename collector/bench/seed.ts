/** The same runs in both schemas of one engine, in the order of their time, spread over three days. */
import { readFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import type { RawSpan } from '../src/receive/raw.ts'
import type { Span } from '../src/span.ts'
import type { SpanRows } from '../src/store/row.ts'
import { createAgentRuns, SPANS_PER_RUN } from './agent-run.ts'
import { createChance } from './chance.ts'
import { encodeExporterRows, exporterColumns } from './exporter-row.ts'
import { createMonth, DAY_MS, DAYS, judge } from './month.ts'
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

export interface SeededMonth extends Seeded {
  readonly runs: number
  /** The run with the most spans. */
  readonly largest: { readonly traceId: string; readonly spans: number }
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
  const blocks = createBlocks(exporter)
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

/** A month's runs. One run in 200 sends its last spans twice, half a second later. */
export async function seedMonth(store: OwnStore, wanted: number): Promise<SeededMonth> {
  const newestMs = Date.now() - 60_000
  const month = createMonth(wanted, newestMs)
  const blocks = createBlocks(false)
  const runs: (readonly [traceId: string, tenant: string])[] = []
  let largest = { traceId: '', spans: 0 }
  let spans = 0
  let inserting: Promise<unknown> = Promise.resolve()
  for (let at = 0; at < month.runs; at++) {
    const run = blocks.add(month.next(), month.decided)
    const [{ traceId, tenantId }] = run as [Span]
    runs.push([traceId, tenantId ?? ''])
    spans += run.length
    if (run.length > largest.spans) largest = { traceId, spans: run.length }
    if (at % 200 === 0) blocks.addAgain(run.slice(-3))
    if (at % 20 === 0) await setImmediate()
    if (blocks.size() < BLOCK && at < month.runs - 1) continue
    const { ours } = blocks.take()
    await inserting
    inserting = store.insert(ours)
  }
  await inserting
  await judge(store.store, runs, newestMs)
  // as the store itself does once a day has been left alone for a day
  for (let day = newestMs - DAYS * DAY_MS; day < newestMs - 2 * DAY_MS; day += DAY_MS) {
    await store.run(`OPTIMIZE TABLE spans PARTITION '${new Date(day).toISOString().slice(0, 10)}' FINAL`)
  }
  await settled(store.enginePid, 120_000)
  const kept = Math.max(1, Math.floor(runs.length / 2000))
  const traceIds = runs.filter((_, at) => at % kept === 0).map(([traceId]) => traceId)
  return { spans, runs: runs.length, traceIds, newestMs, largest }
}

/** Rows of both schemas. Each run arrives by itself, a few seconds after it ended, as in life. */
function createBlocks(exporter: boolean) {
  const enrich = createEnrich()
  const { encode } = steps()
  const { below } = createChance(3)
  let parts: SpanRows[] = []
  let theirs: Buffer[] = []
  let size = 0
  return {
    /** @param more what is told of the run besides. */
    add(run: readonly RawSpan[], more: (spans: readonly Span[]) => readonly Span[] = () => []): readonly Span[] {
      const received = Number(run.at(-1)!.endNs / 1_000_000n) + 100 + below(5000)
      const spans = enrich(run)
      const all = [...spans, ...more(spans)]
      parts.push(encode(all, received))
      if (exporter) theirs.push(encodeExporterRows(run))
      size += all.length
      return all
    },
    /** Spans that were sent before, half a second later. */
    addAgain(spans: readonly Span[]): void {
      const [{ startNs, durationNs }] = spans as [Span]
      parts.push(encode(spans, Number((startNs + durationNs) / 1_000_000n) + 6000))
      size += spans.length
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
