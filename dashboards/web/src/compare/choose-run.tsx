import { type SubmitEvent, useState } from 'react'
import { useAnswer } from '../answer.ts'
import { getRuns, type Run } from '../api.ts'
import { duration, money, time } from '../format.ts'
import { ProblemNotice } from '../ui/problem.tsx'
import { RunStatus } from '../ui/status.tsx'
import { Text } from '../ui/text.tsx'

interface Props {
  /** The run that is chosen already. */
  readonly first: Run | null
  readonly now: Date
  readonly onChoose: (traceId: string) => void
}

/** Which run to compare with: the latest of the same workflow, or any by its trace ID. */
export function ChooseRun({ first, now, onChoose }: Props) {
  const [typed, setTyped] = useState('')
  const workflow = first?.workflow ?? null
  const asked = useAnswer(workflow ?? '', (signal) => {
    return getRuns(new URLSearchParams({ limit: '30', ...(workflow === null ? {} : { workflow }) }), signal)
  })
  const runs = (asked.value?.runs ?? []).filter(({ traceId }) => traceId !== first?.traceId)
  function choose(event: SubmitEvent) {
    event.preventDefault()
    if (typed.trim() !== '') onChoose(typed.trim())
  }
  return (
    <div className="page choose">
      <h1>
        {first === null ? 'Compare two runs' : 'Compare with'}{' '}
        {first !== null && (
          <span className="muted">
            <Text>{first.workflow ?? first.name ?? ''}</Text> {first.traceId.slice(0, 8)}
          </span>
        )}
      </h1>
      <form className="notice-row" onSubmit={choose}>
        <input
          aria-label="Trace ID"
          placeholder="Trace ID"
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <button type="submit" className="button primary">
          {first === null ? 'Choose' : 'Compare'}
        </button>
      </form>
      {asked.problem !== null && <ProblemNotice problem={asked.problem} again={asked.again} />}
      {asked.value !== null && runs.length === 0 && <p className="muted">There is no other run of this workflow.</p>}
      {runs.length > 0 && (
        <ul className="rows" aria-label="Runs to choose from">
          {runs.map((run) => (
            <li key={run.traceId}>
              <button type="button" className="row-button" onClick={() => onChoose(run.traceId)}>
                <strong>
                  <Text>{run.workflow ?? run.name ?? 'unnamed run'}</Text>
                </strong>{' '}
                <span className="mono muted">{run.traceId.slice(0, 8)}</span>
                <RunStatus run={run} now={now} />
                <span className="grow" />
                <span className="num">{duration(run.durationMs)}</span>
                <span className="num">{money(run.costUsd)}</span>
                <span className="muted num">{time(run.startTime, now)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
