/** `outrider init`: looks at a project, prints the lines to add, and sends a test run to see that it arrives. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Collector } from '../collector.ts'
import { CommandFailure, exitCode } from '../failure.ts'
import { plain } from '../plain.ts'
import type { Terminal } from '../terminal.ts'
import { findClients } from './clients.ts'
import { planOf } from './plan.ts'
import { readProject } from './project.ts'
import { sendTestRun, type TestRun } from './test-run.ts'

export interface InitOptions {
  /** Only print. */
  readonly dryRun: boolean
  readonly json: boolean
}

/** Prints the plan in any case; rejects where there is no project, and where the collector does not take the test run. */
export async function init(
  collector: Collector,
  terminal: Terminal,
  dir: string,
  { dryRun, json }: InitOptions,
  nowMs: number,
): Promise<void> {
  const folder = resolve(dir)
  if (!existsSync(folder)) throw new CommandFailure(exitCode.usage, `There is no directory ${folder}.`)
  const project = readProject(folder)
  if (project === null) {
    const hint = `Any OpenTelemetry exporter works without it: OTEL_EXPORTER_OTLP_ENDPOINT=${collector.url}`
    throw new CommandFailure(exitCode.usage, `There is neither a package.json nor a Python project in ${folder}.`, hint)
  }
  const clients = findClients(folder)
  const { found, steps } = planOf(project, clients, collector.url)
  if (!json) {
    for (const problem of project.problems) terminal.warn(problem)
    terminal.talk(`Found: ${[project.language, ...found].join(', ')}`)
    for (const { what, code } of steps) {
      terminal.print([terminal.paint('bold', `# ${what}`), ...code.map(plain), ''])
    }
  }
  let sent: TestRun | null = null
  try {
    sent = dryRun ? null : await sendTestRun(collector, project.name ?? 'app', nowMs)
  } finally {
    const { packages: _, ...rest } = project
    if (json) terminal.printJson({ version: 1, project: { ...rest, found }, steps, clients, testRun: sent })
  }
  if (sent === null || json) return
  terminal.talk('A test run was sent, stored and read back:')
  terminal.print([sent.link])
  terminal.talk('Next: start the application, then outrider doctor')
}
