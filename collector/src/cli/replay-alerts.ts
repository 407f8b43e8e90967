/** `outrider replay alerts --csv FILE…`: would a rule have fired on these series, and when? One JSON line for every row. */
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { increasesOf, isCounter, type ReplayLine, type Rule, replay, ruleOfKind, stepOf } from '@outrider/alerts'
import { loadRules, PACKS, packFile } from '../alert-rules.ts'
import { unknownName } from '../nearest.ts'
import { type CsvSeries, instantOf, readSeries } from './csv.ts'
import { CommandFailure, exitCode } from './failure.ts'
import { count } from './figures.ts'
import { plain } from './plain.ts'
import { replayLines } from './replay-lines.ts'
import type { ReplayAlertsOptions } from './replay-series.ts'
import type { Terminal } from './terminal.ts'

/** Rows named at most this often a file; how many more there are is said. */
const NAMED = 100

/** Fails where a file cannot be read or holds no series; rows that are not right are named and the rest goes on. */
export async function replayAlerts(terminal: Terminal, options: ReplayAlertsOptions): Promise<void> {
  const rule = ruleFor(options)
  const deploys = options.events === undefined ? [] : await readDeploys(options.events)
  let unread = 0
  for (const [index, file] of options.csv.entries()) {
    const series = await seriesOf(terminal, file)
    if (series === null || series.rows.length === 0) {
      unread++
      continue
    }
    const step = stepOf(series.rows)
    const counts = (rule.kind === 'sum' || rule.trigger.type === 'tail-rank') && isCounter(series.rows)
    if (counts) terminal.talk(`${file}: running totals; what is judged is how much they grow`)
    const judged = counts ? increasesOf(series.rows, step) : series.rows
    const lines = asWritten(replay(judged, rule, deploys, step), series.rows)
    const alerts = replayLines(terminal, seriesName(options.csv, index), lines)
    terminal.talk(`${file}: ${count(series.rows.length, 'row')}, ${count(alerts, 'alert')} of rule ${rule.name}`)
  }
  if (unread > 0) throw new CommandFailure(exitCode.failed, `${count(unread, 'file')} held no series that can be read.`)
}

/** Each line with the value that its row has in the file. */
function* asWritten(lines: Iterable<ReplayLine>, rows: CsvSeries['rows']): Generator<ReplayLine> {
  let row = 0
  for (const line of lines) yield { ...line, value: rows[row++]!.value }
}

async function seriesOf(terminal: Terminal, file: string): Promise<CsvSeries | null> {
  let named = 0
  try {
    const series = await readSeries(file, (line, problem) => {
      if (named++ < NAMED) terminal.warn(`${file}:${line}: ${problem}`)
    })
    if (named > NAMED) terminal.warn(`${file}: ${count(named - NAMED, 'more row')} not right`)
    if (series.rows.length === 0) terminal.warn(`${file}: no rows; wanted is a header timestamp,value[,n] and rows`)
    return series
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    terminal.warn(`${file}: ${code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code ?? 'damaged'})`}`)
    return null
  }
}

function ruleFor({ rule: name, kind = 'any', bad }: ReplayAlertsOptions): Rule {
  if (name === undefined) return ruleOfKind(kind, bad ?? (kind === 'any' ? 'both' : kind === 'score' ? 'down' : 'up'))
  const loaded = loadRules(PACKS.map(packFile))
  const rules = loaded.ok ? loaded.rules : []
  const found = rules.find((rule) => rule.name === name)
  if (found !== undefined) return bad === undefined ? found : { ...found, bad }
  const names = rules.map((rule) => rule.name)
  throw new CommandFailure(exitCode.usage, `--rule: ${unknownName('rule', name, names)}`)
}

/** Times of the deploys in a JSON list of `{ts, type}`, ascending. */
async function readDeploys(file: string): Promise<readonly number[]> {
  const wrong = (why: string) => new CommandFailure(exitCode.usage, `--events ${plain(file)}: ${why}`)
  let list: unknown
  try {
    list = JSON.parse(await readFile(file, 'utf8'))
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw wrong(code === undefined ? 'is not JSON' : `cannot be read (${code})`)
  }
  if (!Array.isArray(list)) throw wrong('must be a JSON list of {"ts": …, "type": "deploy"}')
  return list
    .flatMap((event: unknown, index) => {
      const { ts, type } = (event ?? {}) as Record<string, unknown>
      const timeMs = instantOf(String(ts))
      if (timeMs === null) throw wrong(`[${index}].ts is no time: epoch seconds or ISO 8601`)
      return type === 'deploy' ? [timeMs] : []
    })
    .sort((a, b) => a - b)
}

/** The file's name without `.csv`; its whole path where another file has the same name. */
function seriesName(files: readonly string[], index: number): string {
  const nameOf = (file: string) => basename(file).replace(/\.csv(?:\.gz|\.zst)?$/i, '')
  const name = nameOf(files[index]!)
  const alone = files.every((file, other) => other === index || nameOf(file) !== name)
  return alone ? name : files[index]!
}
