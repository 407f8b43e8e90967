/** `outrider check [FILE]`: is this configuration right, without starting anything? */
import { loadConfig } from '../config.ts'
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
  const problems = loaded.ok ? [] : loaded.problems
  if (json) terminal.printJson({ ok: loaded.ok, file: loaded.file, problems })
  if (loaded.ok) {
    const what = loaded.file === null ? 'There is no outrider.yaml; the defaults' : loaded.file
    if (!json) terminal.talk(`${what} and the environment are right. Next: outrider up`)
    return
  }
  if (!json) {
    terminal.print(
      problems.map(({ path, line, message }) => {
        const place = line > 0 ? `${loaded.file ?? 'environment'}:${line}` : (loaded.file ?? 'environment')
        return plain(`${place}: ${path === '' ? '' : `${path}: `}${message}`)
      }),
    )
  }
  const many = problems.length === 1 ? 'One problem' : `${problems.length} problems`
  throw new CommandFailure(exitCode.configuration, `${many} in the configuration.`)
}
