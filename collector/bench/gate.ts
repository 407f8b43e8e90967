/** What the gate answers a second, journal and all, beside what the disk alone takes in the same minute; and how tight holds are. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import autocannon from 'autocannon'
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base'
import { payload, payloads, sent } from '../capture/payload.ts'
import { boundInput } from '../src/gate/input-bound.ts'
import { createTokenizers } from '../src/gate/tokenizer.ts'
import { decodeTraces as decodeJson } from '../src/receive/json.ts'
import { defaultLimits } from '../src/receive/limits.ts'
import { decodeTraces as decodeWire } from '../src/receive/protobuf.ts'
import { type Collector, startCollector } from './collector.ts'
import { atLeast, atMost, fixed, percentile, plain, type Section } from './figure.ts'
import { syncs } from './fsync.ts'
import { batches } from './ingest.ts'
import { openLoad } from './load.ts'
import { otlpBody } from './otlp-body.ts'
import { pacedChecks } from './paced-checks.ts'
import { cpuSeconds, settled } from './process-cpu.ts'
import { steps } from './stored-rows.ts'

export interface GateSettings {
  readonly dir: string
  /** How long each number of clients asks. */
  readonly seconds: number
}

const CLIENTS = [1, 50, 200]
const SPANS_A_SECOND = 500
/** Checks a second of a busy collector that is not at its limit. */
const STEADY = 1000
const PACED_BATCH = 64
const RULES = `budgets:
  - { name: all-day, scope: global, limitUsd: 1000000, window: day }
  - { name: run-cap, scope: run, limitUsd: 1000 }
  - { name: each-agent, scope: [workflow, agent], limitUsd: 100000, window: 24h }
`

export async function benchGate({ dir, seconds }: GateSettings): Promise<readonly Section[]> {
  const dataDir = join(dir, 'gate')
  mkdirSync(dataDir, { recursive: true })
  writeFileSync(join(dataDir, 'outrider.yaml'), RULES)
  const collector = await startCollector(dataDir)
  try {
    await ask(collector, 50, Math.min(seconds, 3))
    const alone = await rounds(collector, dataDir, seconds, () => settled(collector.enginePid, 30_000))
    const ingesting = await beside(collector, seconds, () => rounds(collector, dataDir, seconds, async () => {}))
    return [
      { title: 'Checks that hold on three budgets, every answer after its fsync', figures: alone },
      { title: `The same beside ingest of ${SPANS_A_SECOND} spans/s`, figures: ingesting },
      await tightness(),
    ]
  } finally {
    await collector.stop()
  }
}

/** @param calm waits until the rows of the round before are merged, where that ever comes. */
async function rounds(collector: Collector, dataDir: string, seconds: number, calm: () => Promise<unknown>) {
  const steady = async (when: string) => {
    await calm()
    const disk = percentile(await syncs(dataDir, Math.min(1, seconds)), 99)
    const times = await pacedChecks(collector.url, { connections: 50, rate: STEADY, seconds, body: checkBody })
    const p99 = percentile(times, 99)
    const name = `50 clients at ${STEADY} checks/s${when}`
    return [
      plain(`${name}: p50, ms`, fixed(percentile(times, 50))),
      plain(`${name}: p99, ms`, fixed(p99)),
      atMost(`${name}: p99 beyond the raw fsync’s`, p99 - disk, 10, ' ms'),
    ]
  }
  const figures = await steady('')
  for (const clients of CLIENTS) {
    await calm()
    const sync = await syncs(dataDir, Math.min(1, seconds))
    const used = cpuSeconds(collector.pid)
    const { rate, times } = await ask(collector, clients, seconds)
    const micros = ((cpuSeconds(collector.pid) - used) / times.length) * 1e6
    const [p50, p99, disk] = [percentile(times, 50), percentile(times, 99), percentile(sync, 99)]
    const name = `${clients} client${clients === 1 ? '' : 's'}`
    figures.push(
      clients === 50 ? atLeast(`${name}: checks/s`, rate, 3000, '') : plain(`${name}: checks/s`, fixed(rate)),
      plain(`${name}: p50, ms`, fixed(p50)),
      plain(`${name}: p99, ms`, fixed(p99)),
      plain(`${name}: CPU of the collector, µs a check`, fixed(micros)),
      plain(`… raw fsync before it: p50 and p99, ms`, `${fixed(percentile(sync, 50))} and ${fixed(disk)}`),
    )
    if (clients === 50) figures.push(atMost(`${name}: p99 beyond the raw fsync’s`, p99 - disk, 10, ' ms'))
  }
  figures.push(...(await steady(', right after those')))
  return figures
}

