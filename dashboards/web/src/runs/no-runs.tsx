import { Copy } from '../ui/copy.tsx'
import { Link } from '../ui/link.tsx'

/** An empty list teaches how to fill it; a filtered one how to widen it. */
export function NoRuns({ filtered, older }: { filtered: boolean; older: boolean }) {
  if (filtered || older) {
    return (
      <div className="notice">
        <h2>{older ? 'No older runs' : 'No run fits these filters'}</h2>
        <p>
          <Link to="/">Show all runs</Link>
        </p>
      </div>
    )
  }
  const endpoint = `export OTEL_EXPORTER_OTLP_ENDPOINT=${location.origin}`
  return (
    <div className="notice teach">
      <h2>No runs yet</h2>
      <p>A run appears here the moment its first span arrives.</p>
      <h3>See one now</h3>
      <Command text="npm run demo" />
      <p className="muted">A team of agents answers a support ticket. It needs no key and no network.</p>
      <h3>Send your own</h3>
      <Command text={endpoint} />
      <Command text="export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf" />
      <p className="muted">Any OpenTelemetry exporter will do: HTTP with protobuf or JSON here, gRPC on port 4317.</p>
    </div>
  )
}

function Command({ text }: { text: string }) {
  return (
    <div className="command">
      <code>{text}</code>
      <Copy text={text} label={`Copy ${text}`} />
    </div>
  )
}
