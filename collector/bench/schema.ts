/** Bytes and CPU of our schema beside the OpenTelemetry exporter's: the same spans, the same engine, turn by turn. */
import { readFileSync } from 'node:fs'
import { createReader } from '../src/store/reader.ts'
import { createChance } from './chance.ts'
import { atLeast, atMost, type Figure, fixed, plain, type Section } from './figure.ts'
import type { OwnStore } from './own-store.ts'
import { cpuSeconds, settled } from './process-cpu.ts'
import type { Seeded } from './seed.ts'

export interface SchemaSettings {
  /** CPU seconds that each query is repeated for, at least; the kernel counts hundredths. */
  readonly cpuSeconds: number
}

const HOUR_MS = 3_600_000
const AIM_BYTES = 0.7
const AIM_CPU = 3

type Ask = () => Promise<unknown>

/** A question, asked of both. */
interface Question {
  readonly name: string
  readonly ours: Ask
  readonly theirs: Ask
}

export async function benchSchema(store: OwnStore, seeded: Seeded, settings: SchemaSettings): Promise<Section> {
  // what runs added up to is stored besides, a while after they ended
  while ((await store.store.settle()) > 0);
  await optimize(store)
  const figures = [...(await bytes(store, seeded.spans))]
  for (const { name, ours, theirs } of questions(store, seeded)) {
    const [own = Number.NaN, other = Number.NaN] = await compare(store.enginePid, settings.cpuSeconds, [ours, theirs])
    figures.push(atLeast(`${name}: times less CPU`, other / own, AIM_CPU, '×'))
    figures.push(plain(`${name}: CPU ms, ours / theirs`, `${fixed(own * 1000)} / ${fixed(other * 1000)}`))
  }
  const title = `Against the OpenTelemetry exporter’s schema, ${seeded.spans.toLocaleString('en-US')} spans in each`
  return { title, figures }
}

function questions(store: OwnStore, { traceIds, newestMs }: Seeded): readonly Question[] {
  const { pick } = createChance(5)
  const reader = createReader(store.reading, () => newestMs)
  const asks = (file: string, hours: number): Ask => {
    const text = readFileSync(new URL(`sql/${file}.sql`, import.meta.url), 'utf8')
    return () => store.reading.rows(text, { fromMs: newestMs - hours * HOUR_MS, traceId: pick(traceIds) })
  }
  const metric = (name: string, file: string, hours: number): Question => {
    return { name, ours: asks(file, hours), theirs: asks(`exporter-${file}`, hours) }
  }
  return [
    { name: 'one run by its trace ID', ours: () => reader.run(null, pick(traceIds)), theirs: asks('exporter-run', 0) },
    {
      name: 'newest 50 runs of 24 h',
      ours: () => reader.runs(null, { limit: 50, fromMs: newestMs - 24 * HOUR_MS }),
      theirs: asks('exporter-runs', 24),
    },
    metric('p95 latency by agent and 5 min, 24 h', 'latency', 24),
    metric('cost by model, 72 h', 'cost', 72),
    metric('errors by tool and agent, 24 h', 'errors', 24),
  ]
}

/** CPU seconds of the engine for one time of each, asked in turn until each has used enough. */
async function compare(pid: number, enough: number, asks: readonly Ask[]): Promise<readonly number[]> {
  for (const ask of asks) await ask()
  await settled(pid, 10_000)
  const used = asks.map((ask) => ({ ask, cpu: 0, times: 0 }))
  for (let left = used; left.length > 0; left = used.filter(({ cpu }) => cpu < enough)) {
    for (const one of left) {
      const before = cpuSeconds(pid)
      for (let i = 0; i < 5; i++) await one.ask()
      one.cpu += cpuSeconds(pid) - before
      one.times += 5
    }
  }
  return used.map(({ cpu, times }) => cpu / times)
}

interface TableBytes {
  readonly database: string
  readonly table: string
  readonly bytes: string
}

interface ColumnBytes {
  readonly name: string
  readonly bytes: string
}

async function optimize(store: OwnStore): Promise<void> {
  for (const { database, table } of await tables(store)) await store.run(`OPTIMIZE TABLE ${database}.${table} FINAL`)
  await settled(store.enginePid, 60_000)
}

const tables = (store: OwnStore) =>
  store.reading.rows<TableBytes>(
    `SELECT database, table, toString(sum(bytes_on_disk)) AS bytes FROM system.parts
     WHERE active AND database IN ('default', 'exporter') AND table != 'schema_migrations'
     GROUP BY database, table ORDER BY sum(bytes_on_disk) DESC`,
  )

async function bytes(store: OwnStore, spans: number): Promise<readonly Figure[]> {
  const all = await tables(store)
  const of = (wanted: string) => all.filter(({ database }) => database === wanted)
  const sum = (some: readonly TableBytes[]) => some.reduce((total, one) => total + Number(one.bytes), 0) / spans
  const ours = sum(of('default'))
  const theirs = sum(of('exporter'))
  const share = (some: readonly TableBytes[]) => some.map((one) => `${one.table} ${fixed(Number(one.bytes) / spans)}`)
  return [
    atMost('bytes a span, ours / theirs', ours / theirs, AIM_BYTES, '×'),
    plain('bytes a span, ours', `${fixed(ours)} = ${share(of('default')).join(' + ')}`),
    plain('bytes a span, theirs', `${fixed(theirs)} = ${share(of('exporter')).join(' + ')}`),
    plain('largest columns of spans', await largest(store, "database = 'default' AND table = 'spans'", spans)),
    plain('largest columns of otel_traces', await largest(store, "table = 'otel_traces'", spans)),
  ]
}

async function largest(store: OwnStore, where: string, spans: number): Promise<string> {
  const columns = await store.reading.rows<ColumnBytes>(
    `SELECT name, toString(data_compressed_bytes) AS bytes FROM system.columns
     WHERE ${where} ORDER BY data_compressed_bytes DESC LIMIT 12`,
  )
  return columns.map((column) => `${column.name} ${fixed(Number(column.bytes) / spans)}`).join(', ')
}
