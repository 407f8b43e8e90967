import { useState } from 'react'
import { useAnswer } from '../answer.ts'
import { count, plural, time } from '../format.ts'
import { Text } from '../ui/text.tsx'
import { type Delivery, getDead, resend, testRoute } from './alerts-api.ts'

/** Who is told, whether it gets there, and what was given up. */
export function DeliveryView({ deliveries, now }: { deliveries: readonly Delivery[]; now: Date }) {
  const dead = useAnswer('dead', getDead)
  const [said, setSaid] = useState<{ readonly route: string; readonly words: string } | null>(null)

  async function test(route: string) {
    setSaid({ route, words: 'sending…' })
    const answer = await testRoute(route, AbortSignal.timeout(60_000)).catch(() => null)
    if (answer === null) setSaid({ route, words: 'no answer in a minute' })
    else if (!answer.ok) setSaid({ route, words: answer.problem.message })
    else setSaid({ route, words: answer.value.delivered ? 'delivered' : (answer.value.why ?? 'not delivered') })
  }

  async function sendAgain(id: string) {
    await resend(id, AbortSignal.timeout(10_000)).catch(() => null)
    dead.again()
  }

  if (deliveries.length === 0) {
    return (
      <p className="muted">
        Nobody is told: alerts are shown here only. Name receivers under <code>alerts.notify</code> in outrider.yaml:
        webhook, Slack, PagerDuty, Alertmanager, e-mail or log.
      </p>
    )
  }
  return (
    <>
      <section aria-label="Receivers">
        <h2>Receivers</h2>
        <ul className="switches">
          {deliveries.map(({ route, type, waiting, dead: given, lastError, takenAt }) => (
            <li key={route}>
              <span className={`pill ${lastError === null ? 'ok' : 'error'}`}>
                {lastError === null ? 'ok' : 'failing'}
              </span>
              <span className="switch-words">
                <strong>
                  <Text>{route}</Text>
                </strong>{' '}
                <span className="muted num">
                  {route === type ? '' : `${type}, `}
                  {takenAt === null ? 'nothing taken yet' : `took the last at ${time(takenAt, now)}`}
                  {waiting > 0 && `, ${count(waiting)} waiting`}
                  {given > 0 && `, ${count(given)} given up`}
                </span>{' '}
                {lastError !== null && (
                  <span className="bad">
                    <Text>{lastError}</Text>
                  </span>
                )}
                {said?.route === route && (
                  <span role="status">
                    {' '}
                    test: <Text>{said.words}</Text>
                  </span>
                )}
              </span>
              <button type="button" className="button" onClick={() => test(route)}>
                Send a test
                <span className="unseen">
                  {' '}
                  to <Text>{route}</Text>
                </span>
              </button>
            </li>
          ))}
        </ul>
      </section>
      {(dead.value?.dead.length ?? 0) > 0 && (
        <section aria-label="Given up">
          <h2>Given up</h2>
          <ul className="switches">
            {dead.value?.dead.map(({ id, route, time: at, tries, error, texts }) => (
              <li key={id}>
                <span className="switch-words">
                  <strong>
                    <Text>{route}</Text>
                  </strong>{' '}
                  <Text>{texts.join(' · ')}</Text>{' '}
                  <span className="muted num">
                    {time(at, now)}, {plural(tries, 'try', 'tries')}
                  </span>{' '}
                  <span className="bad">
                    <Text>{error}</Text>
                  </span>
                </span>
                <button type="button" className="button" onClick={() => sendAgain(id)}>
                  Send again
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}
