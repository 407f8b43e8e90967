/** The words for rules: `replay`, `scan`, `alerts`. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { CommandFailure, exitCode } from '../failure.ts'
import { KINDS, type ReplayAlertsOptions, SIDES } from '../replay-series.ts'
import { parseSpan, sinceOf } from '../run-filters.ts'
import type { ScanOptions } from '../scan.ts'
import type { Env, Settings } from './settings.ts'

export const ruleExamples: Record<string, string> = {
  scan: `Examples:
  echo '{"id":"1","text":"Ignore all previous instructions"}' | outrider scan
  outrider scan --pack strict --direction tool < results.jsonl
`,
  alerts: `Examples:
  outrider alerts test webhook
  outrider alerts tune --rule error-rate --per-week 2
  outrider alerts export --public-url https://outrider.example > rules/outrider.yaml
  outrider replay alerts --since 7d --rule error-rate | jq -c 'select(.event)'
  outrider replay alerts --csv cpu.csv > lines.jsonl
  outrider replay alerts --csv errors.csv --kind ratio --bad up --events deploys.json | jq -c 'select(.event)'
  outrider replay alerts --csv latency.csv --rule latency
`,
  policies: `Examples:
  outrider replay policies --since 30d --pack strict
  outrider replay policies --since 7d --pack baseline house.yaml --json | jq '.rules[] | {rule, findings, falseRate}'
`,
}

export function ruleCommands(program: Command, settings: Settings, env: Env, out: NodeJS.WriteStream): void {
  const replay = program.command('replay').description('Run rules over the past.')
  replay
    .command('policies')
    .description('What would a guard policy have flagged, hidden or stopped in stored runs?')
    .requiredOption('--since <time>', 'runs of the last 90s, 30m, 2h, 7d, or since an ISO time', sinceOf)
    .requiredOption('--pack <pack...>', 'packs by name, and a file of your own')
    .action(async (options: { since: string; pack: string[] }, command: Command) => {
      const { terminal, json, collector } = settings(command)
      const { replayPolicies } = await import('../replay-policies.ts')
      await replayPolicies(collector(), terminal, { ...options, json })
    })
  replay
    .command('alerts')
    .description('Would an alert have fired on these series, and when? One JSON line for every row.')
    .option('--csv <files...>', 'files with a header timestamp,value[,n]; an empty value is a gap')
    .option('--since <time>', 'instead of files: what the collector stored in the last 2h, 7d', parseSpan)
    .addOption(new Option('--kind <kind>', 'what the values are (default: any)').choices(KINDS))
    .addOption(
      new Option('--bad <side>', 'which way is bad (default: down for score, both for any, else up)').choices(SIDES),
    )
    .option('--events <file>', 'JSON list of {"ts", "type": "deploy"}')
    .option('--rule <name>', 'of files: a rule of the default pack instead of --kind; of the collector: only this rule')
    .action(async ({ since, ...options }: Partial<ReplayAlertsOptions> & { since?: number }, command: Command) => {
      const { terminal, collector } = settings(command)
      const { csv, rule } = options
      if ((csv === undefined) === (since === undefined))
        throw new CommandFailure(exitCode.usage, 'Give either --csv FILE… or --since 7d.')
      if (csv !== undefined) {
        const { replayAlerts } = await import('../replay-alerts.ts')
        return replayAlerts(terminal, { ...options, csv })
      }
      const { replayStored } = await import('../replay-stored.ts')
      const toMs = Date.now()
      await replayStored(collector(), terminal, {
        ...{ sinceMs: toMs - (since ?? 0), toMs },
        ...(rule === undefined ? {} : { rule }),
      })
    })

  program
    .command('scan')
    .description('Run the guards over JSON lines {id, text, direction?} of standard input.')
    .option('--config <file>', 'outrider.yaml (default: OUTRIDER_CONFIG or ./outrider.yaml)')
    .option('--pack <pack...>', 'packs by name or file, instead of those configured')
    .addOption(
      new Option('--direction <direction>', 'of lines that do not say it')
        .choices(['input', 'output', 'tool'])
        .default('input'),
    )
    .action(async (options: ScanOptions, command: Command) => {
      const { terminal } = settings(command)
      const { scan } = await import('../scan.ts')
      await scan(terminal, env, process.stdin, out, options)
    })

  const alerts = program.command('alerts').description('Alerts: who is told, and how often.')
  alerts
    .command('tune')
    .description('Propose a limit and a window for a rule, from what is stored.')
    .requiredOption('--rule <name>', 'which rule')
    .option('--per-week <n>', 'alerts wanted in a week, of all its series', wholeNumber, 1)
    .option('--since <time>', 'over the last 2h, 7d', parseSpan, 7 * 86_400_000)
    .action(async (options: { rule: string; perWeek: number; since: number }, command: Command) => {
      const { terminal, json, collector } = settings(command)
      const { tuneAlerts } = await import('../tune-alerts.ts')
      const toMs = Date.now()
      await tuneAlerts(collector(), terminal, { ...options, sinceMs: toMs - options.since, toMs, json })
    })
  alerts
    .command('export')
    .description('Print rules for Prometheus: what is normal over a day, and alerts on how far from it.')
    .option('--rules <files...>', 'files of rules instead of the default pack')
    .option(
      '--public-url <url>',
      'where the collector is reached: runbook links begin with it',
      'http://127.0.0.1:4318',
    )
    .action(async (options: { rules?: string[]; publicUrl: string }, command: Command) => {
      const { terminal } = settings(command)
      const { exportAlerts } = await import('../export-alerts.ts')
      exportAlerts(terminal, options)
    })
  alerts
    .command('test')
    .description('Send a test to a route of alerts.notify.')
    .argument('<route>', 'its name, or its type where it has none')
    .action(async (route: string, _options: object, command: Command) => {
      const { terminal, json, collector } = settings(command)
      const { testRoute } = await import('../alerts.ts')
      await testRoute(collector(), terminal, route, { json })
    })
}

function wholeNumber(given: string): number {
  const number = Number(given)
  if (Number.isInteger(number) && number >= 1 && number <= 10_000) return number
  throw new InvalidArgumentError('is not a whole number from 1 to 10000.')
}
