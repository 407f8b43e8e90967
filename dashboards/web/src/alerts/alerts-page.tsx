/** `GET /alerts`: what is unusual now and lately, the rules that say so, and who is told. */
import { useState } from 'react'
import { useAnswer } from '../answer.ts'
import { plural } from '../format.ts'
import { useLive } from '../live.ts'
import { useNow } from '../now.ts'
import { go, usePlace, withParameters } from '../place.ts'
import { Choice } from '../ui/choice.tsx'
import { Frame } from '../ui/frame.tsx'
import { LiveSwitch } from '../ui/live-switch.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import { Text } from '../ui/text.tsx'
import { getAlerts } from './alerts-api.ts'
import { DeliveryView } from './delivery-view.tsx'
import { NowView } from './now-view.tsx'
import { RulesView } from './rules-view.tsx'
import { SeriesView } from './series-view.tsx'
import '../approvals/approvals.css'
import '../money/money.css'
import './alerts.css'

const VIEWS = [
  ['now', 'Alerts'],
  ['rules', 'Rules'],
  ['delivery', 'Delivery'],
] as const
type View = (typeof VIEWS)[number][0]

export function AlertsPage() {
  const place = usePlace()
  const now = useNow(5000)
  const [paused, setPaused] = useState(false)
  const view = VIEWS.find(([name]) => name === place.search.get('view'))?.[0] ?? 'now'
  const series = place.search.get('series')
  const [agent, rule] = [place.search.get('ofAgent'), place.search.get('ofRule')]
  const asked = useAnswer(JSON.stringify([agent, rule]), (signal) => {
    const query = new URLSearchParams({ limit: '100' })
    if (agent !== null) query.set('agent', agent)
    if (rule !== null) query.set('rule', rule)
    return getAlerts(query, signal)
  })
  // alerts are found minute by minute; loops at once, as their spans arrive
  const live = useLive(!paused && asked.problem?.status !== 401, asked.again, { askEveryMs: 5000 })
  const firing = asked.value?.open.filter(({ state, mutedBy }) => state === 'firing' && mutedBy === null).length ?? 0

  return (
    <Frame
      title={firing === 0 ? 'Alerts' : `(${firing}) Alerts`}
      here="alerts"
      tools={<LiveSwitch state={live} paused={paused} onToggle={() => setPaused(!paused)} />}
    >
      <div className="page">
        <div className="page-head">
          <h1>Alerts</h1>
          {firing > 0 && <span className="bad">{plural(firing, 'alert')} firing</span>}
          {[['ofAgent', 'Agent', agent] as const, ['ofRule', 'Rule', rule] as const].map(([name, label, value]) =>
            value === null ? null : (
              <button
                key={name}
                type="button"
                className="chip"
                onClick={() => go(withParameters(place, { [name]: null }), 'replace')}
              >
                <span className="unseen">Remove filter</span> {label} <Text>{value}</Text>{' '}
                <span aria-hidden="true">×</span>
              </button>
            ),
          )}
          <Choice
            label="What to show"
            options={VIEWS}
            value={view}
            onChoose={(name: View) => go(withParameters(place, { view: name === 'now' ? null : name, series: null }))}
          />
        </div>
        {asked.problem !== null && <ProblemNotice problem={asked.problem} again={asked.again} />}
        {asked.value === null && asked.problem === null && <p className="muted">Loading alerts…</p>}
        {series !== null && <SeriesView rule={series} now={now} />}
        {asked.value !== null && view === 'now' && <NowView alerts={asked.value} now={now} onChange={asked.again} />}
        {view === 'rules' && <RulesView now={now} />}
        {asked.value !== null && view === 'delivery' && <DeliveryView deliveries={asked.value.deliveries} now={now} />}
      </div>
    </Frame>
  )
}
