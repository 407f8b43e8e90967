/** `outrider alerts export`: the rules for Prometheus. */
import { exportRules } from '../alert-export.ts'
import { loadRules, PACKS, packFile } from '../alert-rules.ts'
import { CommandFailure, exitCode } from './failure.ts'
import type { Terminal } from './terminal.ts'

export interface ExportAlertsOptions {
  /** Files of rules instead of the default pack. */
  readonly rules?: readonly string[]
  /** Where runbooks are read. */
  readonly publicUrl: string
}

export function exportAlerts(terminal: Terminal, { rules, publicUrl }: ExportAlertsOptions): void {
  const loaded = load(rules ?? PACKS.map(packFile))
  const { text, without } = exportRules(loaded, publicUrl)
  for (const { rule, why } of without) terminal.talk(`without ${rule}: ${why}`)
  terminal.print(text.trimEnd().split('\n'))
}

function load(files: readonly string[]) {
  let loaded: ReturnType<typeof loadRules>
  try {
    loaded = loadRules(files)
  } catch (cause) {
    const { code, path } = cause as NodeJS.ErrnoException
    throw new CommandFailure(exitCode.usage, `${path} cannot be read (${code}).`)
  }
  if (loaded.ok) return loaded.rules
  const problems = loaded.problems.map(({ file, line, path, message }) => `${file}:${line}: ${path} ${message}`)
  throw new CommandFailure(exitCode.configuration, problems.join('\n'))
}
