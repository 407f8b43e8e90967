import { describe, expect, it, test } from 'vitest'
import type { Agent, Alert, Spend } from './answers.ts'
import { html } from './html.ts'
import { markdown } from './markdown.ts'
import { periodOf } from './period.ts'
import { composeReport, type Told } from './report.ts'

const NOW = Date.parse('2026-11-21T15:30:00Z')
const PAGES = 'http://127.0.0.1:4318'
const iso = (ms: number) => new Date(ms).toISOString().slice(0, 16)

describe('a period', () => {
  test.each([
    ['daily', undefined, '2026-11-20T15:30', '2026-11-21T15:30', '2026-11-19T15:30', '2026-11-08T00:00'],
    ['daily', '2026-11-20', '2026-11-20T00:00', '2026-11-21T00:00', '2026-11-19T00:00', '2026-11-07T00:00'],
    ['weekly', '2026-03-01', '2026-02-23T00:00', '2026-03-02T00:00', '2026-02-16T00:00', '2026-02-02T00:00'],
  ] as const)('%s of %s is from %s to %s', (name, date, from, to, before, chart) => {
    const period = periodOf(name, date, NOW)
    const times = [period.fromMs, period.toMs, period.previous.fromMs, period.chart.fromMs]
    expect(times.map(iso)).toEqual([from, to, before, chart])
    expect(period.previous.toMs).toBe(period.fromMs)
  })

  test.each(['2026-02-30', 'yesterday', '2026-11-20T00:00Z', ''])('of %j is refused', (date) => {
    expect(() => periodOf('daily', date, NOW)).toThrow(`'${date}' is not a date.`)
  })
})

const spend = (costs: Readonly<Record<string, number | null>>, unpriced: Spend['unpriced'] = []): Spend => {
  const rows = Object.entries(costs).map(([key, costUsd]) => ({ key, calls: 2, costUsd }))
  const known = rows.flatMap(({ costUsd }) => (costUsd === null ? [] : [costUsd]))
  return { rows, unpriced, totalUsd: known.length === 0 ? null : known.reduce((sum, cost) => sum + cost, 0) }
}
const agent = (name: string, given: Partial<Agent>): Agent => {
  return { agent: name, runs: 10, failedRuns: 0, p95Ms: 100, costUsd: 1, ...given }
}
const budget = (given: object): Told['budgets'][number] => ({
  ...{ name: 'cap', scope: 'agent', key: 'a', limitUsd: 10, spentUsd: 1, heldUsd: 0, unbackedUsd: 0, uncertainUsd: 0 },
  ...{ shadow: false, window: { start: '2026-11-21T00:00:00Z', end: '2026-11-22T00:00:00Z' } },
  ...given,
})
const alert = (identity: string, event: string): Alert => ({
  ...{ identity, event, rule: 'error_rate', severity: 'critical', time: '2026-11-21T12:00:00.000Z' },
  ...{ text: `${identity} fails`, examples: ['ab'.repeat(16)] },
})
const nothing: Told = {
  spend: {
    agent: { now: spend({}), before: spend({}) },
    workflow: { now: spend({}), before: spend({}) },
    model: { now: spend({}), before: spend({}) },
  },
  ...{ days: spend({}), workflows: [], agents: [], budgets: [], alerts: [], firing: [], findings: [] },
}
const compose = (told: Partial<Told>) => composeReport(periodOf('daily', undefined, NOW), { ...nothing, ...told }, NOW)

