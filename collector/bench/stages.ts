/** What each step of the collector's own costs a span, alone in this process: it says what limits ingest. */
import { Bench } from 'tinybench'
import { defaultLimits } from '../src/receive/limits.ts'
import { decodeTraces } from '../src/receive/protobuf.ts'
import { fixed, plain, type Section } from './figure.ts'
import { batches } from './ingest.ts'
import { otlpBody } from './otlp-body.ts'
import { steps } from './stored-rows.ts'

/** @param timeMs how long each step is repeated. */
export async function benchStages(timeMs: number): Promise<Section> {
  const step = steps()
  const size = 512
  const requests = [...batches(20 * size, 1, size)].map((raws) => {
    const body = otlpBody(raws)
    const decoded = decodeTraces(body, defaultLimits).spans
    const canonical = step.canonical(decoded)
    const told = step.lineage(canonical)
    const priced = step.price(told)
    return { body, decoded, canonical, told, priced, redacted: step.redact(priced) }
  })
  const bench = new Bench({ time: timeMs, warmupTime: timeMs / 2 })
  let at = 0
  const next = () => requests[at++ % requests.length]!
  bench
    .add('decode', () => decodeTraces(next().body, defaultLimits))
    .add('canonical', () => step.canonical(next().decoded))
    .add('lineage', () => step.lineage(next().canonical))
    .add('price', () => step.price(next().told))
    .add('redact', () => step.redact(next().priced))
    .add('encode', () => step.encode(next().redacted, Date.now()))
  await bench.run()
  const costs = bench.tasks.map((task) => {
    if (task.result.state !== 'completed') throw new Error(`${task.name} did not complete: ${task.result.state}`)
    return { name: task.name, micros: (task.result.latency.mean * 1000) / size }
  })
  const bytes = requests.reduce((sum, { body }) => sum + body.length, 0) / requests.length / size
  const total = costs.reduce((sum, { micros }) => sum + micros, 0)
  return {
    title: 'Where the collector’s time goes, µs a span, each step alone',
    figures: [
      ...costs.map(({ name, micros }) => plain(name, fixed(micros))),
      plain('together', fixed(total)),
      plain('bytes of a span in protobuf', fixed(bytes)),
    ],
  }
}
