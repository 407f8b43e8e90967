/** `GET /money`: what is left of every budget, what is stopped, and what the gate answered. */
import { useState } from 'react'
import { type Asked, useAnswer } from '../answer.ts'
import { getBudgets, getDecisions, getSwitches } from '../api.ts'
import { useLive } from '../live.ts'
import { useNow } from '../now.ts'
import { Frame } from '../ui/frame.tsx'
import { LiveSwitch } from '../ui/live-switch.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import { BudgetList } from './budget-list.tsx'
import { DecisionList } from './decision-list.tsx'
import { SpendSection, useSpend } from './spend-section.tsx'
import { type Act, SwitchDialog } from './switch-dialog.tsx'
import { HoldForm, SwitchList } from './switch-list.tsx'
import './money.css'

export function MoneyPage() {
  const now = useNow(1000)
  const [paused, setPaused] = useState(false)
  const [act, setAct] = useState<Act | null>(null)
  const budgets = useAnswer('budgets', getBudgets)
  const switches = useAnswer('switches', getSwitches)
  const decisions = useAnswer('decisions', getDecisions)
  const spend = useSpend()
  const all: readonly Asked<unknown>[] = [budgets, switches, decisions, spend.spend, spend.workflows]
  const askAll = () => {
    for (const asked of all) asked.again()
  }
  // money moves when spans come; what is held moves without them, so the page also asks by itself
  const live = useLive(!paused, askAll, { askEveryMs: 3000 })
  const problem = [budgets, switches, decisions].find((asked) => asked.problem !== null)?.problem ?? null

  return (
    <Frame
      title="Money"
      here="money"
      tools={<LiveSwitch state={live} paused={paused} onToggle={() => setPaused(!paused)} />}
    >
      <div className="page">
        <h1>Money</h1>
        {problem !== null && <ProblemNotice problem={problem} again={askAll} />}
        <SpendSection asked={spend} />
        <section aria-label="Budgets">
          <h2>Budgets</h2>
          {budgets.value === null ? (
            <Loading asked={budgets} what="budgets" />
          ) : (
            <BudgetList budgets={budgets.value} now={now} onHold={(target) => setAct({ act: 'hold', ...target })} />
          )}
        </section>
        <section aria-label="Switches">
          <h2>Stopped</h2>
          {switches.value === null ? (
            <Loading asked={switches} what="switches" />
          ) : (
            <SwitchList
              switches={switches.value.switches}
              now={now}
              onFree={(one) => setAct({ act: 'free', ...one })}
            />
          )}
          <HoldForm onHold={(target) => setAct({ act: 'hold', ...target })} />
        </section>
        <section aria-label="Decisions">
          <h2>Decisions</h2>
          <p className="muted">What the gate answered lately, and what became of the money that it held.</p>
          {decisions.value === null ? (
            <Loading asked={decisions} what="decisions" />
          ) : (
            <DecisionList decisions={decisions.value.decisions} now={now} withRun />
          )}
        </section>
      </div>
      {act !== null && (
        <SwitchDialog
          act={act}
          onClose={(changed) => {
            setAct(null)
            if (changed) askAll()
          }}
        />
      )}
    </Frame>
  )
}

function Loading({ asked, what }: { asked: Asked<unknown>; what: string }) {
  return asked.problem === null ? <p className="muted">Loading {what}…</p> : null
}
