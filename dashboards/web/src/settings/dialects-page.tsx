/** `GET /dialects`: who sends telemetry, and what each loses. */
import { useAnswer } from '../answer.ts'
import { type DialectArrival, getDialects } from '../api.ts'
import { count, plural, time } from '../format.ts'
import { useNow } from '../now.ts'
import { Frame } from '../ui/frame.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import { Text } from '../ui/text.tsx'
import { SettingsTabs } from './settings-tabs.tsx'
import './dialects.css'

export function DialectsPage() {
  const now = useNow(30_000)
  const asked = useAnswer('dialects', getDialects)
  const arrivals = asked.value?.dialects ?? []
  return (
    <Frame title="Dialects" here="settings">
      <div className="page dialects">
        <div className="page-head">
          <h1>Dialects</h1>
          <SettingsTabs here="/dialects" />
        </div>
        <p className="muted">
          Who sent telemetry in the last 24 hours, in which convention, and what of it is lost on the way.
        </p>
        {asked.problem !== null && <ProblemNotice problem={asked.problem} again={asked.again} />}
        {asked.value === null && asked.problem === null && <p className="muted">Loading dialects…</p>}
        {asked.value !== null && arrivals.length === 0 && <p className="muted">Nothing has arrived yet.</p>}
        {arrivals.map((arrival) => (
          <ArrivalCard key={keyOf(arrival)} arrival={arrival} now={now} />
        ))}
      </div>
    </Frame>
  )
}

const keyOf = ({ dialect, scope }: DialectArrival) => JSON.stringify([dialect, scope.name, scope.version])

function ArrivalCard({ arrival, now }: { arrival: DialectArrival; now: Date }) {
  const { dialect, scope, spans, llmCalls, failedCalls, lastSeen, loses, observed, warnings } = arrival
  return (
    <section className="dialect" aria-label={dialect}>
      <h2>
        <Text>{dialect}</Text>{' '}
        <span className="dialect-scope">
          <Text>{scope.name === '' ? 'no instrumentation named' : `${scope.name} ${scope.version}`}</Text>
        </span>
      </h2>
      <p className="num">
        {plural(spans, 'span')} · {plural(llmCalls, 'model call')}
        {failedCalls > 0 && <> · {count(failedCalls)} failed</>} · last{' '}
        <time dateTime={lastSeen} title={lastSeen}>
          {time(lastSeen, now)}
        </time>
      </p>
      <Sentences title="Missing in these spans" all={observed} />
      <Sentences title="Never sent" all={loses} />
      {warnings.length > 0 && (
        <>
          <h3>Mended or unreadable</h3>
          <ul>
            {warnings.map(({ name, spans: told }) => (
              <li key={name}>
                <code>
                  <Text>{name}</Text>
                </code>{' '}
                <span className="muted">{plural(told, 'span')}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

function Sentences({ title, all }: { title: string; all: readonly string[] }) {
  if (all.length === 0) return null
  return (
    <>
      <h3>{title}</h3>
      <ul>
        {all.map((sentence) => (
          <li key={sentence}>
            <Text>{sentence}</Text>
          </li>
        ))}
      </ul>
    </>
  )
}
