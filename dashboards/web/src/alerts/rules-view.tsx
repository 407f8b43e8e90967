import { useState } from 'react'
import { useAnswer } from '../answer.ts'
import { count } from '../format.ts'
import { Link } from '../ui/link.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import { Text } from '../ui/text.tsx'
import { getRules, type Rule } from './alerts-api.ts'
import { RuleEditor } from './rule-editor.tsx'

/** Every rule that is judged, and the editor in which a changed one is tried on the last week. */
export function RulesView({ now }: { now: Date }) {
  const asked = useAnswer('rules', getRules)
  const [editing, setEditing] = useState<Rule | null>(null)
  if (asked.problem !== null) return <ProblemNotice problem={asked.problem} again={asked.again} />
  if (asked.value === null) return <p className="muted">Loading rules…</p>
  return (
    <>
      {editing !== null && <RuleEditor key={editing.name} rule={editing} now={now} onClose={() => setEditing(null)} />}
      <section aria-label="Rules">
        <h2>Rules</h2>
        <div className="table-box" data-scrolls>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">Rule</th>
                <th scope="col">Judges</th>
                <th scope="col">By</th>
                <th scope="col">Trigger</th>
                <th scope="col">For</th>
                <th scope="col">Severity</th>
                <th scope="col" className="num">
                  Series
                </th>
                <th scope="col" className="num">
                  Firing
                </th>
                <td />
              </tr>
            </thead>
            <tbody>
              {asked.value.rules.map((rule) => (
                <tr key={rule.name}>
                  <td>
                    <Link to={`/alerts?${new URLSearchParams({ series: rule.name })}`}>
                      <Text>{rule.name}</Text>
                    </Link>
                  </td>
                  <td className="mono">
                    <Text>{rule.metric}</Text> {ARROWS[rule.bad]}
                  </td>
                  <td>{rule.by.join(', ')}</td>
                  <td>{rule.trigger}</td>
                  <td>{rule.for}</td>
                  <td>{rule.severity}</td>
                  <td className="num">{count(rule.series)}</td>
                  <td className={rule.firing > 0 ? 'num bad' : 'num muted'}>{count(rule.firing)}</td>
                  <td>
                    <button type="button" className="quiet" onClick={() => setEditing(rule)}>
                      Try a change
                      <span className="unseen">
                        {' '}
                        of <Text>{rule.name}</Text>
                      </span>
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
    </>
  )
}

const ARROWS = { up: '↑', down: '↓', both: '↕' } as const
