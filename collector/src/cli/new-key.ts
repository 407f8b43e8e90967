/** `outrider keys new`: a key, shown once, and the lines that let it in. */
import { newKey, SCOPES, type Scope } from '../keys.ts'
import { CommandFailure, exitCode } from './failure.ts'
import type { Terminal } from './terminal.ts'

export interface KeyOptions {
  readonly scope: readonly Scope[]
  readonly tenant?: string
  readonly name: string
  readonly json: boolean
}

export function printNewKey(terminal: Terminal, { scope, tenant, name, json }: KeyOptions): void {
  const { key, yaml } = newKey({ name, scopes: scope, ...(tenant === undefined ? {} : { tenant }) })
  if (json) {
    terminal.printJson({ key, yaml })
    return
  }
  terminal.talk('The key. It is shown once and kept nowhere:')
  terminal.print([key])
  terminal.talk('Add this under `keys:` in outrider.yaml, then restart the collector:')
  terminal.print(yaml.trimEnd().split('\n'))
}

/** @example parseScopes('ingest,read') */
export function parseScopes(text: string): readonly Scope[] {
  const words = text.split(',').map((word) => word.trim())
  const scopes = SCOPES.filter((scope) => words.includes(scope))
  if (scopes.length !== new Set(words).size)
    throw new CommandFailure(exitCode.usage, `Scopes are ${SCOPES.join(', ')}, joined with commas.`)
  return scopes
}
