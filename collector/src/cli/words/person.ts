/** The words for people who are asked: `approvals`, `approve`, `deny`. */
import type { Command } from 'commander'
import type { ApprovalsOptions, WordOptions } from '../approvals.ts'
import type { Settings } from './settings.ts'

export const personExamples: Record<string, string> = {
  approvals: `Examples:
  outrider approvals
  outrider approvals --all --json | jq '.approvals[] | select(.state == "denied")'
`,
  approve: `Examples:
  outrider approve apr_8f14e45fceea167a5a36dedd --reason "the customer called"
`,
  deny: `Examples:
  outrider deny apr_8f14e45fceea167a5a36dedd --by dana --reason "not this much"
`,
}

export function personCommands(program: Command, settings: Settings): void {
  program
    .command('approvals')
    .description('Show the calls that wait for a person.')
    .option('--all', 'also what was decided', false)
    .action(async ({ all }: Pick<ApprovalsOptions, 'all'>, command: Command) => {
      const { terminal, json, collector } = settings(command)
      const { approvals } = await import('../approvals.ts')
      await approvals(collector(), terminal, { all, json })
    })
  for (const [word, description] of [
    ['approve', 'Say yes: the call may happen, once.'],
    ['deny', 'Say no.'],
  ] as const) {
    program
      .command(word)
      .description(description)
      .argument('<id>', 'as `outrider approvals` lists it')
      .option('--reason <text>', 'why; the agent reads it')
      .option('--by <name>', "who (default: the key's name)")
      .action(async (id: string, options: Omit<WordOptions, 'json'>, command: Command) => {
        const { terminal, json, collector } = settings(command)
        const { decide } = await import('../approvals.ts')
        await decide(collector(), terminal, [word, id], { ...options, json })
      })
  }
}
