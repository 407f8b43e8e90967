/** `outrider run <traceId>`: one run as a tree. */
import { runAnswerSchema } from './answers.ts'
import type { Collector } from './collector.ts'
import { CommandFailure, exitCode } from './failure.ts'
import type { Terminal } from './terminal.ts'
import { treeLines } from './tree.ts'

export interface RunOptions {
  readonly full: boolean
  readonly json: boolean
}

export async function run(
  collector: Collector,
  terminal: Terminal,
  traceId: string,
  options: RunOptions,
): Promise<void> {
  if (!/^[0-9a-f]{32}$/i.test(traceId)) {
    throw new CommandFailure(
      exitCode.usage,
      `'${traceId.slice(0, 64)}' is not a trace ID.`,
      'A trace ID is 32 hexadecimal digits; `outrider runs` lists them.',
    )
  }
  const { value, raw } = await collector.ask(runAnswerSchema, `/api/runs/${traceId.toLowerCase()}`)
  if (options.json) return terminal.printJson(raw)
  terminal.print(treeLines(value, { paint: terminal.paint, width: terminal.width, full: options.full }))
  const page = `${collector.url}/runs/${value.run.traceId}`
  terminal.talk(options.full ? `In the browser: ${page}` : `Next: add --full for inputs and outputs, or open ${page}`)
}
