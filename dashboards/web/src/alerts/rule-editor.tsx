import { useEffect, useRef, useState } from 'react'
import { plural, time } from '../format.ts'
import type { Problem } from '../request.ts'
import { Copy } from '../ui/copy.tsx'
import { Text } from '../ui/text.tsx'
import { type Preview, previewRule, type Rule } from './alerts-api.ts'

interface Props {
  readonly rule: Rule
  readonly now: Date
  readonly onClose: () => void
}

/** A rule as text, and what it would have found in the last week. Nothing is changed: rules live in files. */
export function RuleEditor({ rule, now, onClose }: Props) {
  const [yaml, setYaml] = useState(rule.yaml)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [preview, setPreview] = useState<Preview | null>(null)
  const field = useRef<HTMLTextAreaElement>(null)
  const leaving = useRef(new AbortController())
  useEffect(() => {
    field.current?.focus()
    const { current } = leaving
    return () => current.abort()
  }, [])

  async function run() {
    setBusy(true)
    const answer = await previewRule(yaml, leaving.current.signal).catch(() => null)
    if (answer === null) return
    setBusy(false)
    setPreview(answer.ok ? answer.value : null)
    setProblem(answer.ok ? null : answer.problem)
  }

  return (
    <section aria-label="Try a rule">
      <div className="page-head">
        <h2>
          Try <Text>{rule.name}</Text>
        </h2>
        <p className="muted">Nothing is changed by it.</p>
        <span className="grow" />
        <button type="button" className="quiet" onClick={onClose}>
          Close
        </button>
      </div>
      <textarea
        ref={field}
        className="rule-text mono"
        aria-label="Rule as YAML"
        spellCheck={false}
        rows={Math.min(20, yaml.split('\n').length + 1)}
        value={yaml}
        onChange={(event) => setYaml(event.target.value)}
      />
      <p className="approval-row">
        <button type="button" className="button primary" disabled={busy} onClick={run}>
          {busy ? 'Judging a week…' : 'Preview on the last week'}
        </button>
        <Copy text={() => yaml} label="Copy the rule">
          Copy the rule
        </Copy>
        <span className="muted">
          To use it, put it into a file named in <code>alerts.files</code> and leave the shipped one out with{' '}
          <code>alerts.without</code>.
        </span>
      </p>
      {problem !== null && <RuleProblems problem={problem} />}
      {preview !== null && <Previewed preview={preview} now={now} />}
    </section>
  )
}

function RuleProblems({ problem }: { problem: Problem }) {
  return (
    <div className="failure" role="alert">
      <strong>
        <Text>{problem.message}</Text>
      </strong>
      <ul>
        {problem.details.map((line) => (
          <li key={line}>
            <Text>{line}</Text>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Previewed({ preview: { alerts, perDay, days, series, events, quiet }, now }: { preview: Preview; now: Date }) {
  return (
    <div role="status" className="preview">
      <p>
        <strong>
          {alerts === 0
            ? 'It would not have fired'
            : `It would have fired ${alerts === 1 ? 'once' : `${alerts} times`}`}
        </strong>{' '}
        in {plural(days, 'day')}, {Number(perDay.toPrecision(2))} a day, over {plural(series, 'series', 'series')},{' '}
        {quiet.length} of them quiet.
      </p>
      <ul className="alerts">
        {events.map(({ fired, resolved, text, labels }) => (
          <li key={`${fired} ${JSON.stringify(labels)}`}>
            <span className="muted num">
              {time(fired, now)} – {resolved === null ? 'now' : time(resolved, now)}
            </span>{' '}
            <Text>{text}</Text>
          </li>
        ))}
      </ul>
    </div>
  )
}
