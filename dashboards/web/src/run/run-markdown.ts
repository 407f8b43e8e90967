/** A run as Markdown, for an issue or a chat: figures, then its steps as a list, then what was refused. Pure. */
import type { RunDetail, Span } from '../api.ts'
import { count, duration, money, tokens } from '../format.ts'
import { isRefused } from '../money/refused.ts'
import { visible } from '../visible.ts'
import { visibleRows } from './rows.ts'
import { buildTree } from './tree.ts'

/** More would not be read. */
const MAX_STEPS = 400

export function markdownOf({ run, spans, decisions = [] }: RunDetail, link: string): string {
  const { rows } = visibleRows(buildTree(spans), new Set(), false)
  const steps = rows.slice(0, MAX_STEPS).map(({ node, level }) => `${'  '.repeat(level - 1)}- ${stepOf(node.span)}`)
  const left = rows.length - steps.length
  const refused = decisions.filter(isRefused)
  return [
    `## Run ${plain(run.workflow ?? run.name ?? run.traceId)}`,
    '',
    `[${run.traceId}](${link})`,
    '',
    '| | |',
    '| --- | --- |',
    ...figuresOf(run).map(([name, value]) => `| ${name} | ${value} |`),
    '',
    '### Steps',
    '',
    ...steps,
    ...(left > 0 ? [`- … and ${count(left)} more`] : []),
    ...(refused.length === 0 ? [] : ['', '### Refused', '']),
    ...refused.flatMap(({ decision, model, toolName, kind, reasons }) =>
      reasons.map(
        ({ code, message }) => `- **${decision}** ${plain(toolName ?? model ?? kind)}: \`${code}\` ${plain(message)}`,
      ),
    ),
    '',
  ].join('\n')
}

function figuresOf(run: RunDetail['run']): readonly (readonly [string, string])[] {
  const unpriced = run.unpricedCalls > 0 ? ` + ${count(run.unpricedCalls)} unpriced` : ''
  return [
    ['Status', [run.status, run.stopReason].filter((word) => word !== null).join(', ')],
    ['Started', run.startTime],
    ['Duration', duration(run.durationMs)],
    ['Cost', `${money(run.costUsd)}${unpriced}`],
    ['Tokens', `${tokens(run.inputTokens)} in, ${tokens(run.outputTokens)} out`],
    ['Calls', `${count(run.llmCalls)} model, ${count(run.toolCalls)} tool, ${count(run.errors)} errors`],
    ['Agents', run.agents.map(plain).join(', ')],
    ['Models', run.models.map(plain).join(', ')],
  ]
}

function stepOf(span: Span): string {
  const about = [
    duration(span.durationMs),
    span.inputTokens === null && span.outputTokens === null
      ? null
      : `${tokens(span.inputTokens)} → ${tokens(span.outputTokens)} tokens`,
    span.costUsd === null ? null : money(span.costUsd),
    span.stopReason ?? span.finishReason,
  ].filter((word) => word !== null)
  const failed =
    span.status === 'error' ? ` **${plain(span.errorType ?? 'error')}** ${plain(span.statusMessage ?? '')}` : ''
  return `${span.kind} **${plain(span.name)}** (${about.join(', ')})${failed}`.trimEnd()
}

/** One line that means nothing to Markdown or HTML. */
function plain(text: string): string {
  return visible(text)
    .replace(/\s+/g, ' ')
    .slice(0, 300)
    .replace(/[\\`*_{}[\]()<>#+!|~&@]|(?<=\w)(?=:\/\/)/g, (mark) => `\\${mark}`)
}
