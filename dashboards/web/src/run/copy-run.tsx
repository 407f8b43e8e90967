import type { RunDetail } from '../api.ts'
import { Copy } from '../ui/copy.tsx'
import { Link } from '../ui/link.tsx'
import { markdownOf } from './run-markdown.ts'
import { otlpOf } from './run-otlp.ts'

/** The run for elsewhere: for a program, for another collector, for people; and beside another run. */
export function CopyRun({ detail }: { detail: RunDetail }) {
  const { traceId } = detail.run
  return (
    <span className="copy-run">
      <span className="muted">Copy as</span>
      <Copy text={() => JSON.stringify(detail, null, 2)} label="Copy the run as JSON">
        JSON
      </Copy>
      <Copy text={() => JSON.stringify(otlpOf(detail))} label="Copy the run as OTLP">
        OTLP
      </Copy>
      <Copy
        text={() => markdownOf(detail, `${location.origin}/runs/${encodeURIComponent(traceId)}`)}
        label="Copy the run as Markdown"
      >
        Markdown
      </Copy>
      <Link className="button" to={`/compare?${new URLSearchParams({ a: traceId })}`}>
        Compare…
      </Link>
    </span>
  )
}
