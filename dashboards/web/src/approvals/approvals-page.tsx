/** `GET /approvals`: what waits for a person, and what was decided lately. */
import { useState } from 'react'
import { useAnswer } from '../answer.ts'
import { useLive } from '../live.ts'
import { useNow } from '../now.ts'
import { usePlace } from '../place.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Frame } from '../ui/frame.tsx'
import { LiveSwitch } from '../ui/live-switch.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import { Text } from '../ui/text.tsx'
import { ApprovalCard, callOf } from './approval-card.tsx'
import { type Approval, decide, getApprovals } from './approvals-api.ts'
import '../money/money.css'
import './approvals.css'

type Word = 'approve' | 'deny'

const MEANS = {
  approve: 'The call may run, once, if budgets and switches allow it when it comes. Its agent reads your reason.',
  deny: 'The call is refused. Its agent reads your reason and may go another way.',
} as const

export function ApprovalsPage() {
  const now = useNow(1000)
  const { hash } = usePlace()
  const [paused, setPaused] = useState(false)
  const [deciding, setDeciding] = useState<{ readonly word: Word; readonly approval: Approval } | null>(null)
  const asked = useAnswer('approvals', getApprovals)
  // a question is asked without a span, and time alone ends it
  const live = useLive(!paused, asked.again, { askEveryMs: 2000 })
  const all = asked.value?.approvals ?? []
  const pending = all.filter(({ state }) => state === 'pending')
  const decided = all.filter(({ state }) => state !== 'pending')

  return (
    <Frame
      title={pending.length === 0 ? 'Approvals' : `(${pending.length}) Approvals`}
      here="approvals"
      tools={<LiveSwitch state={live} paused={paused} onToggle={() => setPaused(!paused)} />}
    >
      <div className="page approvals">
        <h1>Approvals</h1>
        {asked.problem !== null && <ProblemNotice problem={asked.problem} again={asked.again} />}
        {asked.value === null && asked.problem === null && <p className="muted">Loading approvals…</p>}
        {asked.value !== null && (
          <section aria-label="Waiting">
            <h2>Waiting for you</h2>
            {pending.length === 0 ? (
              <p className="muted" role="status">
                Nothing waits. Calls ask here when <code>approvals.require</code> in outrider.yaml or a guard says{' '}
                <code>ask</code>.
              </p>
            ) : (
              <ul className="decisions">
                {pending.map((approval) => (
                  <ApprovalCard
                    key={approval.id}
                    approval={approval}
                    now={now}
                    chosen={approval.id === hash}
                    onDecide={(word) => setDeciding({ word, approval })}
                  />
                ))}
              </ul>
            )}
          </section>
        )}
        {decided.length > 0 && (
          <section aria-label="Decided">
            <h2>Decided lately</h2>
            <ul className="decisions">
              {decided.map((approval) => (
                <ApprovalCard key={approval.id} approval={approval} now={now} chosen={approval.id === hash} />
              ))}
            </ul>
          </section>
        )}
      </div>
      {deciding !== null && (
        <ConfirmDialog
          verb={deciding.word === 'approve' ? 'Approve' : 'Deny'}
          about={<Text>{callOf(deciding.approval)}</Text>}
          means={MEANS[deciding.word]}
          reasonRequired={deciding.word === 'deny'}
          act={(told, signal) => decide(deciding.word, deciding.approval.id, told, signal)}
          onClose={() => {
            setDeciding(null)
            // also where it failed: somebody else may have been first
            asked.again()
          }}
        />
      )}
    </Frame>
  )
}
