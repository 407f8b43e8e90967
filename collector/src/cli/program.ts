/** The command: its words, options and help. What each does is in the file of its name, loaded when it is asked for. */
import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { createCollector } from './collector.ts'
import { CommandFailure, exitCode } from './failure.ts'
import { plainLines } from './plain.ts'
import { createTerminal } from './terminal.ts'
import { moneyCommands, moneyExamples } from './words/money.ts'
import { personCommands, personExamples } from './words/person.ts'
import { projectCommands, projectExamples } from './words/project.ts'
import { ruleCommands, ruleExamples } from './words/rule.ts'
import { runCommands, runExamples } from './words/run.ts'
import type { Env } from './words/settings.ts'

interface Globals {
  readonly url?: string
  readonly keyFile?: string
  readonly json?: boolean
  readonly quiet?: boolean
  readonly color: boolean
}

const examples: Record<string, string> = {
  outrider: `Examples:
  outrider up                          start the collector
  outrider runs --status error         what failed
  outrider run 4bf92f3577b34da6a3ce929d0e0e4736
  outrider tail --workflow refund      watch runs arrive
`,
  up: `Examples:
  outrider up
  outrider up --config outrider.yaml
`,
  ...runExamples,
  ...moneyExamples,
  ...personExamples,
  ...ruleExamples,
  ...projectExamples,
  check: `Examples:
  outrider check
  outrider check deploy/outrider.yaml
`,
  keys: `Examples:
  outrider keys new --scope ingest
  outrider keys new --scope read --tenant acme --name grafana
`,
  new: `Examples:
  outrider keys new --scope ingest
  outrider keys new --scope read,gate --tenant acme --name triage
`,
}

export function createProgram(env: Env, out: NodeJS.WriteStream, err: NodeJS.WriteStream): Command {
  const program = new Command('outrider')
    .description('Watch, rebuild and govern what your agents do.')
    .option('--url <url>', 'the collector (default: OUTRIDER_URL or http://127.0.0.1:4318)')
    .option('--key-file <file>', 'file with the API key (default: OUTRIDER_API_KEY)')
    .option('--json', 'data as JSON, for machines')
    .option('-q, --quiet', 'say nothing but data and failures')
    .option('--no-color', 'no colours (also: NO_COLOR, TERM=dumb)')
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => void out.write(text),
      writeErr: (text) => void err.write(plainLines(text).join('\n')),
    })
    .exitOverride()

  const settings = (command: Command) => {
    const globals = command.optsWithGlobals<Globals>()
    const terminal = createTerminal(out, err, { colour: wantsColour(globals, env, out), quiet: globals.quiet === true })
    const url = globals.url ?? (env.OUTRIDER_URL || 'http://127.0.0.1:4318')
    return { terminal, json: globals.json === true, collector: () => createCollector(url, readKey(globals, env)) }
  }

  program
    .command('up')
    .description('Start the collector: telemetry in on 4318 and 4317, pages and API on 4318.')
    .option('--config <file>', 'outrider.yaml (default: OUTRIDER_CONFIG or ./outrider.yaml)')
    .action(async ({ config }: { config?: string }) => {
      const { main } = await import('../main.ts')
      await main(config === undefined ? { ...env } : { ...env, OUTRIDER_CONFIG: config })
    })

  runCommands(program, settings)
  moneyCommands(program, settings)
  personCommands(program, settings)
  ruleCommands(program, settings, env, out)
  projectCommands(program, settings, env)

  program
    .command('check')
    .description('Check a configuration without starting.')
    .argument('[file]', 'default: OUTRIDER_CONFIG or ./outrider.yaml')
    .action(async (file: string | undefined, _options: object, command: Command) => {
      const { terminal, json } = settings(command)
      const { check } = await import('./check.ts')
      check(terminal, env, file, { json })
    })

  const keys = program.command('keys').description('Make API keys.')
  keys
    .command('new')
    .description('Make an API key.')
    .requiredOption('--scope <scopes>', 'ingest, gate, read, query, admin; several with commas')
    .option('--tenant <tenant>', 'bind the key to one tenant')
    .option('--name <name>', 'how the key is called in logs', 'key')
    .action(async (options: { scope: string; tenant?: string; name: string }, command: Command) => {
      const { terminal, json } = settings(command)
      const { parseScopes, printNewKey } = await import('./new-key.ts')
      printNewKey(terminal, { ...options, scope: parseScopes(options.scope), json })
    })

  addExamples(program)
  return program
}

function addExamples(command: Command): void {
  command.addHelpText('before', examples[command.name()] ?? '')
  for (const inner of command.commands) addExamples(inner)
}

function wantsColour({ color }: Globals, env: Env, out: NodeJS.WriteStream): boolean {
  if (!color || env.NO_COLOR) return false
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0'
  return out.isTTY === true && env.TERM !== 'dumb'
}

function readKey({ keyFile }: Globals, env: Env): string | null {
  const file = keyFile ?? env.OUTRIDER_API_KEY_FILE
  if (keyFile === undefined && env.OUTRIDER_API_KEY) return env.OUTRIDER_API_KEY.trim()
  if (file === undefined || file === '') return null
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (cause) {
    throw new CommandFailure(
      exitCode.usage,
      `The key file ${file} cannot be read (${(cause as NodeJS.ErrnoException).code}).`,
    )
  }
}
