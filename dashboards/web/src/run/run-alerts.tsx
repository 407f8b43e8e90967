import { AlertCard } from '../alerts/alert-card.tsx'
import { pastFolded } from '../alerts/incidents.ts'
import type { Alert } from '../api.ts'

/** Alerts that this run is an example of. Takes no room where there are none. */
export function RunAlerts({ alerts, now }: { alerts: readonly Alert[]; now: Date }) {
  if (alerts.length === 0) return null
  return (
    <section className="run-money" aria-label="Alerts">
      <ul className="alerts">
        {pastFolded(alerts).map(({ alert, symptoms }) => (
          <AlertCard
            key={`${alert.identity} ${alert.time} ${alert.event}`}
            alert={alert}
            symptoms={symptoms}
            now={now}
          />
        ))}
      </ul>
    </section>
  )
}
