/** `GET /agents`: how every agent fares over time, and who calls whom. */
import { useState } from 'react'
import { useAnswer } from '../answer.ts'
import { useLive } from '../live.ts'
import { useNow } from '../now.ts'
import { go, usePlace, withParameters } from '../place.ts'
import { RANGES } from '../runs/filters.ts'
import { Choice } from '../ui/choice.tsx'
import { Frame } from '../ui/frame.tsx'
import { LiveSwitch } from '../ui/live-switch.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import { Text } from '../ui/text.tsx'
import { AgentGraph } from './agent-graph.tsx'
import { getAgents } from './agents-api.ts'
import { HandoffTable } from './handoff-table.tsx'
import { HealthGrid } from './health-grid.tsx'
import { type Cell, METRICS, type Metric } from './heat.ts'
import './agents.css'

const SPANS = ['1h', '6h', '24h', '7d', '30d'] as const
type Span = (typeof SPANS)[number]
const METRIC_WORDS = { success: 'Success', latency: 'Latency', cost: 'Cost' } as const

export function AgentsPage() {
  const place = usePlace()
  const now = useNow(30_000)
  const [paused, setPaused] = useState(false)
  const range = SPANS.find((span) => span === place.search.get('range')) ?? '24h'
  const metric = METRICS.find((name) => name === place.search.get('metric')) ?? 'success'
  const workflow = place.search.get('workflow')
  const asked = useAnswer(JSON.stringify([range, workflow]), (signal) => {
    const query = new URLSearchParams({ from: new Date(Date.now() - RANGES[range] * 60_000).toISOString() })
    if (workflow !== null) query.set('workflow', workflow)
    return getAgents(query, signal)
  })
  const live = useLive(!paused && asked.problem?.status !== 401, asked.again)
  const set = (changes: Readonly<Record<string, string | null>>) => go(withParameters(place, changes), 'replace')
  const agents = asked.value
  const runsOfWorkflow = (name: string) => `/?${new URLSearchParams({ workflow: name, range })}`

  function runsOf(agent: string, cell: Pick<Cell, 'fromMs' | 'toMs'> | null = null, failed = false): string {
    const search = new URLSearchParams({ [failed ? 'failedAgent' : 'agent']: agent })
    if (workflow !== null) search.set('workflow', workflow)
    if (cell === null) search.set('range', range)
    else {
      search.set('from', new Date(cell.fromMs).toISOString())
      search.set('to', new Date(cell.toMs).toISOString())
    }
    return `/?${search}`
  }

  return (
    <Frame
      title="Agents"
      here="agents"
      tools={<LiveSwitch state={live} paused={paused} onToggle={() => setPaused(!paused)} />}
    >
      <div className="page agents">
        <div className="page-head">
          <h1>Agents</h1>
          <Choice
            label="What the cells show"
            options={METRICS.map((name) => [name, METRIC_WORDS[name]] as const)}
            value={metric}
            onChoose={(name: Metric) => set({ metric: name === 'success' ? null : name })}
          />
          <Choice
            label="Time range"
            options={SPANS.map((span) => [span, span] as const)}
            value={range}
            onChoose={(span: Span) => set({ range: span === '24h' ? null : span })}
          />
          {workflow !== null && (
            <button type="button" className="chip" onClick={() => set({ workflow: null })}>
              <span className="unseen">Remove filter</span> Workflow <Text>{workflow}</Text>{' '}
              <span aria-hidden="true">×</span>
            </button>
          )}
        </div>
        {asked.problem !== null && <ProblemNotice problem={asked.problem} again={asked.again} />}
        {agents === null && asked.problem === null && <p className="muted">Loading agents…</p>}
        {agents !== null && agents.agents.length === 0 && (
          <div className="notice">
            <h2>No agent ran in the last {range}</h2>
            <p>
              An agent appears here when a span names it: <code>gen_ai.agent.name</code>, or{' '}
              <code>outrider.agent(name, fn)</code>. <code>npm run demo</code> shows a team of them.
            </p>
          </div>
        )}
        {agents !== null && agents.agents.length > 0 && (
          <section aria-label="Health" aria-busy={asked.stale} className={asked.stale ? 'stale' : undefined}>
            <HealthGrid agents={agents} metric={metric} now={now} runsOf={runsOf} />
          </section>
        )}
        {agents !== null && agents.handoffs.length + agents.starts.length > 0 && (
          <section aria-label="Hand-offs" className={asked.stale ? 'stale' : undefined}>
            <h2>Who calls whom</h2>
            <AgentGraph {...agents} runsOf={runsOf} runsOfWorkflow={runsOfWorkflow} />
            <HandoffTable {...agents} runsOf={runsOf} runsOfWorkflow={runsOfWorkflow} />
          </section>
        )}
      </div>
    </Frame>
  )
}
