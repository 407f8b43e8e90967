import type { Decision, Reason } from '../api.ts'
import { money, time } from '../format.ts'
import { Link } from '../ui/link.tsx'
import { Text } from '../ui/text.tsx'
import { isRefused } from './refused.ts'

interface Props {
  readonly decisions: readonly Decision[]
  readonly now: Date
  /** Also names the run, and leads there. */
  readonly withRun?: boolean
}

/** The gate's answers: what was asked for, what was said, why, and what became of the money. */
export function DecisionList({ decisions, now, withRun = false }: Props) {
  if (decisions.length === 0) return <p className="muted">No call has asked the gate yet.</p>
  return (
    <ul className="decisions">
      {decisions.map((one) => (
        <li key={one.id} className={isRefused(one) ? 'decision refused' : 'decision'}>
          <p className="decision-head">
            <span className={`pill ${isRefused(one) ? 'error' : one.decision === 'allow' ? 'ok' : 'incomplete'}`}>
              {one.decision}
            </span>
            <strong>
              <Text>{callOf(one)}</Text>
            </strong>
            {one.agent !== null && (
              <span className="tag">
                <Text>{one.agent}</Text>
              </span>
            )}
            <span className="num">{moneyOf(one)}</span>
            <time className="muted" dateTime={one.time} title={one.time}>
              {time(one.time, now)}
            </time>
            {withRun && (
              <Link to={`/runs/${encodeURIComponent(one.traceId)}`}>
                <Text>{one.workflow ?? 'run'}</Text> <span className="mono">{one.traceId.slice(0, 8)}</span>
              </Link>
            )}
          </p>
          <Reasons reasons={one.reasons} />
          {one.approval != null && (
            <p>
              <Link to={`/approvals#${encodeURIComponent(one.approval.id)}`}>
                {one.approval.state === 'pending' ? 'Waits for a person: decide' : `Person said: ${one.approval.state}`}
              </Link>
              {one.approval.by !== null && (
                <span className="muted">
                  {' '}
                  <Text>{one.approval.by}</Text>
                  {one.approval.reason !== '' && (
                    <>
                      : <Text>{one.approval.reason}</Text>
                    </>
                  )}
                </span>
              )}
            </p>
          )}
        </li>
      ))}
    </ul>
  )
}

/** Every rule that spoke: which one, what it said, and its numbers. */
export function Reasons({ reasons }: { reasons: readonly Reason[] }) {
  if (reasons.length === 0) return null
  return (
    <ul className="reasons">
      {reasons.map((reason) => (
        <li key={`${reason.rule} ${reason.code}`}>
          <code>
            <Text>{reason.code}</Text>
          </code>{' '}
          <Text>{reason.rule}</Text>
          {reason.shadow === true && <span className="tag">shadow</span>}: <Text>{reason.message}</Text>
          <span className="muted num"> {figuresOf(reason)}</span>
        </li>
      ))}
    </ul>
  )
}

/** What the rule told of its numbers. */
function figuresOf({ limitUsd, spentUsd, heldUsd }: Reason): string {
  const told = [
    ['limit', limitUsd],
    ['spent', spentUsd],
    ['held', heldUsd],
  ] as const
  return told.flatMap(([word, usd]) => (usd === undefined ? [] : [`${word} ${money(usd)}`])).join(' · ')
}

function callOf({ kind, model, toolName }: Decision): string {
  const name = kind === 'tool' ? toolName : model
  return name === null ? kind : `${kind} ${name}`
}

function moneyOf(one: Decision): string {
  if (isRefused(one)) return 'nothing held'
  if (one.state === 'open') return `${money(one.heldUsd)} held`
  // a delegation or lease gives back what its calls did not draw
  if (one.state === 'released' && (one.spentUsd ?? 0) === 0) return `${money(one.heldUsd)} given back`
  if (one.state === 'expired') return `${money(one.spentUsd ?? one.heldUsd)} uncertain: no word came back`
  return `${money(one.heldUsd)} held → ${money(one.spentUsd)} spent`
}
