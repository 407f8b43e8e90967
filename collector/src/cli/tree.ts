/** A run as lines of text: a header with the totals, then the spans as a tree. Pure: answer in, lines out. */
import type { RunAnswer, Span } from './answers.ts'
import { order, type Placed } from './branches.ts'
import { decisionLines } from './decision-lines.ts'
import { duration } from './figures.ts'
import { plain } from './plain.ts'
import { runHeader } from './run-header.ts'
import { contentLines } from './span-content.ts'
import { spanDetails } from './span-details.ts'
import { fit, type Paint, padEnd, padStart } from './terminal.ts'

export interface TreeSettings {
  readonly paint: Paint
  /** Columns to stay within, or `null`. */
  readonly width: number | null
  /** Shows input, output and arguments, whole. */
  readonly full: boolean
}

/** Levels that are drawn; deeper ones stand at the last, with their depth as a number. */
const LEVELS = 16
/** Labels up to this width line up what follows them. */
const LABEL = 44

const kindStyle = {
  agent: 'magenta',
  llm: 'cyan',
  tool: 'yellow',
  retrieval: 'blue',
  embedding: 'blue',
  guard: 'green',
  gate: 'green',
} as const

export function treeLines({ run, spans, decisions }: RunAnswer, settings: TreeSettings): readonly string[] {
  const start = instant(run.startTime)
  const placed = order(spans)
  const rows = placed.map((each) => rowOf(each, start))
  const offsets = Math.max(6, ...rows.map(({ offset }) => offset.length))
  const times = Math.max(6, ...rows.map(({ time }) => time.length))
  const labels = Math.min(LABEL, Math.max(...rows.map(({ guide, label }) => guide.length + label.length), 0))
  const lines = rows.flatMap(({ offset, time, guide, label, placed: { span, mark, agent }, under }) => {
    const { paint, width, full } = settings
    const left = `${padStart(offset, offsets)}  ${padStart(time, times)}  `
    const details = spanDetails(span, { inherited: agent, mark })
    const room = width === null ? Number.POSITIVE_INFINITY : width - left.length
    const shown = width === null ? label : fit(label, Math.max(8, room - guide.length))
    const filled = details.length === 0 ? shown : padEnd(shown, labels - guide.length)
    let rest = room - guide.length - filled.length
    const parts: string[] = []
    for (const detail of details) {
      if (rest < 6) break
      const text = rest === Number.POSITIVE_INFINITY ? detail.text : fit(detail.text, rest - 2)
      parts.push(detail.style === null ? text : paint(detail.style, text))
      rest -= text.length + 2
    }
    const style = span.status === 'error' ? 'red' : (kindStyle[span.kind as keyof typeof kindStyle] ?? null)
    const line = `${paint('dim', left + guide)}${style === null ? filled : paint(style, filled)}${parts.map((part) => `  ${part}`).join('')}`
    if (!full) return [line.trimEnd()]
    const indent = `${' '.repeat(left.length)}${under}  `
    return [line.trimEnd(), ...contentLines(span).map((content) => paint('dim', indent) + content)]
  })
  const decided = decisionLines(decisions, settings)
  return [...runHeader(run, settings.paint), '', ...lines, ...(decided.length === 0 ? [] : ['', ...decided])]
}

interface Row {
  readonly placed: Placed<Span>
  readonly offset: string
  readonly time: string
  readonly guide: string
  readonly label: string
  /** What continues the guide on lines below this one. */
  readonly under: string
}

function rowOf(placed: Placed<Span>, start: bigint): Row {
  const { span, depth, open, last } = placed
  const drawn = open
    .slice(0, LEVELS)
    .map((more) => (more ? '│  ' : '   '))
    .join('')
  const branch = depth === 0 ? '' : last ? '└─ ' : '├─ '
  const deep = depth > LEVELS ? `${depth}: ` : ''
  const offsetMs = Number(instant(span.startTime) - start) / 1e6
  return {
    placed,
    offset: offsetMs < 0 ? duration(offsetMs) : `+${duration(offsetMs)}`,
    time: duration(span.durationMs),
    guide: `${drawn}${branch}${deep}`,
    label: plain(`${span.kind} ${span.name}`),
    under: `${drawn}${depth === 0 ? '' : last ? '   ' : '│  '}`,
  }
}

/** Nanoseconds since 1970, exact; an unreadable time counts as the beginning. */
function instant(iso: string): bigint {
  const ms = Date.parse(`${iso.slice(0, 19)}Z`)
  if (Number.isNaN(ms)) return 0n
  const fraction = /\.(\d{1,9})/.exec(iso)?.[1] ?? ''
  return BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0'))
}
