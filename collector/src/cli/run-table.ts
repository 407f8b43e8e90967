/** Runs as a table. Pure: runs in, lines out. */
import stringWidth from 'string-width'
import type { Run } from './answers.ts'
import { clock, count, duration, usd } from './figures.ts'
import { plain } from './plain.ts'
import { fit, type Paint, padEnd, padStart, type Style } from './terminal.ts'

interface Column {
  readonly title: string
  readonly cell: (run: Run) => string
  readonly style?: (run: Run) => Style | null
  readonly right?: true
  /** Columns at most. */
  readonly most?: number
}

const statusStyle = ({ status }: Run): Style | null => {
  return status === 'error' ? 'red' : status === 'ok' ? 'green' : null
}

const columns: readonly Column[] = [
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

export function runTable(
  runs: readonly Run[],
  { paint, width }: { paint: Paint; width: number | null },
): readonly string[] {
  const cells = columns.map(({ cell, most }) => runs.map((run) => fit(plain(cell(run)), most ?? 64)))
  const widths = columns.map(({ title }, at) => Math.max(title.length, ...cells[at]!.map((text) => stringWidth(text))))
  const line = (texts: readonly string[], styles: readonly (Style | null)[]) => {
    let used = 0
    const parts: string[] = []
    for (const [at, text] of texts.entries()) {
      const size = widths[at]!
      const room = width === null ? size : Math.min(size, width - used)
      if (room < Math.min(size, 4)) break
      const shown = columns[at]!.right === true ? padStart(text, size) : fit(padEnd(text, size).slice(0), room)
      if (stringWidth(shown) > room) break
      const style = styles[at] ?? null
      parts.push(style === null ? shown : paint(style, shown))
      used += size + 2
    }
    return parts.join('  ').trimEnd()
  }
  const head = line(
    columns.map(({ title }) => title),
    columns.map(() => 'bold'),
  )
  const body = runs.map((run, row) => {
    return line(
      cells.map((column) => column[row]!),
      columns.map(({ style }) => style?.(run) ?? null),
    )
  })
  return [head, ...body]
}
