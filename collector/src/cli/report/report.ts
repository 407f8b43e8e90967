/** What a report says, made of what the collector answers: pure, so that every form of it says the same. */
import type { Budget } from '../answers.ts'
import type { Agent, Alert, GuardRule, Spend, SpendRow, Workflow } from './answers.ts'
import type { Period, Window } from './period.ts'

export interface Told {
  /** Of the period and of the one before, by each of `MOVER_KEYS`. */
  readonly spend: Readonly<Record<MoverKey, { readonly now: Spend; readonly before: Spend }>>
  /** By day of the chart. */
  readonly days: Spend
  readonly workflows: readonly Workflow[]
  readonly agents: readonly Agent[]
  readonly budgets: readonly Budget[]
  readonly alerts: readonly Alert[]
  /** Identities of alerts that fire now. */
  readonly firing: readonly string[]
  readonly findings: readonly GuardRule[]
}

export const MOVER_KEYS = ['agent', 'workflow', 'model'] as const
export type MoverKey = (typeof MOVER_KEYS)[number]

export interface Report {
  readonly period: string
  readonly from: string
  readonly to: string
  readonly generated: string
  readonly spend: {
    readonly totalUsd: number | null
    readonly previousUsd: number | null
    /** 0.25 is a quarter more than before; null where there is nothing to compare with. */
    readonly change: number | null
    readonly calls: number
    readonly days: readonly { readonly day: string; readonly costUsd: number }[]
    readonly unpriced: readonly {
      readonly provider: string | null
      readonly model: string | null
      readonly calls: number
    }[]
  }
  /** What changed the bill most, up or down. */
  readonly movers: readonly Mover[]
  readonly workflows: readonly Workflow[]
  readonly budgetsAtRisk: readonly BudgetAtRisk[]
  readonly alerts: readonly (Alert & { readonly firing: boolean })[]
  readonly findings: readonly GuardRule[]
  readonly slowest: readonly Agent[]
  readonly failing: readonly Agent[]
}

interface Mover {
  readonly by: MoverKey
  readonly key: string | null
  readonly costUsd: number
  readonly previousUsd: number
  readonly changeUsd: number
}

interface BudgetAtRisk {
  readonly name: string
  readonly scope: string
  readonly key: string
  readonly limitUsd: number
  readonly spentUsd: number
  readonly heldUsd: number
  /** Spent and held over the limit. */
  readonly used: number
  /** What will be spent at the window's end, going on like this; null where the window has no end or has just begun. */
  readonly projectedUsd: number | null
  readonly resetsAt: string | null
}

const MOST = 10
const MOST_MOVERS = 5
const RISK = 0.8
/** Before so much of a window nobody can tell where it leads. */
const EARLY = 0.1
/** Fewer runs say nothing about an agent. */
const ENOUGH_RUNS = 3

export function composeReport(period: Period, told: Told, nowMs: number): Report {
  const { now, before } = told.spend.model
  const calls = now.rows.reduce((sum, row) => sum + row.calls, 0)
  const known = told.agents.filter(({ runs }) => runs >= ENOUGH_RUNS)
  const failing = known
    .filter(({ failedRuns }) => failedRuns > 0)
    .sort(byFailures)
    .slice(0, MOST_MOVERS)
  return {
    period: period.name,
    from: iso(period.fromMs),
    to: iso(period.toMs),
    generated: iso(nowMs),
    spend: {
      totalUsd: now.totalUsd,
      previousUsd: before.totalUsd,
      change: before.totalUsd === null || before.totalUsd === 0 ? null : (now.totalUsd ?? 0) / before.totalUsd - 1,
      calls,
      days: daysOf(period.chart, told.days),
      unpriced: now.unpriced.slice(0, MOST),
    },
    movers: MOVER_KEYS.flatMap((by) => moversOf(by, told.spend[by].now.rows, told.spend[by].before.rows)),
    workflows: told.workflows.slice(0, MOST),
    budgetsAtRisk: told.budgets
      .map((budget) => riskOf(budget, nowMs))
      .filter(isAtRisk)
      .sort((a, b) => b.used - a.used),
    alerts: alertsOf(told),
    findings: told.findings.slice(0, MOST),
    slowest: known
      .filter((one) => one.p95Ms !== null && !failing.includes(one))
      .sort((a, b) => b.p95Ms! - a.p95Ms!)
      .slice(0, MOST_MOVERS),
    failing,
  }
}

const DAY_MS = 86_400_000
const iso = (ms: number): string => new Date(ms).toISOString()
const byFailures = (a: Agent, b: Agent): number => b.failedRuns / b.runs - a.failedRuns / a.runs || b.runs - a.runs

/** Every day of the chart, those without a call too. */
function daysOf({ fromMs, toMs }: Window, { rows }: Spend): Report['spend']['days'] {
  const costs = new Map(rows.map(({ key, costUsd }) => [key, costUsd ?? 0]))
  const days = Math.ceil((toMs - fromMs) / DAY_MS)
  return Array.from({ length: days }, (_, i) => {
    const day = iso(fromMs + i * DAY_MS).slice(0, 10)
    return { day, costUsd: costs.get(day) ?? 0 }
  })
}

function moversOf(by: MoverKey, now: readonly SpendRow[], before: readonly SpendRow[]): Mover[] {
  const costs = new Map<string | null, { costUsd: number; previousUsd: number }>()
  const of = (key: string | null) => costs.get(key) ?? { costUsd: 0, previousUsd: 0 }
  for (const { key, costUsd } of now) costs.set(key, { ...of(key), costUsd: costUsd ?? 0 })
  for (const { key, costUsd } of before) costs.set(key, { ...of(key), previousUsd: costUsd ?? 0 })
  return [...costs]
    .map(([key, cost]) => ({ by, key, ...cost, changeUsd: cost.costUsd - cost.previousUsd }))
    .filter(({ changeUsd }) => changeUsd !== 0)
    .sort((a, b) => Math.abs(b.changeUsd) - Math.abs(a.changeUsd))
    .slice(0, MOST_MOVERS)
}

function riskOf({ name, scope, key, limitUsd, spentUsd, heldUsd, window }: Budget, nowMs: number): BudgetAtRisk {
  const used = limitUsd === 0 ? 1 : (spentUsd + heldUsd) / limitUsd
  return {
    name,
    scope,
    key,
    limitUsd,
    spentUsd,
    heldUsd,
    used,
    projectedUsd: projected(spentUsd, window, nowMs),
    resetsAt: window.end,
  }
}

function projected(spentUsd: number, { start, end }: Budget['window'], nowMs: number): number | null {
  if (start === null || end === null) return null
  const length = Date.parse(end) - Date.parse(start)
  const gone = (nowMs - Date.parse(start)) / length
  return gone < EARLY || gone > 1 ? null : spentUsd / gone
}

const isAtRisk = ({ used, projectedUsd, limitUsd }: BudgetAtRisk): boolean => {
  return used >= RISK || (projectedUsd !== null && projectedUsd >= limitUsd)
}

/** What fired and was told, newest first; each with whether it still does. */
function alertsOf({ alerts, firing }: Told): Report['alerts'] {
  const fired = alerts.filter(({ event, told }) => event === 'fired' && told !== false)
  return fired.slice(0, MOST).map((alert) => ({ ...alert, firing: firing.includes(alert.identity) }))
}
