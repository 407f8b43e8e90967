/** The report as headings, sentences and tables: Markdown and HTML are two ways to write the same. */
import { clock, count, duration, usd } from '../figures.ts'
import type { Report } from './report.ts'

export interface Section {
  readonly title: string
  readonly text: string
  readonly table: Table | null
}

export interface Table {
  readonly columns: readonly { readonly title: string; readonly right?: boolean }[]
  readonly rows: readonly (readonly Cell[])[]
}

/** A text from outside, or one of ours; with a link where it leads to a run. */
export interface Cell {
  readonly text: string
  readonly traceId?: string
}

export const titleOf = ({ period, from, to }: Report): string => {
  return `Outrider ${period}: ${clock(from).slice(0, 16)} to ${clock(to).slice(0, 16)} UTC`
}

/** In the order in which people ask. A section without rows says so in its sentence. */
export function sectionsOf(report: Report): readonly Section[] {
  return [
    money(report),
    movers(report),
    workflows(report),
    budgets(report),
    alerts(report),
    findings(report),
    agents(report),
  ]
}

const cell = (text: string): Cell => ({ text })
const named = (key: string | null): Cell => cell(key ?? '(not told)')
const left = (title: string) => ({ title })
const right = (title: string) => ({ title, right: true })
const percent = (part: number): string => `${Math.round(part * 100)} %`
const change = (amount: number): string => `${amount < 0 ? '−' : '+'}${usd(Math.abs(amount))}`

function money({ spend: { totalUsd, previousUsd, change: part, calls, unpriced } }: Report): Section {
  const total = totalUsd === null ? 'Nothing with a price was spent' : `${usd(totalUsd)} was spent`
  const than = previousUsd === null ? '' : `, after ${usd(previousUsd)} in the time before`
  const by = part === null ? '' : ` (${part < 0 ? '−' : '+'}${percent(Math.abs(part))})`
  const missing = unpriced.length === 0 ? '' : ' These models have no price; what they cost is in no figure here:'
  return {
    title: 'Spend',
    text: `${total} on ${count(calls, 'call')}${than}${by}.${missing}`,
    table:
      unpriced.length === 0
        ? null
        : {
            columns: [left('Model without a price'), left('Provider'), right('Calls')],
            rows: unpriced.map(({ model, provider, calls: of }) => [named(model), named(provider), cell(count(of))]),
          },
  }
}

function movers({ movers: all }: Report): Section {
  return {
    title: 'What moved the bill',
    text: all.length === 0 ? 'Nothing changed against the time before.' : 'Against the time before, largest first:',
    table: {
      columns: [left('By'), left('Name'), right('Now'), right('Before'), right('Change')],
      rows: all.map(({ by, key, costUsd, previousUsd, changeUsd }) => [
        ...[cell(by), named(key), cell(usd(costUsd)), cell(usd(previousUsd))],
        cell(change(changeUsd)),
      ]),
    },
  }
}

function workflows({ workflows: all }: Report): Section {
  const band = ({ low, high }: { low: number | null; high: number | null }): string => {
    if (low === null) return 'no success'
    if (high === null) return `${usd(low)} or more`
    return low === high ? usd(low) : `${usd(low)} to ${usd(high)}`
  }
  const hasUnknown = all.some(({ unknown }) => unknown > 0)
  const why = hasUnknown ? ' Where the outcome of some runs is not known, it lies between two figures.' : ''
  return {
    title: 'Cost of a success',
    text:
      all.length === 0
        ? 'No run started.'
        : `The money of all runs, failed and retried ones too, over those that succeeded.${why}`,
    table: {
      columns: [left('Workflow'), ...['Runs', 'Succeeded', 'Failed', 'Unknown', 'p95', 'Cost', 'A success'].map(right)],
      rows: all.map((one) => [
        ...[named(one.workflow), cell(count(one.runs)), cell(count(one.succeeded)), cell(count(one.failed))],
        ...[cell(count(one.unknown)), cell(one.p95Ms === null ? '' : duration(one.p95Ms))],
        ...[
          cell(one.costUsd === null ? '' : usd(one.costUsd)),
          cell(one.costUsd === null ? '' : band(one.costPerSuccessUsd)),
        ],
      ]),
    },
  }
}

function budgets({ budgetsAtRisk: all }: Report): Section {
  return {
    title: 'Budgets at risk',
    text:
      all.length === 0
        ? 'None is at 80 % of its limit or on its way over it.'
        : 'At 80 % of the limit or more, or on the way over it before they reset:',
    table: {
      columns: [
        left('Budget'),
        left('Key'),
        right('Used'),
        right('Limit'),
        right('Spent'),
        right('Held'),
        right('Going on'),
        left('Resets (UTC)'),
      ],
      rows: all.map((one) => [
        ...[cell(one.name), cell(`${one.scope} ${one.key}`), cell(percent(one.used)), cell(usd(one.limitUsd))],
        ...[
          cell(usd(one.spentUsd)),
          cell(usd(one.heldUsd)),
          cell(one.projectedUsd === null ? '' : usd(one.projectedUsd)),
        ],
        cell(one.resetsAt === null ? 'never' : clock(one.resetsAt)),
      ]),
    },
  }
}

function alerts({ alerts: all }: Report): Section {
  return {
    title: 'Alerts',
    text: all.length === 0 ? 'None fired.' : `${count(all.length, 'alert')} fired, newest first:`,
    table: {
      columns: [left('Time (UTC)'), left('Severity'), left('What'), left('Now'), left('Run')],
      rows: all.map(({ time, severity, text, firing, examples }) => [
        ...[cell(clock(time)), cell(severity), cell(text), cell(firing ? 'firing' : 'resolved')],
        examples[0] === undefined ? cell('') : { text: examples[0].slice(0, 8), traceId: examples[0] },
      ]),
    },
  }
}

function findings({ findings: all }: Report): Section {
  return {
    title: 'Guard findings',
    text: all.length === 0 ? 'None.' : 'By rule, most first:',
    table: {
      columns: [left('Rule'), left('Guard'), right('Findings'), right('Enforced'), right('Marked as false')],
      rows: all.map(({ rule, guard, findings: of, enforced, falseAlarms }) => [
        ...[cell(rule), cell(guard), cell(count(of)), cell(count(enforced)), cell(count(falseAlarms))],
      ]),
    },
  }
}

function agents({ slowest, failing }: Report): Section {
  const rows = [...failing.map((one) => ({ why: 'failing', one })), ...slowest.map((one) => ({ why: 'slow', one }))]
  return {
    title: 'Agents to look at',
    text: rows.length === 0 ? 'None has three runs or more to judge by.' : 'Those that fail most, then the slowest:',
    table: {
      columns: [left('Agent'), left('Why'), right('Runs'), right('Failed'), right('p95'), right('Cost')],
      rows: rows.map(({ why, one }) => [
        ...[cell(one.agent), cell(why), cell(count(one.runs)), cell(percent(one.failedRuns / one.runs))],
        ...[cell(one.p95Ms === null ? '' : duration(one.p95Ms)), cell(one.costUsd === null ? '' : usd(one.costUsd))],
      ]),
    },
  }
}
