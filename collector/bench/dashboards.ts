/** What somebody waits for who opens a Grafana dashboard while much is stored. */
import { asked } from '../../dashboards/grafana/src/asked.ts'
import { fillMacros, fillVariables } from '../../dashboards/grafana/src/expand.ts'
import { CHOICES } from '../../dashboards/grafana/src/filter.ts'
import { createChance } from './chance.ts'
import type { Collector } from './collector.ts'
import { atMost, type Figure, fixed, percentile, plain, type Section } from './figure.ts'
import { cpuSeconds, settled } from './process-cpu.ts'
import type { Seeded } from './seed.ts'

const HOUR_MS = 3_600_000
const AIM_MS = 500
/** Points that Grafana asks for in a panel of half a screen. */
const POINTS = 600

interface Waited {
  readonly board: string
  readonly panel: string
  readonly ms: number
  /** Of the engine's process, which the kernel counts in hundredths of a second. */
  readonly cpuMs: number
}

/** @param turns how often each query is asked, each time over a slightly earlier time. */
export async function benchDashboards(collector: Collector, seeded: Seeded, turns: number): Promise<Section> {
  const { pick } = createChance(13)
  const waited: Waited[] = []
  await settled(collector.enginePid, 60_000)
  for (let turn = -1; turn < turns; turn++) {
    for (const { board, panel, rawSql, hours } of asked) {
      const toMs = seeded.newestMs - (turn + 1) * 7000
      const values = {
        ...Object.fromEntries(CHOICES.map((name) => [name, ['$__all']])),
        ...{ by: 'agent', only: 'all', traceId: pick(seeded.traceIds), outrider: '' },
      }
      const range = { fromMs: toMs - hours * HOUR_MS, toMs, intervalMs: (hours * HOUR_MS) / POINTS }
      const body = fillMacros(fillVariables(rawSql, values), range)
      const cpu = cpuSeconds(collector.enginePid)
      const began = performance.now()
      const answer = await fetch(`${collector.url}/clickhouse?default_format=Native`, { method: 'POST', body })
      const ms = performance.now() - began
      if (answer.status !== 200) throw new Error(`${board}, ${panel}: ${await answer.text()}`)
      await answer.arrayBuffer()
      // the first turn opens files and fills what the engine keeps of them
      const cpuMs = (cpuSeconds(collector.enginePid) - cpu) * 1000
      if (turn >= 0) waited.push({ board, panel, ms, cpuMs })
    }
  }
  const count = `${asked.length} queries, ${turns} times each, one at a time`
  return {
    title: `Dashboards over ${seeded.spans.toLocaleString('en-US')} stored spans: time to the first row, ${count}`,
    figures: figures(waited),
  }
}

/** What a busy machine does not change. */
function cpuOf(waited: readonly Waited[]): string {
  const used = waited.map(({ cpuMs }) => cpuMs)
  return `${fixed(percentile(used, 50))} / ${fixed(percentile(used, 95))} ms`
}

function figures(waited: readonly Waited[]): readonly Figure[] {
  const times = (some: readonly Waited[]) => some.map(({ ms }) => ms)
  const of = (board: string): Figure => {
    const some = waited.filter((one) => one.board === board)
    return atMost(`${board}: p95, ms`, percentile(times(some), 95), AIM_MS, '')
  }
  const slowest = waited.toSorted((a, b) => b.ms - a.ms)[0]
  return [
    atMost('all queries: p95, ms', percentile(times(waited), 95), AIM_MS, ''),
    plain('all queries: p50', `${fixed(percentile(times(waited), 50))} ms`),
    plain('all queries: CPU of the engine, p50 / p95', cpuOf(waited)),
    ...[...new Set(waited.map(({ board }) => board))].map(of),
    plain('slowest', slowest === undefined ? '–' : `${fixed(slowest.ms)} ms: ${slowest.board}, ${slowest.panel}`),
  ]
}
