/** The words of the first ten minutes: `init`, `doctor`. */
import type { Command } from 'commander'
import type { Env, Settings } from './settings.ts'

export const projectExamples: Record<string, string> = {
  init: `Examples:
  outrider init                        in the directory of the application
  outrider init --dry-run ../shop      only print, send nothing
  outrider init --json | jq -r '.steps[].code[]'
`,
  doctor: `Examples:
  outrider doctor
  outrider doctor --json | jq '.findings[] | select(.state != "ok")'
`,
}

export function projectCommands(program: Command, settings: Settings, env: Env): void {
  program
    .command('init')
    .description('Look at a project, print the lines to add, and send a test run.')
    .argument('[directory]', 'of the application', '.')
    .option('-n, --dry-run', 'only print: reach nothing, send nothing', false)
    .action(async (directory: string, { dryRun }: { dryRun: boolean }, command: Command) => {
      const { terminal, json, collector } = settings(command)
      const { init } = await import('../project/init.ts')
      await init(collector(), terminal, directory, { dryRun, json }, Date.now())
    })
  program
    .command('doctor')
    .description('Say what is wrong, from here to the collector and back. Changes nothing.')
    .option('--config <file>', "the collector's outrider.yaml (default: OUTRIDER_CONFIG or ./outrider.yaml)")
    .action(async ({ config }: { config?: string }, command: Command) => {
      const { terminal, json, collector } = settings(command)
      const { doctor } = await import('../doctor/doctor.ts')
      await doctor(collector(), terminal, env, { ...(config === undefined ? {} : { config }), json }, Date.now)
    })
}
