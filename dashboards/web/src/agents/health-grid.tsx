// biome-ignore-all lint/a11y/useSemanticElements: a table's own roles are lost when it is laid out as a grid or cards
// biome-ignore-all lint/a11y/useFocusableInteractive: the cells take the keyboard, the rows around them do not
import { type KeyboardEvent, memo, useRef, useState } from 'react'
import { count, duration, minute, money, plural } from '../format.ts'
import { Link } from '../ui/link.tsx'
import { Text } from '../ui/text.tsx'
import { visible } from '../visible.ts'
import type { Agents } from './agents-api.ts'
import { type Cell, failedShare, type Lane, lanesOf, type Metric, words } from './heat.ts'

interface Props {
  readonly agents: Agents
  readonly metric: Metric
  readonly now: Date
  /** Runs of an agent, in a step of time or in all of it; of these the ones in which it failed. */
  readonly runsOf: (agent: string, cell: Pick<Cell, 'fromMs' | 'toMs'> | null, failed?: boolean) => string
}

const SHOWN = 30

const LEGEND: Readonly<Record<Metric, string>> = {
  success: 'Filled from below: the share of runs that failed',
  latency: 'Darker: slower than this agent usually is (p95), up to four times',
  cost: 'Darker: dearer, beside the dearest of all',
}

/** Every agent over time. A cell holds the runs that started in it, and leads to them; a red one to those that failed. */
export function HealthGrid({ agents, metric, now, runsOf }: Props) {
  const [all, setAll] = useState(false)
  const [read, setRead] = useState<string | null>(null)
  const grid = useRef<HTMLDivElement>(null)
  const lanes = lanesOf(agents, metric)
  const shown = all ? lanes : lanes.slice(0, SHOWN)

  /** Arrow keys go from cell to cell, over those in which nothing ran. */
  function move(event: KeyboardEvent) {
    const cell = event.target instanceof HTMLElement ? event.target : null
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: 0, ArrowDown: 0 }[event.key]
    const row = cell?.closest('.lane')
    if (by === undefined || cell === null || row === null || row === undefined || !cell.matches('.cell')) return
    event.preventDefault()
    if (by !== 0) {
      const cells = [...row.querySelectorAll<HTMLElement>('.cell[href]')]
      cells[cells.indexOf(cell) + by]?.focus()
      return
    }
    const rows = [...(grid.current?.querySelectorAll('.lane') ?? [])]
    const next = rows[rows.indexOf(row) + (event.key === 'ArrowDown' ? 1 : -1)]
    const cells = [...(next?.querySelectorAll<HTMLElement>('.cell[href]') ?? [])]
    const at = Number(cell.dataset.at)
    cells.toSorted((a, b) => Math.abs(Number(a.dataset.at) - at) - Math.abs(Number(b.dataset.at) - at))[0]?.focus()
  }

  return (
    <>
      <div role="table" aria-label="Agents over time" className={`health ${metric}`} ref={grid} onKeyDown={move}>
        <div role="row" className="lane-head">
          <span role="columnheader">Agent</span>
          <span role="columnheader" className="num">
            Runs
          </span>
          <span role="columnheader" className="num">
            Failed
          </span>
          <span role="columnheader" className="num">
            p95
          </span>
          <span role="columnheader" className="num">
            Cost
          </span>
          <span role="columnheader" className="cells-head">
            <span>{minute(agents.from, now)}</span>
            <span className="legend-words">{LEGEND[metric]}</span>
            <span>{minute(agents.to, now)}</span>
          </span>
        </div>
        {shown.map((lane) => (
          <LaneRow key={lane.agent.agent} lane={lane} metric={metric} runsOf={runsOf} onRead={setRead} />
        ))}
      </div>
      <p className="readout num" role="status">
        {read === null ? <span className="muted">{plural(lanes.length, 'agent')}</span> : visible(read)}
      </p>
      {!all && lanes.length > SHOWN && (
        <button type="button" className="quiet" onClick={() => setAll(true)}>
          Show all {count(lanes.length)} agents
        </button>
      )}
    </>
  )
}

interface LaneProps extends Pick<Props, 'metric' | 'runsOf'> {
  readonly lane: Lane
  readonly onRead: (words: string) => void
}

const LaneRow = memo(function LaneRow({ lane: { agent, cells }, metric, runsOf, onRead }: LaneProps) {
  const first = cells.findIndex(({ step }) => step !== null)
  return (
    <div role="row" className="lane">
      <span role="rowheader" className="lane-name">
        <Link to={runsOf(agent.agent, null)}>
          <Text title>{agent.agent}</Text>
        </Link>
      </span>
      <span role="cell" className="num">
        {count(agent.runs)}
      </span>
      <span role="cell" className={agent.failedRuns > 0 ? 'num bad' : 'num muted'}>
        <FailedShare agent={agent} to={runsOf(agent.agent, null, true)} />
      </span>
      <span role="cell" className="num" title={`p50 ${duration(agent.p50Ms)}`}>
        {duration(agent.p95Ms)}
      </span>
      <span role="cell" className="num">
        {money(agent.costUsd)}
        {agent.unpricedCalls > 0 && (
          <span
            className="unpriced"
            title={`${plural(agent.unpricedCalls, 'call')} without a known price: not in the sum`}
          >
            {' '}
            +?
          </span>
        )}
      </span>
      <span role="cell" className="cells">
        {cells.map((cell, at) => (
          <CellLink
            key={cell.fromMs}
            {...{ agent: agent.agent, cell, metric, at, runsOf, onRead }}
            // one stop of the tab key for each agent; arrows do the rest
            reached={at === first}
          />
        ))}
      </span>
    </div>
  )
})

/** Leads to the runs that failed, where there are any. */
function FailedShare({ agent, to }: { agent: Lane['agent']; to: string }) {
  const title = `${plural(agent.failedRuns, 'run')} failed; ${plural(agent.failedCalls, 'call')} of ${count(agent.calls)}`
  if (agent.failedRuns === 0) return <span title={title}>{failedShare(agent)}</span>
  return (
    <Link to={to} title={title} aria-label={visible(`${failedShare(agent)}: runs in which ${agent.agent} failed`)}>
      {failedShare(agent)}
    </Link>
  )
}

interface CellProps extends Pick<LaneProps, 'metric' | 'runsOf' | 'onRead'> {
  readonly agent: string
  readonly cell: Cell
  readonly at: number
  readonly reached: boolean
}

function CellLink({ agent, cell, metric, at, reached, runsOf, onRead }: CellProps) {
  if (cell.step === null) return <span className="cell none" />
  const from = new Date(cell.fromMs)
  const label = `${agent}, ${minute(from.toISOString(), new Date(0))}: ${words(cell.step)}`
  const failed = metric === 'success' && cell.level > 0
  return (
    <Link
      to={runsOf(agent, cell, failed)}
      className={failed ? 'cell failed' : 'cell'}
      data-at={at}
      tabIndex={reached ? 0 : -1}
      aria-label={visible(label)}
      onPointerEnter={() => onRead(label)}
      onFocus={() => onRead(label)}
    >
      <span
        className="fill"
        style={
          metric === 'success'
            ? { height: `${failed ? Math.max(25, cell.level * 100) : 0}%` }
            : { opacity: shade(cell.level) }
        }
      />
    </Link>
  )
}

/** Nothing unusual can still be seen. */
const shade = (level: number) => 0.14 + 0.86 * level
