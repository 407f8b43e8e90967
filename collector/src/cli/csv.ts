/** Series in CSV files: `timestamp,value[,n]` under a header; every row that is not right is named by its line. */
import { createReadStream } from 'node:fs'
import { inflated, linesOf } from './byte-source.ts'

interface CsvRow {
  readonly timeMs: number
  /** `null`: a gap. */
  readonly value: number | null
  /** `null`: the file does not say. */
  readonly count: number | null
}

export interface CsvSeries {
  readonly rows: readonly CsvRow[]
  /** How many rows were not right. */
  readonly bad: number
}

const TIMES = ['timestamp', 'ts', 'time']
const ZONE = /(?:z|[+-]\d\d:?\d\d)$/i
const DATE = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:z|[+-]\d\d:?\d\d)?)?$/i

/** Rows in the order of the file. A row without a time is left out, a value that is no number is a gap; both are noted. */
export async function readSeries(file: string, note: (line: number, problem: string) => void): Promise<CsvSeries> {
  const rows: CsvRow[] = []
  let columns: Columns | null = null
  let line = 0
  let bad = 0
  const tell = (problem: string) => {
    bad++
    note(line, problem)
  }
  for await (const text of linesOf(await inflated(createReadStream(file)))) {
    line++
    const cells = text
      .replace(/^\uFEFF/, '')
      .split(',')
      .map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'))
    if (cells.length === 1 && cells[0] === '') continue
    if (columns === null) {
      columns = columnsOf(cells)
      if (columns.named) continue
    }
    const timeMs = instantOf(cells[columns.time] ?? '')
    if (timeMs === null) {
      tell(`${JSON.stringify(cells[columns.time] ?? '')} is no time: epoch seconds or ISO 8601`)
      continue
    }
    const value = numberOf(cells[columns.value])
    const count = columns.count === null ? null : numberOf(cells[columns.count])
    if (Number.isNaN(value)) tell(`${JSON.stringify(cells[columns.value])} is no number; taken as a gap`)
    else if (Number.isNaN(count) || (count ?? 0) < 0) tell(`${JSON.stringify(cells[columns.count!])} is no count`)
    rows.push({ timeMs, value: finite(value), count: finite(count) })
  }
  return { rows, bad }
}

interface Columns {
  readonly named: boolean
  readonly time: number
  readonly value: number
  readonly count: number | null
}

/** By name, in any order; without a header the first is the time, the second the value, the third the count. */
function columnsOf(cells: readonly string[]): Columns {
  const names = cells.map((cell) => cell.toLowerCase())
  const time = names.findIndex((name) => TIMES.includes(name))
  const value = names.indexOf('value')
  if (time < 0 || value < 0)
    return { named: instantOf(cells[0] ?? '') === null, time: 0, value: 1, count: cells.length > 2 ? 2 : null }
  const count = names.findIndex((name) => name === 'n' || name === 'count')
  return { named: true, time, value, count: count < 0 ? null : count }
}

/** ISO 8601 without a zone is UTC. */
export function instantOf(text: string): number | null {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000)
  if (!DATE.test(text)) return null
  const iso = text.replace(' ', 'T')
  const ms = Date.parse(iso.length > 10 && !ZONE.test(iso) ? `${iso}Z` : iso)
  return Number.isNaN(ms) ? null : ms
}

/** An empty cell is a gap; what is no finite number is `NaN`. */
function numberOf(cell: string | undefined): number | null {
  if (cell === undefined || cell === '') return null
  const value = Number(cell)
  return Number.isFinite(value) ? value : Number.NaN
}

const finite = (value: number | null): number | null =>
  Number.isNaN(value) || (value ?? 0) === Infinity ? null : value
