import type { ReplayLine } from '@outrider/alerts'
import type { Terminal } from './terminal.ts'

/** Lines joined into one write. */
const TOGETHER = 2000

/** One JSON line for every row from a time on. Returns how many alerts fired in them. */
export function replayLines(terminal: Terminal, series: string, lines: Iterable<ReplayLine>, fromMs = 0): number {
  let alerts = 0
  let together: string[] = []
  const flush = () => {
    terminal.print(together)
    together = []
  }
  for (const { timeMs, event, ...line } of lines) {
    if (timeMs < fromMs) continue
    if (event === 'fired') alerts++
    const told = { series, time: new Date(timeMs).toISOString(), ...line, ...(event === null ? {} : { event }) }
    together.push(JSON.stringify(told))
    if (together.length === TOGETHER) flush()
  }
  flush()
  return alerts
}
