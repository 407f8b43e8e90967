/** `outrider doctor`: what is wrong, from here to the collector and back, and what to do about it. Changes nothing. */
import type { Collector } from '../collector.ts'
import { CommandFailure, type ExitCode, exitCode } from '../failure.ts'
import { count } from '../figures.ts'
import { plain } from '../plain.ts'
import type { Terminal } from '../terminal.ts'
import type { Finding } from './finding.ts'
import { checkConfig, checkDisk, checkPort, checkRuntime, checkSdk } from './machine.ts'
import { checkReady, checkScopes, checkUse, versionOf } from './remote.ts'

export interface DoctorOptions {
  /** The collector's configuration. */
  readonly config?: string
  readonly json: boolean
}

const COLOURS = { ok: 'green', warn: 'yellow', fail: 'red' } as const

/** Rejects, after it said everything, with the exit code of the first thing that has to be put right. */
export async function doctor(
  collector: Collector,
  terminal: Terminal,
  env: Readonly<Record<string, string | undefined>>,
  { config, json }: DoctorOptions,
  now: () => number,
): Promise<void> {
  const findings: Finding[] = []
  let code: ExitCode = exitCode.done
  const tell = (found: readonly Finding[], failing: ExitCode) => {
    findings.push(...found)
    if (code === exitCode.done && found.some(({ state }) => state === 'fail')) code = failing
    if (json) return
    for (const { state, message, hint } of found) {
      terminal.print([`${terminal.paint(COLOURS[state], state.padEnd(4))}  ${plain(message)}`])
      if (hint !== undefined && state !== 'ok') terminal.print([`      ${plain(hint)}`])
    }
  }
  const { finding, config: settings } = checkConfig(env, config)
  tell([finding], exitCode.configuration)
  tell([checkRuntime(process.version)], exitCode.failed)
  if (settings !== null) tell([checkDisk(settings)], exitCode.failed)
  let version: string | null = null
  try {
    tell(await checkReady(collector, now), exitCode.failed)
    const { findings: scopes, read, refused } = await checkScopes(collector)
    tell(scopes, refused ? exitCode.refused : exitCode.failed)
    if (read) {
      version = await versionOf(collector)
      tell(await checkUse(collector, now()), exitCode.failed)
    }
  } catch (cause) {
    if (!(cause instanceof CommandFailure)) throw cause
    tell(
      [{ check: 'reach', state: 'fail', message: cause.message, ...(cause.hint && { hint: cause.hint }) }],
      cause.exitCode,
    )
    if (cause.exitCode === exitCode.unreachable) tell([await checkPort(collector.url)], exitCode.unreachable)
  }
  tell(checkSdk(process.cwd(), version), exitCode.failed)
  if (json) terminal.printJson({ version: 1, ok: code === exitCode.done, url: collector.url, findings })
  const [failed, warned] = (['fail', 'warn'] as const).map(
    (state) => findings.filter((one) => one.state === state).length,
  )
  if (code !== exitCode.done) throw new CommandFailure(code, `${count(failed ?? 0, 'thing')} to put right.`)
  terminal.talk(warned === 0 ? 'All is well.' : `Nothing is broken; ${count(warned ?? 0, 'thing')} to look at.`)
}
