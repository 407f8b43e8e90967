/** `outrider check [FILE]`: is this configuration right, without starting anything? */
import { existsSync } from 'node:fs'
import { loadRules, packFile, type RuleProblem } from '../alert-rules.ts'
import { type Config, loadConfig } from '../config.ts'
import { unknownName } from '../nearest.ts'
import { CommandFailure, exitCode } from './failure.ts'
import { plain } from './plain.ts'
import type { Terminal } from './terminal.ts'

export function check(
  terminal: Terminal,
  env: Readonly<Record<string, string | undefined>>,
  file: string | undefined,
  { json }: { readonly json: boolean },
): void {
  const loaded = loadConfig(env, file)
  const problems = loaded.ok
    ? []
    : loaded.problems.map((problem) => ({ ...problem, file: loaded.file ?? 'environment' }))
  if (loaded.ok) problems.push(...ruleProblems(loaded.config.alerts))
  const ok = problems.length === 0
  if (json) terminal.printJson({ ok, file: loaded.file, problems })
  if (ok) {
    const what = loaded.file === null ? 'There is no outrider.yaml; the defaults' : loaded.file
    if (!json) terminal.talk(`${what} and the environment are right. Next: outrider up`)
    return
  }
  if (!json) {
    terminal.print(
      problems.map(({ file: where, path, line, message }) => {
        const place = line > 0 ? `${where}:${line}` : where
        return plain(`${place}: ${path === '' ? '' : `${path}: `}${message}`)
      }),
    )
  }
  const many = problems.length === 1 ? 'One problem' : `${problems.length} problems`
  throw new CommandFailure(exitCode.configuration, `${many} in the configuration.`)
}

/** What is wrong with the rules that the configuration names. */
function ruleProblems({ packs, files, without }: Config['alerts']) {
  const missing: RuleProblem[] = []
  const there = files.filter((file) => {
    if (existsSync(file)) return true
    missing.push({ file, line: 0, path: 'alerts.files', message: 'no such file' })
    return false
  })
  const loaded = loadRules([...packs.map(packFile), ...there])
  if (!loaded.ok) return [...missing, ...loaded.problems]
  const names = loaded.rules.map(({ name }) => name)
  const unknown = without.filter((name) => !names.includes(name))
  const path = 'alerts.without'
  return [
    ...missing,
    ...unknown.map((name) => ({ file: path, line: 0, path, message: unknownName('rule', name, names) })),
  ]
}
