import type { Finding } from '../api.ts'
import { visible } from '../visible.ts'

/** The text around a finding, masked by the collector; the part that was found is marked. */
export function FindingText({ finding: { before, found, after } }: { finding: Finding }) {
  if (before === null && found === null && after === null) {
    return <p className="muted">The text was not kept: the content mode keeps none.</p>
  }
  return (
    <pre className="long finding-text" dir="auto">
      {visible(before ?? '')}
      <mark>{visible(found ?? '')}</mark>
      {visible(after ?? '')}
    </pre>
  )
}

/** What the policy did, in words. */
export function doneWords({ action, enforced, shadow }: Finding): string {
  if (shadow) return `would ${DOES[action]} (shadow)`
  if (enforced || action === 'flag') return DID[action]
  return `seen too late to ${DOES[action]}`
}

const DID = { flag: 'flagged', redact: 'redacted', ask: 'asked a person', block: 'blocked' } as const
const DOES = { flag: 'flag', redact: 'redact', ask: 'ask a person', block: 'block' } as const
