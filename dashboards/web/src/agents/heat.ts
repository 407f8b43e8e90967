/** From figures to colours: what a cell of the health grid says. Pure. */
import { duration, money, plural } from '../format.ts'
import type { Agent, Agents, Fared, Step } from './agents-api.ts'

export const METRICS = ['success', 'latency', 'cost'] as const
export type Metric = (typeof METRICS)[number]

export interface Cell {
  readonly fromMs: number
  readonly toMs: number
  /** `null` where the agent took part in no run. */
  readonly step: Step | null
  /** How much of the cell is filled, 0 to 1; for success, the share of runs that failed. */
  readonly level: number
}

/** Sums of one agent, ready to be drawn. */
export interface Lane {
  readonly agent: Agent
  readonly cells: readonly Cell[]
}

/** Every step of the window for every agent, the most interesting agent first. */
export function lanesOf({ agents, from, to, stepMs }: Agents, metric: Metric): readonly Lane[] {
  const fromMs = Date.parse(from)
  const steps = Math.max(1, Math.ceil((Date.parse(to) - fromMs) / stepMs))
  const dearest = Math.max(0, ...agents.flatMap((agent) => agent.steps.map(({ costUsd }) => costUsd ?? 0)))
  return agents.toSorted(order(metric)).map((agent) => {
    const stepOf = new Map(agent.steps.map((step) => [Math.round((Date.parse(step.from) - fromMs) / stepMs), step]))
    const usual = median(agent.steps.flatMap(({ p95Ms }) => p95Ms ?? []))
    const cells = Array.from({ length: steps }, (_, n): Cell => {
      const step = stepOf.get(n) ?? null
      const at = fromMs + n * stepMs
      return { fromMs: at, toMs: at + stepMs, step, level: levelOf(step, metric, usual, dearest) }
    })
    return { agent, cells }
  })
}

function levelOf(step: Step | null, metric: Metric, usual: number | null, dearest: number): number {
  if (step === null) return 0
  if (metric === 'success') return step.failedRuns / step.runs
  if (metric === 'cost') return dearest === 0 ? 0 : (step.costUsd ?? 0) / dearest
  // against its own usual: what is slow for a summary is fast for research
  if (step.p95Ms === null || usual === null || usual === 0) return 0
  return clamp(Math.log2(step.p95Ms / usual) / SLOW_DOUBLINGS)
}

/** Four times the usual is as slow as it gets. */
const SLOW_DOUBLINGS = 2

/** Where the worst are: most failures, slowest, dearest; then most runs, then by name. */
function order(metric: Metric): (a: Agent, b: Agent) => number {
  const worth = (agent: Agent): number => {
    if (metric === 'cost') return agent.costUsd ?? -1
    if (metric === 'latency') return agent.p95Ms ?? -1
    return agent.failedRuns / agent.runs
  }
  return (a, b) => worth(b) - worth(a) || b.runs - a.runs || a.agent.localeCompare(b.agent)
}

/** @example failedShare({ runs: 8, failedRuns: 1 }) // '12.5 %' */
export function failedShare({ runs, failedRuns }: Pick<Fared, 'runs' | 'failedRuns'>): string {
  const percent = (100 * failedRuns) / runs
  if (percent > 99.9 && percent < 100) return '> 99.9 %'
  if (percent > 0 && percent < 0.1) return '< 0.1 %'
  return `${Number(percent.toFixed(1))} %`
}

/** A step or an agent in words. */
export function words({ runs, failedRuns, p95Ms, costUsd }: Fared): string {
  const failed = failedRuns === 0 ? 'none failed' : `${failedRuns} failed`
  return `${plural(runs, 'run')}, ${failed}, p95 ${duration(p95Ms)}, ${money(costUsd)}`
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? null
}

const clamp = (value: number) => Math.min(1, Math.max(0, value))
