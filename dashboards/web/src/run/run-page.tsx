/** `GET /runs/{traceId}`: one run, from its money down to a single message. Follows it while it is still going. */
import { useState } from 'react'
import { useAnswer } from '../answer.ts'
import { getRun, type RunDetail } from '../api.ts'
import { useLive } from '../live.ts'
import { useNow } from '../now.ts'
import { go, usePlace, withParameters } from '../place.ts'
import { Frame } from '../ui/frame.tsx'
import { LiveSwitch } from '../ui/live-switch.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import { RunView } from './run-view.tsx'
import '../alerts/alerts.css'
import '../guards/guards.css'
import '../money/money.css'
import './panel.css'
import './run.css'
import './waterfall.css'

/** Spans may come late: a run is followed for this long after its last one ended. */
const SETTLED_MS = 60_000

export function RunPage({ traceId }: { traceId: string }) {
  const now = useNow(5000)
  const [paused, setPaused] = useState(false)
  const asked = useAnswer(traceId, (signal) => getRun(traceId, signal))
  const moving = asked.value === null ? asked.problem?.status === 404 : isMoving(asked.value, now)
  const live = useLive(moving && !paused, (changed) => {
    if (changed === null || changed.includes(traceId.toLowerCase())) asked.again()
  })
  const detail = asked.value
  const name = detail === null ? traceId : (detail.run.workflow ?? detail.run.name ?? traceId)

  return (
    <Frame
      title={name}
      here="runs"
      tools={moving && <LiveSwitch state={live} paused={paused} onToggle={() => setPaused(!paused)} />}
    >
      {asked.problem !== null && <ProblemNotice problem={asked.problem} again={asked.again} />}
      {detail === null && asked.problem === null && <p className="notice muted">Loading the run…</p>}
      {detail !== null && <Shown detail={detail} now={now} />}
    </Frame>
  )
}

/** Which span is open is in the address, as `?span=` or `#span=`. */
function Shown({ detail, now }: { detail: RunDetail; now: Date }) {
  const place = usePlace()
  const selected = new URLSearchParams(place.hash).get('span') ?? place.search.get('span')
  return (
    <RunView
      detail={detail}
      now={now}
      selected={selected?.toLowerCase() ?? null}
      hideOthers={place.search.get('others') === 'hide'}
      query={place.search.get('q') ?? ''}
      onSet={(changes) => go(withParameters(place, changes), 'replace')}
    />
  )
}

function isMoving({ run }: RunDetail, now: Date): boolean {
  const lastSeen = Date.parse(run.startTime) + run.durationMs
  return !run.rootSeen || now.getTime() - lastSeen < SETTLED_MS
}
