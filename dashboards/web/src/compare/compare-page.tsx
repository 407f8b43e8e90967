/** `GET /compare?a=&b=`: two runs side by side, aligned by step. */
import { useMemo } from 'react'
import { type Asked, useAnswer } from '../answer.ts'
import { getRun, type RunDetail } from '../api.ts'
import { useLive } from '../live.ts'
import { useNow } from '../now.ts'
import { go, usePlace, withParameters } from '../place.ts'
import type { Answer } from '../request.ts'
import { buildTree } from '../run/tree.ts'
import { Frame } from '../ui/frame.tsx'
import { Link } from '../ui/link.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import { align } from './align.ts'
import { ChooseRun } from './choose-run.tsx'
import { CompareSteps } from './compare-steps.tsx'
import { RunFigures } from './run-figures.tsx'
import '../run/panel.css'
import '../run/run.css'
import './compare.css'

export function ComparePage() {
  const place = usePlace()
  const a = useRun(place.search.get('a'))
  const b = useRun(place.search.get('b'))
  const problem = [a, b].find((asked) => asked.problem !== null)
  return (
    <Frame title="Compare" here="runs">
      {problem?.problem != null && <ProblemNotice problem={problem.problem} again={problem.again} />}
      {problem === undefined && <Compared a={a.value} b={b.value} />}
    </Frame>
  )
}

/** `null` in the address is a run to be chosen. */
function useRun(traceId: string | null): Asked<RunDetail | null> {
  const asked = useAnswer(traceId ?? '', async (signal): Promise<Answer<RunDetail | null>> => {
    return traceId === null ? { ok: true, value: null } : getRun(traceId, signal)
  })
  // one that is still going is followed
  useLive(asked.value != null && !asked.value.run.rootSeen, (changed) => {
    if (changed === null || changed.includes(asked.value?.run.traceId ?? '')) asked.again()
  })
  return asked
}

function Compared({ a, b }: { a: RunDetail | null; b: RunDetail | null }) {
  const place = usePlace()
  const now = useNow(60_000)
  const steps = useMemo(() => (a === null || b === null ? null : align(buildTree(a.spans), buildTree(b.spans))), [a, b])
  const [idA, idB] = [place.search.get('a'), place.search.get('b')]
  if (idA === null || idB === null) {
    const known = a ?? b
    return (
      <ChooseRun
        first={known?.run ?? null}
        now={now}
        onChoose={(traceId) => go(withParameters(place, { [idA === null ? 'a' : 'b']: traceId }), 'replace')}
      />
    )
  }
  if (a === null || b === null || steps === null) return <p className="notice muted">Loading two runs…</p>
  return (
    <CompareSteps
      steps={steps}
      onlyDifferent={place.search.get('only') === 'different'}
      selected={place.search.get('span')}
      onSet={(changes) => go(withParameters(place, changes), 'replace')}
      header={
        <div className="compare-head">
          <div className="page-head">
            <h1>Compare</h1>
            <Link className="button" to={`/compare?${new URLSearchParams({ a: idB, b: idA })}`}>
              Swap
            </Link>
            <Link className="button" to={`/compare?${new URLSearchParams({ a: idA })}`}>
              Another run
            </Link>
          </div>
          <RunFigures a={a.run} b={b.run} now={now} />
        </div>
      }
    />
  )
}
