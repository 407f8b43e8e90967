/** `GET /money`: what is left of every budget, what is stopped, and what the gate answered. */
import { useState } from 'react'
import { type Asked, useAnswer } from '../answer.ts'
import { type Decision, getBudgets, getDecisions, getSwitches } from '../api.ts'
import { count } from '../format.ts'
import { useLive } from '../live.ts'
import { useNow } from '../now.ts'
import { go, usePlace, withParameters } from '../place.ts'
import { Choice } from '../ui/choice.tsx'
import { Frame } from '../ui/frame.tsx'
import { LiveSwitch } from '../ui/live-switch.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import { BudgetList } from './budget-list.tsx'
import { DecisionList } from './decision-list.tsx'
import { isRefused } from './refused.ts'
import { SpendSection, useSpend } from './spend-section.tsx'
import { type Act, SwitchDialog } from './switch-dialog.tsx'
import { HoldForm, SwitchList } from './switch-list.tsx'
import './money.css'

const WHICH = ['all', 'refused'] as const
type Which = (typeof WHICH)[number]
/** How many answers are looked at: refusals are rare among them. */
const ASKED = { all: 50, refused: 500 } as const

export function MoneyPage() {
  const now = useNow(1000)
  const [paused, setPaused] = useState(false)
  const [act, setAct] = useState<Act | null>(null)
  const budgets = useAnswer('budgets', getBudgets)
  const switches = useAnswer('switches', getSwitches)
  const place = usePlace()
  const which = WHICH.find((one) => one === place.search.get('decisions')) ?? 'all'
  const decisions = useAnswer(`decisions ${which}`, (signal) => getDecisions(ASKED[which], signal))
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
          <div className="page-head">
            <h2>Decisions</h2>
            <span className="grow" />
            <Choice
              label="Which decisions"
              options={WHICH.map((one) => [one, one] as const)}
              value={which}
              onChoose={(one: Which) => go(withParameters(place, { decisions: one === 'all' ? null : one }), 'replace')}
            />
          </div>
          <p className="muted">
            {which === 'all'
              ? 'What the gate answered lately, and what became of the money that it held.'
              : `What did not happen, and why: of the latest ${ASKED.refused} answers of the gate.`}
          </p>
          {decisions.value === null ? (
            <Loading asked={decisions} what="decisions" />
          ) : (
            <Decisions which={which} decisions={decisions.value.decisions} now={now} />
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

function Decisions({ which, decisions, now }: { which: Which; decisions: readonly Decision[]; now: Date }) {
  const refused = decisions.filter(isRefused)
  if (which === 'refused' && refused.length === 0 && decisions.length > 0)
    return <p className="muted">None of the latest {count(decisions.length)} answers was a refusal.</p>
  return <DecisionList decisions={which === 'all' ? decisions : refused} now={now} withRun />
}

function Loading({ asked, what }: { asked: Asked<unknown>; what: string }) {
  return asked.problem === null ? <p className="muted">Loading {what}…</p> : null
}
