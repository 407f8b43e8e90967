import { useAnswer } from '../answer.ts'
import { plural } from '../format.ts'
import { go, usePlace, withParameters } from '../place.ts'
import { Choice } from '../ui/choice.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import { Text } from '../ui/text.tsx'
import { getSeries } from './alerts-api.ts'
import { BandChart } from './band-chart.tsx'

const LABELS = ['agent', 'workflow', 'model', 'tenant', 'tool'] as const
const HOURS = { '6h': 6, '24h': 24, '7d': 168 } as const
type Span = keyof typeof HOURS

/** What a rule judges: every series with its band, the most unusual first. */
export function SeriesView({ rule, now }: { rule: string; now: Date }) {
  const place = usePlace()
  const span = Object.keys(HOURS).find((one): one is Span => one === place.search.get('range')) ?? '6h'
  const labels = LABELS.flatMap((label) => {
    const value = place.search.get(label)
    return value === null ? [] : [[label, value] as const]
  })
  // one series looks the same for a minute
  const minute = Math.floor(now.getTime() / 60_000)
  const asked = useAnswer(JSON.stringify([rule, span, labels, minute]), (signal) => {
    const from = new Date(Date.now() - HOURS[span] * 3_600_000).toISOString()
    return getSeries(new URLSearchParams({ rule, from, ...Object.fromEntries(labels) }), signal)
  })
  const answer = asked.value
  return (
    <section aria-label="Series">
      <div className="page-head">
        <h2>
          <Text>{rule}</Text>
        </h2>
        {labels.map(([label, value]) => (
          <button
            key={label}
            type="button"
            className="chip"
            onClick={() => go(withParameters(place, { [label]: null }), 'replace')}
          >
            <span className="unseen">Remove filter</span> {label} <Text>{value}</Text> <span aria-hidden="true">×</span>
          </button>
        ))}
        <span className="grow" />
        <Choice
          label="Time range"
          options={(Object.keys(HOURS) as Span[]).map((one) => [one, one] as const)}
          value={span}
          onChoose={(one) => go(withParameters(place, { range: one }), 'replace')}
        />
        <button
          type="button"
          className="quiet"
          onClick={() =>
            go(withParameters(place, { series: null, ...Object.fromEntries(LABELS.map((l) => [l, null])) }))
          }
        >
          Close
        </button>
      </div>
      {asked.problem !== null && <ProblemNotice problem={asked.problem} again={asked.again} />}
      {answer === null && asked.problem === null && <p className="muted">Loading series…</p>}
      {answer !== null && answer.series.length === 0 && <p className="muted">Nothing to judge in this time.</p>}
      {answer !== null && answer.series.length > 0 && (
        <div className="charts">
          {answer.series.map((series) => (
            <BandChart
              key={JSON.stringify(series.labels)}
              {...{ series, now, metric: answer.metric, kind: answer.kind, to: answer.to }}
            />
          ))}
        </div>
      )}
      {answer !== null && (
        <p className="muted">
          Line: the value of each minute. Band: what is normal for this series. Red: while it fired.
          {answer.more > 0 && ` ${plural(answer.more, 'further series', 'further series')} are calmer.`}
        </p>
      )}
    </section>
  )
}
