import type { Command } from 'commander'
import type { Collector } from '../collector.ts'
import type { Terminal } from '../terminal.ts'

export type Env = Readonly<Record<string, string | undefined>>

/** What the global options say, for the command that runs. */
export type Settings = (command: Command) => {
  readonly terminal: Terminal
  readonly json: boolean
  readonly collector: () => Collector
}
