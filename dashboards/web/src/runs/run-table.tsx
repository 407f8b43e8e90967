// biome-ignore-all lint/a11y/useSemanticElements: a table's own roles are lost when it is laid out as a grid or cards
// biome-ignore-all lint/a11y/useFocusableInteractive: one element takes the keyboard, its rows do not
import { useEffect, useRef } from 'react'
import type { Run } from '../api.ts'
import { count, duration, money, plural, time, tokens } from '../format.ts'
import { type Place, withParameters } from '../place.ts'
import { Link } from '../ui/link.tsx'
import { RunStatus } from '../ui/status.tsx'
import { Text } from '../ui/text.tsx'
import { visible } from '../visible.ts'

const COLUMNS = ['Run', 'Status', 'Agents', 'Started', 'Duration', 'Calls', 'Tokens', 'Cost', 'User', 'Errors'] as const

interface Props {
  readonly runs: readonly Run[]
  readonly now: Date
  /** Trace ID of the line that the keyboard is on. */
  readonly active: string | null
  readonly stale: boolean
  readonly place: Place
}

export function RunTable({ runs, now, active, stale, place }: Props) {
  return (
    // roles are written out because a phone's layout turns lines into cards, which would drop a table's own
    <div role="table" aria-label="Runs" aria-busy={stale} className={stale ? 'run-table stale' : 'run-table'}>
      <div role="row" className="run-head">
        {COLUMNS.map((name) => (
          <div role="columnheader" key={name} className={`c-${name.toLowerCase()}`}>
            {name}
          </div>
        ))}
      </div>
      {runs.map((run) => (
        <RunLine key={run.traceId} run={run} now={now} active={run.traceId === active} place={place} />
      ))}
    </div>
  )
}

function RunLine({ run, now, active, place }: { run: Run; now: Date; active: boolean; place: Place }) {
  const line = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!active) return
    line.current?.scrollIntoView({ block: 'nearest' })
    line.current?.querySelector('a')?.focus({ preventScroll: true })
  }, [active])
  const name = run.workflow ?? run.name
  return (
    <div role="row" ref={line} className={active ? 'run-line active' : 'run-line'}>
      <div role="cell" className="c-run">
        <Link to={`/runs/${encodeURIComponent(run.traceId)}`} className="run-link">
          {name === null ? <span className="muted">unnamed</span> : <Text title>{name}</Text>}
        </Link>
        <span className="run-id">{run.traceId.slice(0, 8)}</span>
      </div>
      <div role="cell" className="c-status">
        <RunStatus run={run} now={now} />
      </div>
      <div role="cell" className="c-agents">
        <Agents run={run} place={place} />
      </div>
      <div role="cell" className="c-started num">
        <time dateTime={run.startTime} title={run.startTime}>
          {time(run.startTime, now)}
        </time>
      </div>
      <div role="cell" className="c-duration num">
        {duration(run.durationMs)}
      </div>
      <div
        role="cell"
        className="c-calls num"
        title={`${plural(run.llmCalls, 'model call')}, ${plural(run.toolCalls, 'tool call')}`}
      >
        {count(run.llmCalls)} <span className="unit">llm ·</span> {count(run.toolCalls)}{' '}
        <span className="unit">tool</span>
      </div>
      <div role="cell" className="c-tokens num" title={`${count(run.inputTokens)} in, ${count(run.outputTokens)} out`}>
        {tokens(run.inputTokens)} <span className="unit">in ·</span> {tokens(run.outputTokens)}{' '}
        <span className="unit">out</span>
      </div>
      <div role="cell" className="c-cost num">
        {money(run.costUsd)}
        {run.unpricedCalls > 0 && (
          <span
            className="unpriced"
            title={`${plural(run.unpricedCalls, 'call')} without a known price: not in the sum`}
          >
            +{count(run.unpricedCalls)} unpriced
          </span>
        )}
      </div>
      <div role="cell" className="c-user">
        {run.userId !== null && (
          <Link to={withParameters(place, { user: run.userId, cursor: null })} className="inner">
            <Text title>{run.userId}</Text>
          </Link>
        )}
      </div>
      <div role="cell" className={run.errors > 0 ? 'c-errors num bad' : 'c-errors num muted'}>
        {run.errors > 0 ? (
          <>
            {count(run.errors)}
            <span className="phone-only"> {run.errors === 1 ? 'error' : 'errors'}</span>
          </>
        ) : (
          <span className="desk-only">0</span>
        )}
      </div>
    </div>
  )
}

/** Those that failed come first. */
function Agents({ run, place }: { run: Run; place: Place }) {
  const failed = new Set(run.failedAgents)
  const names = [...failed, ...run.agents.filter((name) => !failed.has(name))]
  const shown = names.slice(0, 2)
  return (
    <>
      {shown.map((name) => (
        <Link
          key={name}
          to={withParameters(place, { agent: name, cursor: null })}
          className={failed.has(name) ? 'tag inner bad' : 'tag inner'}
        >
          <Text title>{name}</Text>
          {failed.has(name) && <span className="unseen"> failed</span>}
        </Link>
      ))}
      {names.length > shown.length && (
        <span className="muted" title={visible(names.slice(shown.length).join(', '))}>
          +{names.length - shown.length}
        </span>
      )}
    </>
  )
}
