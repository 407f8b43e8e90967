/** What it costs to understand a span, by dialect, on payloads captured from the real libraries. */
import { Bench } from 'tinybench'
import { payload, payloads, sent } from '../capture/payload.ts'
import { decodeTraces as decodeJson } from '../src/receive/json.ts'
import { defaultLimits } from '../src/receive/limits.ts'
import { decodeTraces as decodeWire } from '../src/receive/protobuf.ts'
import type { RawSpan } from '../src/receive/raw.ts'
import { atLeast, fixed, plain, type Section } from './figure.ts'
import { steps } from './stored-rows.ts'

/** @param timeMs how long each dialect is repeated. */
export async function benchDialects(timeMs: number): Promise<Section> {
  const step = steps()
  const requests = payloads.flatMap((name) => sent(payload(name)).filter(({ path }) => path.endsWith('/v1/traces')))
  const decode = () =>
    requests.flatMap(({ isJson, body }) => (isJson ? decodeJson : decodeWire)(body, defaultLimits).spans)
  const mixed = decode()
  const byDialect = Map.groupBy(mixed, (raw) => step.canonical([raw])[0]!.dialect)
  const understood = step.canonical(mixed)
  const finished = step.redact(step.price(step.lineage(understood)))

  const bench = new Bench({ time: timeMs, warmupTime: timeMs / 2 })
  for (const [dialect, raws] of byDialect) bench.add(dialect, () => step.canonical(raws))
  bench
    .add(MIXED, () => step.canonical(mixed))
    .add('decode', decode)
    .add('enrich', () => step.redact(step.price(step.lineage(understood))))
    .add('encode', () => step.encode(finished, Date.now()))
  await bench.run()
  const micros = (name: string, spans: readonly RawSpan[]): number => {
    const task = bench.getTask(name)
    if (task?.result.state !== 'completed') throw new Error(`${name} did not complete`)
    return (task.result.latency.mean * 1000) / spans.length
  }
  const own = micros(MIXED, mixed)
  const all = own + micros('decode', mixed) + micros('enrich', mixed) + micros('encode', mixed)
  const lines = [...byDialect].map(([dialect, raws]) => ({ dialect, raws, cost: micros(dialect, raws) }))
  return {
    title: 'Understanding a span, µs by dialect, payloads captured from the libraries',
    figures: [
      ...lines
        .sort((a, b) => a.cost - b.cost)
        .map(({ dialect, raws, cost }) => plain(`${dialect} (${raws.length} spans)`, fixed(cost))),
      plain(`${MIXED} (${mixed.length} spans)`, fixed(own)),
      plain('its share of decode to encode', `${fixed((own / all) * 100)} %`),
      atLeast('mixed set, spans/s on one core', 1e6 / own, 50_000, ''),
    ],
  }
}

const MIXED = 'mixed set'