const checkBody = (id: string): string =>
  JSON.stringify({
    ...{ id, traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', kind: 'model' },
    ...{ agent: 'refunds', workflow: 'refund-desk', userId: 'u-17', sessionId: 's-4', provider: 'openai' },
    ...{ model: 'gpt-4o-mini', inputBytes: 4096, maxOutputTokens: 500 },
  })

/** Each client asks again once it is answered. */
async function ask({ url }: Collector, connections: number, seconds: number) {
  const times: number[] = []
  const body = checkBody('[<id>]')
  const { promise, resolve, reject } = Promise.withResolvers<autocannon.Result>()
  const running = autocannon(
    {
      ...{ url: `${url}/v1/gate/check`, method: 'POST', headers: { 'content-type': 'application/json' } },
      ...{ body, idReplacement: true, connections, duration: seconds },
    },
    (failed: unknown, result) => (failed === null ? resolve(result) : reject(failed)),
  )
  running.on('response', (_client, status, _bytes, ms) => {
    if (status === 200) times.push(ms)
  })
  const { non2xx, errors, duration } = await promise
  if (non2xx > 0 || errors > 0) throw new Error(`the gate failed ${non2xx + errors} checks`)
  return { rate: times.length / duration, times }
}

async function beside<T>({ url }: Collector, seconds: number, work: () => Promise<T>): Promise<T> {
  const load = openLoad(url)
  let going = true
  const bodies = [...batches(SPANS_A_SECOND * Math.max(1, Math.ceil(seconds)), 7, PACED_BATCH)].map(otlpBody)
  const ingest = (async () => {
    while (going) await load.pace(bodies, (PACED_BATCH / SPANS_A_SECOND) * 1000)
  })()
  try {
    return await work()
  } finally {
    going = false
    await ingest
    load.close()
  }
}

/** Bound over true tokens, on the conversations that collector/capture recorded of real libraries. */
async function tightness(): Promise<Section> {
  const tokenizers = createTokenizers()
  tokenizers.of('openai', 'gpt-4o')
  await tokenizers.ready()
  const count = tokenizers.of('openai', 'gpt-4o')
  const requests = payloads.flatMap((name) => sent(payload(name)).filter(({ path }) => path.endsWith('/v1/traces')))
  const raws = requests.flatMap(({ isJson, body }) => (isJson ? decodeJson : decodeWire)(body, defaultLimits).spans)
  const inputs = steps()
    .canonical(raws)
    .flatMap(({ kind, input }) => (kind === 'llm' && input !== null ? [readInput(input)] : []))
  let [byTokenizer, byBytes, truth] = [0, 0, 0]
  for (const input of inputs) {
    const own = boundInput({ input }, 'openai', 'gpt-4o', count)
    const bytes = boundInput({ input }, 'acme', 'acme-1', null)
    if (own.kind !== 'tokens' || bytes.kind !== 'tokens') continue
    byTokenizer += own.tokens
    byBytes += bytes.tokens
    truth += trueTokens(input)
  }
  return {
    title: `Tightness: bound over true tokens of ${inputs.length} recorded prompts`,
    figures: [
      plain('by the model’s own tokenizer', fixed(byTokenizer / truth)),
      plain('by bytes', fixed(byBytes / truth)),
    ],
  }
}

function readInput(text: string): string | unknown[] {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : text
  } catch {
    return text
  }
}

/** As OpenAI’s guide counts: texts, 3 a message, 3 for the answer. */
function trueTokens(input: string | unknown[]): number {
  if (typeof input === 'string') return countTokens(input) + 6
  return input.reduce<number>((sum, message) => sum + 3 + texts(message), 3)
}

function texts(value: unknown): number {
  if (typeof value === 'string') return countTokens(value)
  if (typeof value !== 'object' || value === null) return 0
  return Object.values(value).reduce<number>((sum, inner) => sum + texts(inner), 0)
}
