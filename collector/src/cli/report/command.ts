/** `outrider report`: money, outcomes, risks and who to look at, for people who read it with their coffee. */
import { basename } from 'node:path'
import { budgetsSchema } from '../answers.ts'
import type { Collector } from '../collector.ts'
import { CommandFailure, exitCode } from '../failure.ts'
import type { Terminal } from '../terminal.ts'
import { agentsSchema, alertsSchema, guardsSchema, spendSchema, workflowsSchema } from './answers.ts'
import { callWebhook, mail, save } from './deliver.ts'
import type { Format } from './format.ts'
import { chartOf, html } from './html.ts'
import { markdown } from './markdown.ts'
import { PERIODS, type Period, type PeriodName, periodOf, type Window } from './period.ts'
import { composeReport, MOVER_KEYS, type MoverKey, type Report, type Told } from './report.ts'
import { titleOf } from './sections.ts'

export interface ReportOptions {
  /** The last day of the period (UTC); without it the period ends now. */
  readonly date?: string
  readonly format: Format
  /** Outcomes that are a success, with commas between. */
  readonly success?: string
  /** Where people reach the pages. */
  readonly pages?: string
  readonly out?: string
  readonly webhook?: string
  readonly secretFile?: string
  readonly email?: readonly string[]
  readonly from?: string
  readonly smtpUrlFile?: string
}

export async function report(
  collector: Collector,
  terminal: Terminal,
  name: PeriodName,
  options: ReportOptions,
  nowMs: number,
): Promise<void> {
  const { email, from, smtpUrlFile, webhook, out } = options
  if (email !== undefined && (from === undefined || smtpUrlFile === undefined)) {
    throw new CommandFailure(exitCode.usage, 'A mail needs a sender and a server.', 'Give --from and --smtp-url-file.')
  }
  const period = periodOf(name, options.date, nowMs)
  const told = await ask(collector, period, options.success)
  const made = composeReport(period, told, nowMs)
  const pages = (options.pages ?? collector.url).replace(/\/+$/, '')
  if (out !== undefined) {
    const picture = options.format === 'markdown' ? `${out.replace(/\.md$/, '')}.svg` : null
    if (picture !== null) save(picture, chartOf(made))
    save(out, written(made, options.format, pages, picture === null ? null : basename(picture)))
    terminal.talk(`Written to ${out}`)
  }
  if (webhook !== undefined) {
    await callWebhook(webhook, options.secretFile, `report.${name}`, made)
    terminal.talk('The webhook has it.')
  }
  if (email !== undefined) {
    const forms = { text: markdown(made, { pages, chart: null }), html: html(made, pages) }
    await mail({ from: from!, to: email, smtpUrlFile: smtpUrlFile!, subject: titleOf(made), ...forms })
    terminal.talk(`Sent to ${email.join(', ')}`)
  }
  if (out !== undefined || webhook !== undefined || email !== undefined) return
  if (options.format === 'json') return terminal.printJson(made)
  terminal.print(written(made, options.format, pages, null).trimEnd().split('\n'))
}

function written(made: Report, format: Format, pages: string, chart: string | null): string {
  if (format === 'json') return `${JSON.stringify(made)}\n`
  return format === 'html' ? html(made, pages) : markdown(made, { pages, chart })
}

async function ask(collector: Collector, period: Period, success: string | undefined): Promise<Told> {
  const within = ({ fromMs, toMs }: Window, more: Record<string, string> = {}) => {
    return new URLSearchParams({ from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), ...more })
  }
  const spendOf = async (window: Window, by: string) => {
    return (await collector.ask(spendSchema, '/api/spend', within(window, { by }))).value
  }
  const both = async (by: MoverKey) => {
    const [now, before] = await Promise.all([spendOf(period, by), spendOf(period.previous, by)])
    return [by, { now, before }] as const
  }
  const ended = success === undefined ? {} : { success }
  const [spend, days, workflows, agents, budgets, alerts, guards] = await Promise.all([
    Promise.all(MOVER_KEYS.map(both)),
    spendOf(period.chart, 'day'),
    collector.ask(workflowsSchema, '/api/workflows', within(period, ended)),
    collector.ask(agentsSchema, '/api/agents', within(period, { steps: String(PERIODS[period.name] * 24) })),
    collector.ask(budgetsSchema, '/api/budgets'),
    collector.ask(alertsSchema, '/api/alerts', within(period, { limit: '500' })),
    collector.ask(guardsSchema, '/api/guards', within(period, { limit: '1' })),
  ])
  return {
    spend: Object.fromEntries(spend) as Told['spend'],
    days,
    workflows: workflows.value.workflows,
    agents: agents.value.agents,
    budgets: budgets.value,
    alerts: alerts.value.recent,
    firing: alerts.value.open.filter(({ state }) => state === 'firing').map(({ identity }) => identity),
    findings: guards.value.rules,
  }
}
