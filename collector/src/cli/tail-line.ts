/** A run in one line. Pure. */
import type { Run } from './answers.ts'
import { count, duration, usd } from './figures.ts'
import { plain } from './plain.ts'
import { fit, type Paint, padEnd, padStart } from './terminal.ts'

/** @param before spans it had when it was last shown; `undefined` for a run not seen before */
export function tailLine(run: Run, before: number | undefined, { paint }: { readonly paint: Paint }): string {
  const ended = run.rootSeen ? (run.stopReason ?? run.status) : 'running'
  const style = run.status === 'error' ? 'red' : run.rootSeen ? 'green' : 'yellow'
  const parts = [
    paint('dim', plain(run.startTime.slice(11, 19))),
    plain(run.traceId),
    paint(style, padEnd(plain(ended), 9)),
    padEnd(fit(plain(run.workflow ?? run.name ?? ''), 28), 20),
    padStart(duration(run.durationMs), 9),
    padStart(run.costUsd === null ? '' : usd(run.costUsd), 9),
    `${count(run.spanCount, 'span')}${before === undefined ? '' : ` (+${count(Math.max(0, run.spanCount - before))})`}`,
    `${count(run.llmCalls)} llm`,
    ...(run.errors > 0 ? [paint('red', count(run.errors, 'error'))] : []),
  ]
  return parts.join('  ')
}
