/** The words for what ran: `runs`, `run`, `tail`, `import`. */
import type { Command } from 'commander'
import type { RunOptions } from '../run.ts'
import { parseSpan, type RunFilters, withRunFilters } from '../run-filters.ts'
import type { RunsOptions } from '../runs.ts'
import type { Settings } from './settings.ts'

export const runExamples: Record<string, string> = {
  runs: `Examples:
  outrider runs --since 2h --min-cost 0.50
  outrider runs --agent triage --status error
  outrider runs --json | jq -r '.runs[].traceId'
`,
  run: `Examples:
  outrider run 4bf92f3577b34da6a3ce929d0e0e4736
  outrider run 4bf92f3577b34da6a3ce929d0e0e4736 --full | less
  outrider run 4bf92f3577b34da6a3ce929d0e0e4736 --json | jq '.spans[] | select(.kind == "llm")'
`,
  tail: `Examples:
  outrider tail
  outrider tail --status error --json
`,
  import: `Examples:
  outrider import traces.jsonl
  outrider import export-*.json.gz spans.pb
  zcat old.jsonl.gz | outrider import -
`,
}

export function runCommands(program: Command, settings: Settings): void {
  withRunFilters(program.command('runs').description('List runs, newest first.'))
    .option('-n, --limit <n>', 'runs to list, 1 to 500 (default: 50)')
    .option('--since <time>', 'runs of the last 90s, 30m, 2h, 7d', parseSpan)
    .option('--from <time>', 'runs that started at this ISO time or later')
    .option('--to <time>', 'runs that started before this ISO time')
    .option('--search <text>', 'text in trace ID, name, agents, models, tools, user or session')
    .option('--cursor <cursor>', 'the next page')
    .action(async ({ since, ...options }: Omit<RunsOptions, 'sinceMs'> & { since?: number }, command: Command) => {
      const { terminal, json, collector } = settings(command)
      const { runs } = await import('../runs.ts')
      await runs(
        collector(),
        terminal,
        { ...options, ...(since === undefined ? {} : { sinceMs: since }), json },
        Date.now(),
      )
    })

  program
    .command('run')
    .description('Show one run as a tree.')
    .argument('<traceId>', '32 hexadecimal digits')
    .option('--full', 'with inputs, outputs and arguments', false)
    .action(async (traceId: string, { full }: Pick<RunOptions, 'full'>, command: Command) => {
      const { terminal, json, collector } = settings(command)
      const { run } = await import('../run.ts')
      await run(collector(), terminal, traceId, { full, json })
    })

  withRunFilters(program.command('tail').description('Show runs as they start and change.')).action(
    async (filters: RunFilters, command: Command) => {
      const { terminal, json, collector } = settings(command)
      const { tail } = await import('../tail.ts')
      await tail(collector(), terminal, { ...filters, json })
    },
  )

  program
    .command('import')
    .description('Send OTLP files: JSON, JSON lines or protobuf; gzip and zstd are recognised.')
    .argument('<files...>', 'files, or - for standard input')
    .action(async (files: string[], _options: object, command: Command) => {
      const { terminal, json, collector } = settings(command)
      const { importFiles } = await import('../import.ts')
      await importFiles(collector(), terminal, files, { json })
    })
}
