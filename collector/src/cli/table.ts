/** Rows as a table that stays within the terminal. Pure: rows in, lines out. */
import stringWidth from 'string-width'
import { plain } from './plain.ts'
import { fit, type Paint, padEnd, padStart, type Style } from './terminal.ts'

export interface Column<Row> {
  readonly title: string
  readonly cell: (row: Row) => string
  readonly style?: (row: Row) => Style | null
  readonly right?: true
  /** Columns of the terminal at most. @default 64 */
  readonly most?: number
}

export function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { paint, width }: { paint: Paint; width: number | null },
): readonly string[] {
  const cells = columns.map(({ cell, most }) => rows.map((row) => fit(plain(cell(row)), most ?? 64)))
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
  const body = rows.map((row, at) => {
    return line(
      cells.map((column) => column[at]!),
      columns.map(({ style }) => style?.(row) ?? null),
    )
  })
  return [head, ...body]
}
