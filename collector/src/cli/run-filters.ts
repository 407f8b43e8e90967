/** The filters that `runs` and `tail` share, as options and as parameters of `GET /api/runs`. */
import { type Command, InvalidArgumentError, Option } from 'commander'

export interface RunFilters {
  readonly workflow?: string
  readonly agent?: string
  readonly failedAgent?: string
  readonly user?: string
  readonly session?: string
  readonly tenant?: string
  readonly status?: string
  readonly model?: string
  readonly minCost?: string
}

export function withRunFilters(command: Command): Command {
  return command
    .option('--workflow <name>', 'runs of this workflow')
    .option('--agent <name>', 'runs in which this agent took part')
    .option('--failed-agent <name>', 'runs in which this agent failed')
    .option('--user <id>', 'runs of this user')
    .option('--session <id>', 'runs of this session')
    .option('--tenant <id>', 'runs of this tenant')
    .addOption(new Option('--status <status>', 'runs with this status').choices(['ok', 'error', 'unset']))
    .option('--model <name>', 'runs that called this model')
    .option('--min-cost <usd>', 'runs that cost at least this much')
}

export function searchOf(filters: RunFilters): URLSearchParams {
  const { minCost, workflow, agent, failedAgent, user, session, tenant, status, model } = filters
  const search = new URLSearchParams()
  const named = { workflow, agent, failedAgent, user, session, tenant, status, model, minCostUsd: minCost }
  for (const [name, value] of Object.entries(named)) if (value !== undefined) search.set(name, value)
  return search
}

const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** `90s 30m 2h 7d` as milliseconds. */
export function parseSpan(text: string): number {
  const match = /^(\d{1,6})([smhd])$/.exec(text)
  if (match === null) throw new InvalidArgumentError('Give a time such as 90s, 30m, 2h or 7d.')
  return Number(match[1]) * unitMs[match[2] as keyof typeof unitMs]
}

/** A length of time back from now, as an ISO time; an ISO time (or what the collector shall judge) as it is. */
export function sinceOf(text: string): string {
  return /^\d+[smhd]$/.test(text) ? new Date(Date.now() - parseSpan(text)).toISOString() : text
}
