/** What the gate decided in a run: the money in one line, then what was not simply allowed, and why. Pure. */
import type { Decision } from './answers.ts'
import { clock, count, usd } from './figures.ts'
import { plain } from './plain.ts'
import { fit, type Paint } from './terminal.ts'

/** Decisions that are listed; `--json` has all of them. */
const MOST = 20

export function decisionLines(
  decisions: readonly Decision[],
  { paint, width }: { readonly paint: Paint; readonly width: number | null },
): readonly string[] {
  if (decisions.length === 0) return []
  // what draws on a delegation or lease is part of its money
  const own = decisions.filter(({ parentHoldId }) => parentHoldId === null)
  const sum = (read: (decision: Decision) => number) => own.reduce((total, decision) => total + read(decision), 0)
  const held = sum(({ state, heldUsd }) => (state === 'open' ? heldUsd : 0))
  const refused = decisions.filter(({ decision }) => decision === 'deny').length
  const parts = [
    count(decisions.length, 'decision'),
    `${usd(sum(({ spentUsd }) => spentUsd ?? 0))} spent`,
    held > 0 && `${usd(held)} held`,
    refused > 0 && paint('red', `${count(refused)} refused`),
  ].filter((part) => part !== false)
  const told = decisions.filter(({ decision }) => decision !== 'allow')
  const lines = told.slice(0, MOST).flatMap((decision) => {
    const { time, kind, model, toolName, agent, reasons } = decision
    const what = plain([kind, model ?? toolName, agent === null ? null : `@${agent}`].filter(Boolean).join(' '))
    const word = decision.decision === 'deny' ? 'refused' : decision.decision === 'ask' ? 'asked' : decision.decision
    const head = `${paint('dim', clock(time).slice(11))}  ${paint('red', word)}  ${what}`
    const why = reasons.filter(({ shadow }) => shadow !== true).map(({ code, message }) => plain(`${code}: ${message}`))
    return [head, ...why.map((line) => `          ${width === null ? line : fit(line, Math.max(20, width - 10))}`)]
  })
  const more = told.length > MOST ? [paint('dim', `… and ${count(told.length - MOST)} more`)] : []
  return [parts.join(' · '), ...lines, ...more]
}
