/** The words for money: `budgets`, `report`, `hold`, `free`, `drill`, `reprice`. */
import { Argument, type Command, InvalidArgumentError, Option } from 'commander'
import type { DrillOptions } from '../drill/drill.ts'
import type { ReportOptions } from '../report/command.ts'
import { FORMATS } from '../report/format.ts'
import { PERIODS, type PeriodName } from '../report/period.ts'
import { sinceOf } from '../run-filters.ts'
import type { Settings } from './settings.ts'

export const moneyExamples: Record<string, string> = {
  budgets: `Examples:
  outrider budgets
  outrider budgets --json | jq '.budgets[] | select(.spentUsd > .limitUsd * 0.8)'
`,
  report: `Examples:
  outrider report daily
  outrider report weekly --format html --out week.html --pages https://outrider.example.com
  outrider report daily --email finance@example.com --from outrider@example.com --smtp-url-file /etc/outrider/smtp
`,
  hold: `Examples:
  outrider hold agent refunds --reason "loops over one order"
  outrider hold global all --reason "stop everything"
`,
  free: `Examples:
  outrider free agent refunds
`,
  drill: `Examples:
  outrider drill
  outrider drill --scope run --rate 500 --json
`,
  reprice: `Examples:
  outrider reprice --since 7d --dry-run
  outrider reprice --since 2026-11-01T00:00:00Z
`,
}

export function moneyCommands(program: Command, settings: Settings): void {
  program
    .command('budgets')
    .description('Show budgets: limit, spent, held; and what is stopped.')
    .action(async (_options: object, command: Command) => {
      const { terminal, json, collector } = settings(command)
      const { budgets } = await import('../budgets.ts')
      await budgets(collector(), terminal, { json })
    })

  program
    .command('report')
    .description('Write what was spent, what a success cost, and what to look at: Markdown, HTML or JSON.')
    .addArgument(new Argument('<period>', 'the last 24 hours or 7 days').choices(Object.keys(PERIODS)))
    .option('--date <day>', 'the day, or the 7 days, that end with this day (UTC), e.g. 2026-11-20')
    .addOption(new Option('--format <form>', 'what it is written as').choices(FORMATS).default('markdown'))
    .option('--success <outcomes>', 'outcomes that are a success, with commas between')
    .option('--pages <url>', 'where people reach the pages (default: the collector)')
    .option('--out <file>', 'write it to this file; with Markdown the chart beside it')
    .option('--webhook <url>', 'post it as JSON, as Standard Webhooks say')
    .option('--secret-file <file>', "the webhook's secret: whsec_…")
    .option('--email <addresses...>', 'mail it')
    .option('--from <address>', 'sender of the mail')
    .option('--smtp-url-file <file>', 'file with smtps://user:password@host')
    .action(async (period: PeriodName, options: ReportOptions, command: Command) => {
      const { terminal, json, collector } = settings(command)
      const { report } = await import('../report/command.ts')
      await report(collector(), terminal, period, json ? { ...options, format: 'json' } : options, Date.now())
    })

  const target = (name: 'hold' | 'free', description: string) => {
    program
      .command(name)
      .description(description)
      .argument('<scope>', 'global, tenant, user, session, workflow, agent, run, model or tool')
      .argument('<name>', 'which one; all for global')
      .option('--reason <text>', 'why; those who are stopped read it')
      .option('--by <name>', "who (default: the key's name)")
      .action(async (scope: string, which: string, options: { reason?: string; by?: string }, command: Command) => {
        const { terminal, json, collector } = settings(command)
        const commands = await import('../switch.ts')
        await commands[name](collector(), terminal, [scope, which], { ...options, json })
      })
  }
  target('hold', 'Stop everything of one name: nothing of it is granted once this answers.')
  target('free', 'Let it go on.')

  program
    .command('drill')
    .description('Trip a switch under load of its own and tell what slipped through; spends nothing.')
    .option('--scope <scope>', 'agent, workflow, user, session or run', 'agent')
    .option('--rate <n>', 'calls a second', wholeNumber, 200)
    .option('--seconds <n>', 'load before the switch, and after it', wholeNumber, 2)
    .option('--provider <name>', 'by which calls are priced', 'openai')
    .option('--model <name>', 'by which calls are priced', 'gpt-4o-mini')
    .action(async (options: Omit<DrillOptions, 'json'>, command: Command) => {
      const { terminal, json, collector } = settings(command)
      const { drill } = await import('../drill/drill.ts')
      await drill(collector(), terminal, { ...options, json })
    })

  program
    .command('reprice')
    .description("Price stored calls again with today's prices; what a library reported stays.")
    .requiredOption('--since <time>', 'calls of the last 90s, 30m, 2h, 7d, or since an ISO time', sinceOf)
    .option('--dry-run', 'tell what would change', false)
    .action(async (options: { since: string; dryRun: boolean }, command: Command) => {
      const { terminal, json, collector } = settings(command)
      const { reprice } = await import('../reprice.ts')
      await reprice(collector(), terminal, { ...options, json })
    })
}

function wholeNumber(given: string): number {
  const number = Number(given)
  if (Number.isInteger(number) && number >= 1 && number <= 10_000) return number
  throw new InvalidArgumentError('is not a whole number from 1 to 10000.')
}
