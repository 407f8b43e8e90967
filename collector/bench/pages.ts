/** What somebody waits for who opens one of the collector's own pages while much is stored: what each asks the API. */
import { createChance } from './chance.ts'
import type { Collector } from './collector.ts'
import { atMost, type Figure, fixed, percentile, plain, type Section } from './figure.ts'
import { cpuSeconds, settled } from './process-cpu.ts'
import type { SeededMonth } from './seed.ts'

const HOUR_MS = 3_600_000
const DAY_HOURS = 24
const AIM_MS = 500

interface Question {
  readonly page: string
  /** The widest choice of the page, not how it opens. */
  readonly wide?: boolean
  path(): string
}

interface Waited extends Question {
  readonly ms: number
  readonly cpuMs: number
}

/** @param turns how often each is asked, each time over a slightly earlier time. */
export async function benchPages(collector: Collector, seeded: SeededMonth, turns: number): Promise<Section> {
  const waited: Waited[] = []
  await settled(collector.enginePid, 60_000)
  for (let turn = -1; turn < turns; turn++) {
    for (const question of questions(seeded, turn + 1)) {
      const cpu = cpuSeconds(collector.enginePid)
      const began = performance.now()
      const answer = await fetch(collector.url + question.path())
      const ms = performance.now() - began
      if (answer.status !== 200) throw new Error(`${question.path()}: ${await answer.text()}`)
      await answer.arrayBuffer()
      // the first turn opens files and fills what the engine keeps of them
      if (turn >= 0) waited.push({ ...question, ms, cpuMs: (cpuSeconds(collector.enginePid) - cpu) * 1000 })
    }
  }
  const data = `${seeded.spans.toLocaleString('en-US')} spans of ${seeded.runs.toLocaleString('en-US')} runs in 30 days`
  return {
    title: `Pages over ${data}: time to the first byte of what they ask, ${turns} times each`,
    figures: figures(waited),
  }
}

/** What each page asks when it is opened, then with its filters, further back, and with its longest time. */
function questions({ newestMs, traceIds, largest }: SeededMonth, turn: number): readonly Question[] {
  const { pick, below } = createChance(turn)
  const toMs = newestMs - turn * 7000
  const since = (hours: number) =>
    `from=${new Date(toMs - hours * HOUR_MS).toISOString()}&to=${new Date(toMs).toISOString()}`
  const agent = () => `${pick(['planner', 'coder', 'retriever', 'auditor'])}-${pick(['eu', 'us', 'asia'])}`
  const runs = (filter = '') => `/api/runs?limit=100${filter}`
  const [day, week, month] = [since(DAY_HOURS), since(7 * DAY_HOURS), since(30 * DAY_HOURS)]
  const asks = (page: string, ...paths: readonly string[]): Question[] =>
    paths.map((path) => ({ page, path: () => path }))
  const wide = (page: string, ...paths: readonly string[]) =>
    asks(page, ...paths).map((one) => ({ ...one, wide: true }))
  return [
    ...asks('runs', runs(), runs(`&${day}`), runs(`&agent=${agent()}`), runs('&status=error')),
    ...asks('runs', runs(`&failedAgent=${agent()}&${day}`)),
    ...asks(
      'runs',
      runs(`&q=user-${below(20_000)}`),
      runs(`&user=user-${below(20_000)}`),
      runs(`&to=${new Date(toMs - 9 * DAY_HOURS * HOUR_MS).toISOString()}`),
    ),
    ...wide(
      'runs',
      runs(`&${month}`),
      runs(`&${month}&agent=${agent()}&status=error`),
      runs(`&${month}&failedAgent=${agent()}`),
      runs('&q=nowhere-to-be-found'),
      runs(`&${month}&minCostUsd=0.5`),
    ),
    ...asks('run', `/api/runs/${pick(traceIds)}`, `/api/runs/${pick(traceIds)}`),
    ...wide('run', `/api/runs/${largest.traceId}`),
    ...asks('agents', `/api/agents?${day}`, `/api/agents?${since(1)}`),
    ...wide('agents', `/api/agents?${week}`, `/api/agents?${month}`),
    ...asks('money', '/api/budgets', '/api/switches', '/api/decisions?limit=50'),
    ...asks(
      'money',
      `/api/spend?by=workflow&${day}`,
      `/api/workflows?${day}`,
      `/api/spend?by=model&${day}`,
      `/api/spend?by=user&${day}`,
    ),
    ...wide(
      'money',
      `/api/spend?by=workflow&${month}`,
      `/api/workflows?${month}`,
      `/api/spend?by=day&${month}`,
      `/api/spend?by=user&${month}`,
      `/api/spend?by=tenant&${week}`,
    ),
    ...asks('guards', `/api/guards?limit=50&from=${new Date(toMs - 7 * DAY_HOURS * HOUR_MS).toISOString()}`),
    ...wide('guards', `/api/guards?limit=50&from=${new Date(toMs - 30 * DAY_HOURS * HOUR_MS).toISOString()}`),
    ...asks('alerts', '/api/alerts?limit=100', '/api/alerts/rules'),
    ...asks('series of an alert', `/api/alerts/series?rule=error-rate&${since(6)}`),
    ...asks('approvals', '/api/approvals?limit=200'),
    ...asks('settings', '/api/settings', '/api/dialects'),
  ]
}

function figures(waited: readonly Waited[]): readonly Figure[] {
  const p95 = (some: readonly Waited[]) =>
    percentile(
      some.map(({ ms }) => ms),
      95,
    )
  const cpu = (some: readonly Waited[], rank: number) =>
    fixed(
      percentile(
        some.map(({ cpuMs }) => cpuMs),
        rank,
      ),
    )
  const opened = waited.filter(({ wide }) => !wide)
  const wide = waited.filter((one) => one.wide)
  const pages = [...new Set(waited.map(({ page }) => page))]
  const slowest = (some: readonly Waited[]) => {
    const one = some.toSorted((a, b) => b.ms - a.ms)[0]
    return one === undefined ? '–' : `${fixed(one.ms)} ms: ${one.path().replace(/\b(from|to)=[^&]*&?/g, '')}`
  }
  return [
    atMost('as they open: p95, ms', p95(opened), AIM_MS, ''),
    plain('as they open: CPU of the engine, p50 / p95', `${cpu(opened, 50)} / ${cpu(opened, 95)} ms`),
    ...pages.map((page) => atMost(`${page}: p95, ms`, p95(opened.filter((one) => one.page === page)), AIM_MS, '')),
    plain('slowest as they open', slowest(opened)),
    atMost('longest times and rare filters: p95, ms', p95(wide), AIM_MS, ''),
    plain('longest times and rare filters: CPU of the engine, p50 / p95', `${cpu(wide, 50)} / ${cpu(wide, 95)} ms`),
    plain('slowest of these', slowest(wide)),
  ]
}
