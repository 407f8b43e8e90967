/** `GET /`: the runs, newest first, as they happen. */
import { useRef, useState } from 'react'
import { useAnswer } from '../answer.ts'
import { getRuns } from '../api.ts'
import { done, useKeys } from '../keys.ts'
import { useLive } from '../live.ts'
import { useNow } from '../now.ts'
import { go, usePlace, withParameters } from '../place.ts'
import { Frame } from '../ui/frame.tsx'
import { Link } from '../ui/link.tsx'
import { LiveSwitch } from '../ui/live-switch.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import { ShortcutHelp } from '../ui/shortcuts.tsx'
import { activeFilters, runQuery } from './filters.ts'
import { NoRuns } from './no-runs.tsx'
import { RunFilters } from './run-filters.tsx'
import { RunTable } from './run-table.tsx'
import './runs.css'

const SHORTCUTS = [
  ['j ↓', 'Next run'],
  ['k ↑', 'Previous run'],
  ['Enter', 'Open the run'],
  ['/', 'Search'],
  ['p', 'Pause or resume live updates'],
  ['?', 'This list'],
  ['Esc', 'Leave a field, close this list'],
] as const

export function RunsPage() {
  const place = usePlace()
  const now = useNow(30_000)
  const [paused, setPaused] = useState(false)
  const [help, setHelp] = useState(false)
  const [active, setActive] = useState<string | null>(null)
  const searchField = useRef<HTMLInputElement>(null)

  const older = place.search.has('cursor')
  const asked = useAnswer(place.search.toString(), (signal) => getRuns(runQuery(place.search, new Date()), signal))
  const live = useLive(!paused && !older && asked.problem?.status !== 401, asked.again)
  const runs = asked.value?.runs ?? []
  const filtered = activeFilters(place.search).length > 0 || place.search.has('range') || place.search.has('from')

  function move(by: number) {
    const at = runs.findIndex((run) => run.traceId === active)
    const next = runs[Math.min(runs.length - 1, Math.max(0, at + by))]
    if (next !== undefined) setActive(next.traceId)
    return next !== undefined
  }

  function openActive(): boolean {
    if (active !== null) go(`/runs/${encodeURIComponent(active)}`)
    return active !== null
  }

  useKeys([
    ['j ArrowDown', () => move(1)],
    ['k ArrowUp', () => move(-1)],
    ['Enter', openActive],
    ['/', () => done(searchField.current?.focus())],
    ['p', () => done(setPaused(!paused))],
    ['?', () => done(setHelp(true))],
  ])

  return (
    <Frame
      title="Runs"
      here="runs"
      tools={
        <>
          {!older && <LiveSwitch state={live} paused={paused} onToggle={() => setPaused(!paused)} />}
          <button type="button" className="quiet key-hint" onClick={() => setHelp(true)}>
            <span aria-hidden="true">?</span>
            <span className="unseen">Keyboard shortcuts</span>
          </button>
        </>
      }
    >
      <h1 className="unseen">Runs</h1>
      <RunFilters place={place} searchField={searchField} />
      {asked.problem !== null && <ProblemNotice problem={asked.problem} again={asked.again} />}
      {asked.value !== null && runs.length === 0 && <NoRuns filtered={filtered} older={older} />}
      {runs.length > 0 && (
        <>
          <RunTable runs={runs} now={now} active={active} stale={asked.stale} place={place} />
          <div className="pager">
            {older && <Link to={withParameters(place, { cursor: null })}>← Newest</Link>}
            <span className="grow" />
            {asked.value?.next != null && <Link to={withParameters(place, { cursor: asked.value.next })}>Older →</Link>}
          </div>
        </>
      )}
      {asked.value === null && asked.problem === null && <p className="notice muted">Loading runs…</p>}
      {help && <ShortcutHelp shortcuts={SHORTCUTS} onClose={() => setHelp(false)} />}
    </Frame>
  )
}
