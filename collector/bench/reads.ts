/** What a reader of the API waits for while much is stored. */
import { createChance } from './chance.ts'
import type { Collector } from './collector.ts'
import { type Figure, fixed, percentile, plain, type Section } from './figure.ts'
import type { Seeded } from './seed.ts'

/** @param calls of each kind, one after the other, each for something else where that is possible. */
export async function benchReads(collector: Collector, seeded: Seeded, calls: number): Promise<Section> {
  const { pick, below } = createChance(11)
  const figures: Figure[] = []
  const time = async (name: string, path: () => string) => {
    const times: number[] = []
    for (let i = -5; i < calls; i++) {
      const began = performance.now()
      const answer = await fetch(collector.url + path())
      await answer.arrayBuffer()
      if (answer.status !== 200) throw new Error(`${path()} answered ${answer.status}`)
      if (i >= 0) times.push(performance.now() - began)
    }
    const at = (rank: number) => `${fixed(percentile(times, rank))} ms`
    figures.push(plain(`${name}: p50`, at(50)), plain(`${name}: p99`, at(99)))
  }
  await time('GET /api/runs/{traceId}', () => `/api/runs/${pick(seeded.traceIds)}`)
  await time('GET /api/runs', () => '/api/runs')
  await time('GET /api/runs?agent=', () => `/api/runs?agent=${pick(['planner', 'coder', 'retriever', 'auditor'])}`)
  await time('GET /api/runs?q=', () => `/api/runs?q=user-${below(20_000)}`)
  return {
    title: `Reads over ${seeded.spans.toLocaleString('en-US')} stored spans, ${calls} calls each, one at a time`,
    figures,
  }
}
