import { useEffect, useRef } from 'react'
import { duration, money, time } from '../format.ts'
import { Reasons } from '../money/decision-list.tsx'
import { ContentView } from '../run/content-view.tsx'
import { Link } from '../ui/link.tsx'
import { Text } from '../ui/text.tsx'
import type { Approval } from './approvals-api.ts'

interface Props {
  readonly approval: Approval
  readonly now: Date
  /** The address names it. */
  readonly chosen: boolean
  readonly onDecide?: (word: 'approve' | 'deny') => void
}

const PILLS = { pending: 'running', approved: 'ok', denied: 'error', expired: 'incomplete' } as const
const CALL_WORDS = {
  waiting: 'its call has not come yet',
  allowed: 'its call ran',
  refused: 'its call was refused',
} as const

/** One question: what would run, for how much, who asks and why; and the answer, once there is one. */
export function ApprovalCard({ approval, now, chosen, onDecide }: Props) {
  const card = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (chosen) card.current?.scrollIntoView({ block: 'center' })
  }, [chosen])
  const { state, agent, traceId, workflow, mostUsd, args, reasons, askedAt, expiresAt, userId, tenantId } = approval
  const left = Date.parse(expiresAt) - now.getTime()
  return (
    <li ref={card} id={approval.id} className={chosen ? 'approval chosen' : 'approval'}>
      <p className="decision-head">
        <span className={`pill ${PILLS[state]}`}>{state === 'pending' ? 'waiting' : state}</span>
        <strong>
          <Text>{callOf(approval)}</Text>
        </strong>
        {agent !== null && (
          <span className="tag">
            <Text>{agent}</Text>
          </span>
        )}
        {mostUsd !== null && mostUsd > 0 && <span className="num">up to {money(mostUsd)}</span>}
        {[userId, tenantId].map((who) =>
          who === null ? null : (
            <span key={who} className="muted">
              <Text>{who}</Text>
            </span>
          ),
        )}
        <time className="muted" dateTime={askedAt} title={askedAt}>
          asked {time(askedAt, now)}
        </time>
        <Link to={`/runs/${encodeURIComponent(traceId)}`}>
          <Text>{workflow ?? 'run'}</Text> <span className="mono">{traceId.slice(0, 8)}</span>
        </Link>
      </p>
      <Reasons reasons={reasons} />
      {args !== null && <ContentView text={args} mode="full" cut={undefined} />}
      {onDecide === undefined ? (
        <p className="muted">
          {approval.by === null ? (
            'Nobody answered in time: that is a no.'
          ) : (
            <>
              <Text>{approval.by}</Text>
              {approval.decidedAt !== null && `, ${time(approval.decidedAt, now)}`}
              {approval.reason !== '' && (
                <>
                  {': '}
                  <Text>{approval.reason}</Text>
                </>
              )}
              {state === 'approved' && ` · ${CALL_WORDS[approval.call]}`}
            </>
          )}
        </p>
      ) : (
        <p className="approval-row">
          <button type="button" className="button primary" onClick={() => onDecide('approve')}>
            Approve…
          </button>
          <button type="button" className="button" onClick={() => onDecide('deny')}>
            Deny…
          </button>
          <span className="muted num">
            {left > 0 ? `a no by itself in ${duration(left)}` : 'no answer came in time'}
          </span>
        </p>
      )}
    </li>
  )
}

export function callOf({ kind, toolName, model }: Approval): string {
  const name = toolName ?? model
  return name === null ? kind : `${kind} ${name}`
}
