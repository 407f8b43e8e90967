import { useState } from 'react'
import type { Alert } from '../api.ts'
import { time } from '../format.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Text } from '../ui/text.tsx'
import { AlertCard } from './alert-card.tsx'
import { type Alerts, endSilence, type Labels, type OpenAlert, type Silence } from './alerts-api.ts'
import { openFolded, pastFolded, quietWords } from './incidents.ts'
import { SilenceDialog } from './silence-dialog.tsx'

interface Props {
  readonly alerts: Alerts
  readonly now: Date
  readonly onChange: () => void
}

/** What fires, what is quiet and why, and what happened lately. */
export function NowView({ alerts, now, onChange }: Props) {
  const [silencing, setSilencing] = useState<Labels | null>(null)
  const [ending, setEnding] = useState<Silence | null>(null)
  const { open, recent, silences, maintenance } = alerts
  const sorted = openFolded(open).toSorted(
    ({ alert: a }, { alert: b }) => rank(b) - rank(a) || Date.parse(b.since) - Date.parse(a.since),
  )
  return (
    <>
      <section aria-label="Firing">
        <h2>Now</h2>
        {open.length === 0 ? (
          <p className="muted" role="status">
            {alerts.evaluatedAt === null
              ? 'Not judged yet: the first judging is under way.'
              : `All is normal, as of ${time(alerts.evaluatedAt, now)}.`}
          </p>
        ) : (
          <ul className="alerts">
            {sorted.map(({ alert, symptoms }) => (
              <AlertCard
                key={alert.identity}
                alert={withStory(alert, alerts)}
                now={now}
                symptoms={symptoms}
                mark={
                  alert.mutedBy !== null ? (
                    <span
                      className="tag"
                      title={alert.told === false ? 'Another alert speaks for it' : 'Nobody is told'}
                    >
                      {alert.told === false ? 'told as: ' : 'quiet: '}
                      <Text>{quietWords(alert.mutedBy)}</Text>
                    </span>
                  ) : (
                    alert.state === 'pending' && (
                      <span className="tag" title="Unusual, and not yet for long enough">
                        pending
                      </span>
                    )
                  )
                }
              >
                {alert.mutedBy === null && (
                  <button
                    type="button"
                    className="button"
                    onClick={() => setSilencing({ rule: alert.rule, ...alert.labels })}
                  >
                    Silence…
                    <span className="unseen">
                      {' '}
                      <Text>{alert.text}</Text>
                    </span>
                  </button>
                )}
              </AlertCard>
            ))}
          </ul>
        )}
      </section>
      {(silences.length > 0 || maintenance.some(({ active }) => active)) && (
        <section aria-label="Silences">
          <h2>Kept quiet</h2>
          <ul className="switches">
            {silences.map((silence) => (
              <li key={silence.id}>
                <span className={`pill ${silence.state === 'active' ? 'incomplete' : 'running'}`}>{silence.state}</span>
                <span className="switch-words">
                  <strong>
                    <Text>{matchWords(silence.match)}</Text>
                  </strong>{' '}
                  <Text>{silence.reason}</Text>{' '}
                  <span className="muted">
                    <Text>{silence.by}</Text>, until {time(silence.ends, now)}
                  </span>
                </span>
                <button type="button" className="button" onClick={() => setEnding(silence)}>
                  End…
                </button>
              </li>
            ))}
            {maintenance
              .filter(({ active }) => active)
              .map(({ name, from, to }) => (
                <li key={name}>
                  <span className="pill incomplete">maintenance</span>
                  <span className="switch-words">
                    <strong>
                      <Text>{name}</Text>
                    </strong>{' '}
                    <span className="muted num">
                      {from}–{to} UTC
                    </span>
                  </span>
                </li>
              ))}
          </ul>
        </section>
      )}
      <section aria-label="Recent">
        <h2>Last seven days</h2>
        {recent.length === 0 && <p className="muted">Nothing fired.</p>}
        <ul className="alerts">
          {pastFolded(recent).map(({ alert, symptoms }) => (
            <AlertCard
              key={`${alert.identity} ${alert.time} ${alert.event}`}
              alert={alert}
              symptoms={symptoms}
              now={now}
            />
          ))}
        </ul>
      </section>
      {silencing !== null && (
        <SilenceDialog
          match={silencing}
          onClose={(changed) => {
            setSilencing(null)
            if (changed) onChange()
          }}
        />
      )}
      {ending !== null && (
        <ConfirmDialog
          verb="End"
          about={
            <>
              the silence of <Text>{matchWords(ending.match)}</Text>
            </>
          }
          means="Alerts that it kept quiet are told again from now on."
          reasonRequired={false}
          act={({ by }, signal) => endSilence(ending.id, by, signal)}
          onClose={(changed) => {
            setEnding(null)
            if (changed) onChange()
          }}
        />
      )}
    </>
  )
}

/** What is open tells no runs; the event that opened it does. */
function withStory(alert: OpenAlert, { recent }: Alerts): Alert {
  const fired = recent.find(({ identity, event }) => identity === alert.identity && event === 'fired')
  if (fired === undefined) return { ...alert, event: 'fired' }
  const { examples, changes, share = null } = fired
  return { ...alert, event: 'fired', examples, changes, share }
}

const SEVERITIES = ['info', 'warning', 'critical']
const rank = ({ state, severity, mutedBy }: OpenAlert) => {
  return (state === 'firing' ? 10 : 0) + (mutedBy === null ? 5 : 0) + SEVERITIES.indexOf(severity)
}

const matchWords = (match: Labels) =>
  Object.entries(match)
    .map(([label, value]) => `${label} ${value}`)
    .join(', ')
