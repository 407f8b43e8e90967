/** `outrider runs`: what ran, newest first. */
import { runPageSchema } from './answers.ts'
import type { Collector } from './collector.ts'
import { type RunFilters, searchOf } from './run-filters.ts'
import { runTable } from './run-table.ts'
import type { Terminal } from './terminal.ts'

export interface RunsOptions extends RunFilters {
  readonly limit?: string
  readonly cursor?: string
  readonly from?: string
  readonly to?: string
  readonly sinceMs?: number
  readonly search?: string
  readonly json: boolean
}

export async function runs(
  collector: Collector,
  terminal: Terminal,
  options: RunsOptions,
  nowMs: number,
): Promise<void> {
  const search = searchOf(options)
  const from = options.sinceMs === undefined ? options.from : String(nowMs - options.sinceMs)
  const named = { limit: options.limit, cursor: options.cursor, from, to: options.to, q: options.search }
  for (const [name, value] of Object.entries(named)) if (value !== undefined) search.set(name, value)
  const { value, raw } = await collector.ask(runPageSchema, '/api/runs', search)
  if (options.json) return terminal.printJson(raw)
  const newest = value.runs[0]
  if (newest === undefined) {
    const filtered = [...search.keys()].some((name) => name !== 'limit')
    terminal.talk(filtered ? 'No run fits.' : `No runs yet. Point an OTLP exporter at ${collector.url}/v1/traces.`)
    return
  }
  terminal.print(runTable(value.runs, terminal))
  if (value.next !== null) terminal.talk(`There are more: add --cursor ${value.next}`)
  terminal.talk(`Next: outrider run ${newest.traceId}`)
}
