import { useState } from 'react'
import type { Decision, Span } from '../api.ts'
import { plural } from '../format.ts'
import { DecisionList } from '../money/decision-list.tsx'
import { isRefused } from '../money/refused.ts'

const SHOWN = 3

/** The run's refused calls and why; all of the gate's answers on demand. Takes no room where the gate was never asked. */
export function RunMoney({ decisions, now }: { decisions: readonly Decision[]; now: Date }) {
  const [all, setAll] = useState(false)
  if (decisions.length === 0) return null
  const refused = decisions.filter(isRefused)
  const shown = all ? decisions : refused.slice(0, SHOWN)
  return (
    <section className="run-money" aria-label="Decisions">
      {shown.length > 0 && <DecisionList decisions={shown} now={now} />}
      {(all || shown.length < decisions.length) && (
        <button type="button" className="quiet" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Show refused calls only' : `Show all ${plural(decisions.length, 'decision')}`}
        </button>
      )}
    </section>
  )
}

/** The attribute by which a span names the hold that it was covered by. */
const HOLD_ID = 'outrider.hold.id'

/** The answer that a span is about: a decision's own span, and the call that the decision covers. */
export function decisionOf(span: Span, decisions: readonly Decision[]): Decision | undefined {
  const id = span.attributes[HOLD_ID]
  return decisions.find((one) => one.id === id || (one.spanId !== null && one.spanId === span.spanId))
}
