/** `outrider hold` and `outrider free`: a person stops everything of one name, and lets it go on. */
import { switchSchema } from './answers.ts'
import type { Collector } from './collector.ts'
import { plain } from './plain.ts'
import type { Terminal } from './terminal.ts'

export interface SwitchOptions {
  readonly reason?: string
  readonly by?: string
  readonly json: boolean
}

const pathOf = (scope: string, name: string): string => {
  return `/api/switches/${encodeURIComponent(scope)}/${encodeURIComponent(name)}`
}

export async function hold(
  collector: Collector,
  terminal: Terminal,
  [scope, name]: readonly [string, string],
  { json, ...said }: SwitchOptions,
): Promise<void> {
  const { value, raw } = await collector.change(switchSchema, 'PUT', pathOf(scope, name), said)
  if (json) return terminal.printJson(raw)
  terminal.print([
    `${plain(`${value.scope}/${value.name}`)} is ${plain(value.state)}: nothing of it is granted from now on.`,
  ])
  terminal.talk(`Next: outrider free ${value.scope} ${plain(value.name)}`)
}

export async function free(
  collector: Collector,
  terminal: Terminal,
  [scope, name]: readonly [string, string],
  { json, ...said }: SwitchOptions,
): Promise<void> {
  const { value, raw } = await collector.change(switchSchema, 'DELETE', pathOf(scope, name), said)
  if (json) return terminal.printJson(raw)
  terminal.print([`${plain(`${value.scope}/${value.name}`)} is free.`])
}
