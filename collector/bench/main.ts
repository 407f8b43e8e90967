/** `npm run bench`: what the collector, its store and the SDK reach on this machine. See README.md. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startCollector } from './collector.ts'
import { benchDashboards } from './dashboards.ts'
import { benchDialects } from './dialects.ts'
import type { Section } from './figure.ts'
import { benchGate } from './gate.ts'
import { benchIngest } from './ingest.ts'
import { benchLease } from './lease.ts'
import { benchLedger } from './ledger.ts'
import { benchLoop } from './loop.ts'
import { openOwnStore } from './own-store.ts'
import { benchPages } from './pages.ts'
import { benchReads } from './reads.ts'
import { ground, groundText, type Part, sectionText, writeResults } from './report.ts'
import { benchSchema } from './schema.ts'
import { benchSdk } from './sdk.ts'
import { type SeededMonth, seed, seedMonth } from './seed.ts'
import { benchStages } from './stages.ts'
import { benchWrap } from './wrap.ts'

const SECTIONS = ['ingest', 'dialects', 'loop', 'gate', 'ledger', 'reads', 'dashboards', 'schema', 'sdk'] as const
type Name = (typeof SECTIONS)[number]

const full = {
  spans: 5_000_000,
  turn: 150_000,
  rounds: 3,
  stageMs: 1000,
  connections: 64,
  pacedSeconds: 10,
  gateSeconds: 10,
  leaseRounds: 20,
  calls: 200,
  turns: 5,
  cpuSeconds: 1,
  sdk: { rounds: 30, runs: 500 },
}
/** Shows that everything works; its figures are of too little data to mean much. */
const quick: typeof full = {
  spans: 20_000,
  turn: 5120,
  rounds: 1,
  stageMs: 20,
  connections: 32,
  pacedSeconds: 1,
  gateSeconds: 0.3,
  leaseRounds: 2,
  calls: 3,
  turns: 1,
  cpuSeconds: 0.1,
  sdk: { rounds: 2, runs: 50 },
}

const { values } = parseArgs({
  options: {
    spans: { type: 'string' },
    only: { type: 'string' },
    json: { type: 'string' },
    month: { type: 'string' },
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})
const chosen = values.only?.split(',') ?? SECTIONS
const unknown = chosen.filter((name) => !SECTIONS.includes(name as Name))
const size = values.quick ? quick : full
const spans = Number(values.spans ?? size.spans)
if (unknown.length > 0 || !Number.isInteger(spans) || spans < 1000) {
  process.stderr.write(`bench: --only takes ${SECTIONS.join(',')}; --spans takes a whole number from 1000 on\n`)
  process.exit(2)
}
if (process.platform !== 'linux') {
  process.stderr.write('bench: CPU time is read from /proc, which only Linux has\n')
  process.exit(2)
}

const where = ground(values)
const parts: (Part & { readonly name: Name; readonly sections: Section[] })[] = []
const dir = mkdtempSync(join(tmpdir(), 'outrider-bench-'))
const clean = () => rmSync(dir, { recursive: true, force: true })
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
process.once('exit', clean)

process.stdout.write(`${groundText(where)}\n`)
const wanted = (name: Name) => chosen.includes(name)
if (wanted('ingest')) {
  const { turn, rounds, connections, stageMs } = size
  show('ingest', await benchIngest({ dir, spans: turn, rounds, connections }))
  show('ingest', await benchStages(stageMs))
}
if (wanted('dialects')) show('dialects', await benchDialects(size.stageMs / 4))
if (wanted('loop')) {
  const { pacedSeconds, turn, connections } = size
  show('loop', await benchLoop({ dir, seconds: pacedSeconds, spans: turn, connections }))
}
if (wanted('gate')) {
  for (const section of await benchGate({ dir, seconds: size.gateSeconds })) show('gate', section)
  show('gate', await benchLease({ dir, rounds: size.leaseRounds }))
}
if (wanted('ledger')) show('ledger', await benchLedger({ dir, seconds: size.gateSeconds / 2 }))
if (wanted('reads') || wanted('schema')) await overStored()
if (wanted('dashboards')) await overMonth(values.month ?? join(dir, 'month'))
if (wanted('sdk')) {
  show('sdk', await benchSdk(size.sdk))
  show('sdk', await benchWrap({ dir, rounds: size.sdk.rounds }))
}
if (values.json !== undefined)
  writeFileSync(
    values.json,
    `${JSON.stringify({ ...where, sections: parts.flatMap(({ sections }) => sections) }, null, 2)}\n`,
  )
if (values.write) writeResults(new URL('README.md', import.meta.url), where, parts, SECTIONS)

/** What needs much stored data shares it: it takes longer to make than to measure. */
async function overStored(): Promise<void> {
  const data = join(dir, 'stored')
  const filling = await openOwnStore(data)
  const seeded = await seed(filling, { spans, exporter: wanted('schema') })
  await filling.close()
  if (wanted('reads')) {
    const collector = await startCollector(data)
    show('reads', await benchReads(collector, seeded, size.calls))
    await collector.stop()
  }
  if (wanted('schema')) {
    const store = await openOwnStore(data)
    show('schema', await benchSchema(store, seeded, { cpuSeconds: size.cpuSeconds }))
    await store.close()
  }
}

/** A month that stands in a directory of the caller's is used again: it takes longer to make than to measure. */
async function overMonth(data: string): Promise<void> {
  const told = join(data, 'seeded.json')
  mkdirSync(data, { recursive: true })
  const filling = await openOwnStore(data)
  if (!existsSync(told)) writeFileSync(told, JSON.stringify(await seedMonth(filling, spans)))
  // as a collector that has been up for an hour has it
  while ((await filling.store.settle()) > 0);
  await filling.run('OPTIMIZE TABLE run_sums FINAL')
  await filling.close()
  const seeded = JSON.parse(readFileSync(told, 'utf8')) as SeededMonth
  const collector = await startCollector(data)
  try {
    show('dashboards', await benchDashboards(collector, seeded, size.turns))
    show('dashboards', await benchPages(collector, seeded, size.turns))
  } finally {
    await collector.stop()
  }
}

function show(name: Name, section: Section): void {
  const part = parts.find((one) => one.name === name)
  if (part === undefined) parts.push({ name, sections: [section] })
  else part.sections.push(section)
  process.stdout.write(sectionText(section))
}
