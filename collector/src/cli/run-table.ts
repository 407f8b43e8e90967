/** Runs as a table. Pure: runs in, lines out. */
import type { Run } from './answers.ts'
import { clock, count, duration, usd } from './figures.ts'
import { type Column, table } from './table.ts'
import type { Paint, Style } from './terminal.ts'

const statusStyle = ({ status }: Run): Style | null => {
  return status === 'error' ? 'red' : status === 'ok' ? 'green' : null
}

const columns: readonly Column<Run>[] = [
  { title: 'STARTED (UTC)', cell: (run) => clock(run.startTime) },
  { title: 'TRACE ID', cell: (run) => run.traceId },
  { title: 'STATUS', cell: (run) => run.stopReason ?? run.status, style: statusStyle },
  { title: 'RUN', cell: (run) => run.workflow ?? run.name ?? '', most: 32 },
  { title: 'TIME', cell: (run) => duration(run.durationMs), right: true },
  {
    title: 'COST',
    cell: (run) => (run.costUsd === null ? (run.unpricedCalls > 0 ? 'unpriced' : '') : usd(run.costUsd)),
    right: true,
  },
  { title: 'IN', cell: (run) => (run.inputTokens === null ? '' : count(run.inputTokens)), right: true },
  { title: 'OUT', cell: (run) => (run.outputTokens === null ? '' : count(run.outputTokens)), right: true },
  { title: 'LLM', cell: (run) => count(run.llmCalls), right: true },
  { title: 'TOOL', cell: (run) => count(run.toolCalls), right: true },
  { title: 'ERR', cell: (run) => (run.errors === 0 ? '' : count(run.errors)), right: true, style: () => 'red' },
  { title: 'AGENTS', cell: (run) => run.agents.join(', '), most: 40 },
]

export function runTable(runs: readonly Run[], terminal: { paint: Paint; width: number | null }): readonly string[] {
  return table(runs, columns, terminal)
}