describe('a report', () => {
  it('compares with the time before', () => {
    const model = { now: spend({ a: 3, b: 2 }), before: spend({ a: 4 }) }
    const { spend: told } = compose({ spend: { ...nothing.spend, model } })
    expect(told).toMatchObject({ totalUsd: 5, previousUsd: 4, change: 0.25, calls: 4 })
    expect(compose({}).spend).toMatchObject({ totalUsd: null, previousUsd: null, change: null })
  })

  it('names what moved the bill, up and down, with what is new and what is gone', () => {
    const now = spend({ grew: 3, fell: 1, new: 0.5, same: 7 })
    const before = spend({ grew: 1, fell: 9, gone: 0.25, same: 7 })
    const { movers } = compose({ spend: { ...nothing.spend, agent: { now, before } } })
    expect(movers.map(({ by, key, changeUsd }) => [by, key, changeUsd])).toEqual([
      ['agent', 'fell', -8],
      ['agent', 'grew', 2],
      ['agent', 'new', 0.5],
      ['agent', 'gone', -0.25],
    ])
  })

  it('has every day of the chart', () => {
    const { days } = compose({ days: spend({ '2026-11-20': 2, '2026-11-08': 1 }) }).spend
    expect(days).toHaveLength(14)
    expect(days.filter(({ costUsd }) => costUsd > 0)).toEqual([
      { day: '2026-11-08', costUsd: 1 },
      { day: '2026-11-20', costUsd: 2 },
    ])
  })

  test.each([
    ['far from it', {}, false],
    ['spent to 80 %', { spentUsd: 8 }, true],
    ['held to 80 %', { spentUsd: 2, heldUsd: 6 }, true],
    ['going on over it', { spentUsd: 6.5 }, true],
    ['never resetting, half spent', { spentUsd: 5, window: { start: null, end: null } }, false],
    [
      'a window that has just begun',
      { spentUsd: 1, window: { start: '2026-11-21T15:00:00Z', end: '2026-11-22T15:00:00Z' } },
      false,
    ],
    ['nothing allowed', { limitUsd: 0, spentUsd: 0 }, true],
  ])('a budget %s is at risk: %s', (_what, given, isAtRisk) => {
    expect(compose({ budgets: [budget(given)] }).budgetsAtRisk).toHaveLength(isAtRisk ? 1 : 0)
  })

  it('judges agents by enough runs', () => {
    const agents = [
      agent('fails', { failedRuns: 5, p95Ms: 10 }),
      agent('slow', { p95Ms: 9000 }),
      agent('once', { runs: 1, failedRuns: 1, p95Ms: 99_999 }),
    ]
    const { failing, slowest } = compose({ agents })
    expect(failing.map((one) => one.agent)).toEqual(['fails'])
    expect(slowest.map((one) => one.agent)).toEqual(['slow'])
  })

  it('tells what fired and whether it still does', () => {
    const alerts = [alert('x', 'resolved'), alert('x', 'fired'), alert('y', 'fired')]
    const told = compose({ alerts, firing: ['y'] }).alerts
    expect(told.map(({ identity, firing }) => [identity, firing])).toEqual([
      ['x', false],
      ['y', true],
    ])
  })
})

describe('names from outside', () => {
  const hostile = '<img src=x onerror=alert(1)>|`*_[x](javascript:y)\n# h'
  const model = { now: spend({ [hostile]: 1 }, [{ provider: hostile, model: hostile, calls: 1 }]), before: spend({}) }
  const made = compose({
    spend: { ...nothing.spend, model },
    alerts: [{ ...alert(hostile, 'fired'), examples: ['../x'] }],
    agents: [agent(hostile, { failedRuns: 1 })],
  })

  it('are text in Markdown: no cell, link or heading more', () => {
    const text = markdown(made, { pages: PAGES, chart: null })
    // `\\|` is no cell
    const cells = text
      .split('\n')
      .map((line) => (line.startsWith('|') ? line.replaceAll('\\|', '').split('|').length : 0))
    const tables = cells.filter((count, i) => count > 0 && cells[i - 1] === 0)
    expect(tables).toEqual([5, 7, 7, 8])
    expect(cells.every((count, i) => count === 0 || !cells[i - 1] || count === cells[i - 1])).toBe(true)
    expect(text).not.toContain('<img')
    expect(text).not.toMatch(/(?<!\\)\]\((?!http:\/\/127)/)
    expect(text.split('\n').filter((line) => line.startsWith('# '))).toHaveLength(1)
  })

  it('are text in HTML', () => {
    const page = html(made, PAGES)
    expect(page).not.toContain('<img')
    expect(page).toContain('&lt;img src=x')
    expect(page).not.toContain('/runs/../x')
  })
})
