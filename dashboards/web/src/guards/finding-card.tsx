import { time } from '../format.ts'
import { Link } from '../ui/link.tsx'
import { Text } from '../ui/text.tsx'
import { doneWords, FindingText } from './finding-text.tsx'
import type { Mark, StoredFinding } from './guards-api.ts'

interface Props {
  readonly finding: StoredFinding
  readonly now: Date
  readonly active: boolean
  readonly onMark: (mark: Mark) => void
  readonly onFilter: (changes: Readonly<Record<string, string | null>>) => void
}

/** One finding: what, where, what was done, why; and whether people agree. */
export function FindingCard({ finding, now, active, onMark, onFilter }: Props) {
  const { guard, type, rule, direction, score, count, why, agent, traceId, spanId, verdict, toolName, view } = finding
  return (
    <li className={active ? 'finding active' : 'finding'} aria-current={active ? 'true' : undefined}>
      <p className="decision-head">
        <span className={`pill ${finding.enforced && finding.action !== 'flag' ? 'error' : 'incomplete'}`}>
          {doneWords(finding)}
        </span>
        <strong>
          <Text>{type}</Text>
        </strong>
        <button type="button" className="quiet" title="Only this rule" onClick={() => onFilter({ rule })}>
          <Text>{rule}</Text>
        </button>
        <span className="muted">
          in {WHERE[direction]}
          {toolName !== null && (
            <>
              {' '}
              of <Text>{toolName}</Text>
            </>
          )}
          {count > 1 && `, ${count} times`}
          {view !== null && (
            <>
              , seen as <Text>{view}</Text>
            </>
          )}
        </span>
        {agent !== null && (
          <button type="button" className="chip" title="Only this agent" onClick={() => onFilter({ agent })}>
            <Text>{agent}</Text>
          </button>
        )}
        <time className="muted num" dateTime={finding.time} title={finding.time}>
          {time(finding.time, now)}
        </time>
        <Link to={`/runs/${encodeURIComponent(traceId)}?span=${encodeURIComponent(spanId)}`}>
          <Text>{finding.workflow ?? 'run'}</Text> <span className="mono">{traceId.slice(0, 8)}</span>
        </Link>
      </p>
      <p>
        <Text>{why}</Text>{' '}
        <span className="muted num" title={`${guard}, score 0 to 1`}>
          {score.toFixed(2)}
        </span>
      </p>
      <FindingText finding={finding} />
      <p className="approval-row">
        {verdict === null ? (
          <>
            <button type="button" className="button" onClick={() => onMark('false_alarm')}>
              False alarm…
            </button>
            <button type="button" className="button" onClick={() => onMark('right')}>
              Right…
            </button>
          </>
        ) : (
          <>
            <span className={verdict.verdict === 'right' ? 'pill ok' : 'pill incomplete'}>
              {verdict.verdict === 'right' ? 'right' : 'false alarm'}
            </span>
            <span className="muted">
              <Text>{verdict.by}</Text>
              {verdict.reason !== '' && (
                <>
                  : <Text>{verdict.reason}</Text>
                </>
              )}
            </span>
            <button type="button" className="quiet" onClick={() => onMark('none')}>
              Take back…
            </button>
          </>
        )}
      </p>
    </li>
  )
}

const WHERE = { input: 'what went in', output: 'what came out', tool: 'what a tool gave' } as const
