import { type ReactNode, useState } from 'react'
import type { Finding, Span } from '../api.ts'
import { plural } from '../format.ts'
import { doneWords, FindingText } from '../guards/finding-text.tsx'
import { Link } from '../ui/link.tsx'
import { Text } from '../ui/text.tsx'

/** What guards found in a span: what, why, and the text around it. */
export function FindingList({ findings }: { findings: readonly Finding[] }) {
  if (findings.length === 0) return null
  return (
    <ul className="findings" aria-label="Findings">
      {findings.map((finding) => (
        <li className="finding" key={`${finding.rule} ${finding.type} ${finding.direction} ${finding.field}`}>
          <Head finding={finding} />
          <p>
            <Text>{finding.why}</Text>
          </p>
          <FindingText finding={finding} />
        </li>
      ))}
    </ul>
  )
}

const SHOWN = 3

/** The run's findings, each leading to its span. Takes no room where there are none. */
export function RunFindings({
  spans,
  traceId,
  onOpen,
}: {
  spans: readonly Span[]
  traceId: string
  onOpen: (id: string) => void
}) {
  const [all, setAll] = useState(false)
  const found = spans.flatMap((span) => (span.findings ?? []).map((finding) => ({ span, finding })))
  if (found.length === 0) return null
  const shown = all ? found : found.slice(0, SHOWN)
  return (
    <section className="run-money" aria-label="Findings">
      <ul className="findings">
        {shown.map(({ span, finding }) => (
          <li
            className="finding"
            key={`${span.spanId} ${finding.rule} ${finding.type} ${finding.direction} ${finding.field}`}
          >
            <Head finding={finding}>
              <button type="button" className="link-button" onClick={() => onOpen(span.spanId)}>
                <Text>{span.name}</Text>
              </button>
              <span className="muted">
                <Text>{finding.why}</Text>
              </span>
            </Head>
          </li>
        ))}
      </ul>
      <p>
        {(all || found.length > SHOWN) && (
          <button type="button" className="quiet" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? 'Show fewer findings' : `Show all ${plural(found.length, 'finding')}`}
          </button>
        )}
        <Link to={`/guards?${new URLSearchParams({ trace: traceId })}`} className="quiet">
          Mark false alarms
        </Link>
      </p>
    </section>
  )
}

function Head({ finding, children }: { finding: Finding; children?: ReactNode }) {
  const hard = finding.enforced && finding.action !== 'flag'
  return (
    <p className="decision-head">
      <span className={`pill ${hard ? 'error' : 'incomplete'}`}>{doneWords(finding)}</span>
      <strong>
        <Text>{finding.type}</Text>
      </strong>
      <code>
        <Text>{finding.rule}</Text>
      </code>
      {finding.count > 1 && <span className="muted num">{finding.count} times</span>}
      {children}
    </p>
  )
}
