import { AgentsPage } from './agents/agents-page.tsx'
import { AlertsPage } from './alerts/alerts-page.tsx'
import { ApprovalsPage } from './approvals/approvals-page.tsx'
import { ComparePage } from './compare/compare-page.tsx'
import { GuardsPage } from './guards/guards-page.tsx'
import { MoneyPage } from './money/money-page.tsx'
import { usePlace } from './place.ts'
import { RunPage } from './run/run-page.tsx'
import { RunsPage } from './runs/runs-page.tsx'
import { DialectsPage } from './settings/dialects-page.tsx'
import { SettingsPage } from './settings/settings-page.tsx'
import { Frame } from './ui/frame.tsx'
import { Link } from './ui/link.tsx'
import { Text } from './ui/text.tsx'

export function App() {
  const { path } = usePlace()
  if (path === '/') return <RunsPage />
  if (path === '/compare') return <ComparePage />
  if (path === '/agents') return <AgentsPage />
  if (path === '/money') return <MoneyPage />
  if (path === '/guards') return <GuardsPage />
  if (path === '/alerts') return <AlertsPage />
  if (path === '/approvals') return <ApprovalsPage />
  if (path === '/settings') return <SettingsPage />
  if (path === '/dialects') return <DialectsPage />
  const run = /^\/runs\/([^/]+)\/?$/.exec(path)
  if (run?.[1] !== undefined) return <RunPage key={run[1]} traceId={decoded(run[1])} />
  return (
    <Frame title="Not found" here={null}>
      <div className="notice">
        <h1>Nothing here</h1>
        <p>
          There is no page at <Text>{path}</Text>. <Link to="/">See all runs</Link>.
        </p>
      </div>
    </Frame>
  )
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
