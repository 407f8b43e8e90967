/** `GET /guards`: what guards found and did, the text around it, and whether they were right. */
import { useState } from 'react'
import { useAnswer } from '../answer.ts'
import { done, useKeys } from '../keys.ts'
import { useLive } from '../live.ts'
import { useNow } from '../now.ts'
import { go, usePlace, withParameters } from '../place.ts'
import { isRange, RANGES } from '../runs/filters.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Frame } from '../ui/frame.tsx'
import { Link } from '../ui/link.tsx'
import { LiveSwitch } from '../ui/live-switch.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import { Text } from '../ui/text.tsx'
import { FindingCard } from './finding-card.tsx'
import { getFindings, type Mark, markFinding, type StoredFinding } from './guards-api.ts'
import { RuleRates } from './rule-rates.tsx'
import '../approvals/approvals.css'
import '../money/money.css'
import './guards.css'

const CHIPS = [
  ['rule', 'Rule'],
  ['type', 'Type'],
  ['agent', 'Agent'],
  ['workflow', 'Workflow'],
  ['trace', 'Run'],
] as const
const CHOICES = [
  [
    'guard',
    'Guard',
    ['pii', 'secret', 'injection', 'toxicity', 'topic', 'schema', 'tool', 'length', 'language', 'citation'],
  ],
  ['action', 'Action', ['flag', 'redact', 'ask', 'block']],
  ['direction', 'Direction', ['input', 'output', 'tool']],
  ['verdict', 'Verdict', ['open', 'false_alarm', 'right']],
] as const

const MARK_WORDS = {
  false_alarm: ['Mark as false alarm', 'It counts against the rule. Nothing that was done is undone.'],
  right: ['Mark as right', 'It counts for the rule.'],
  none: ['Take back the mark', 'Nobody said anything of it then.'],
} as const

export function GuardsPage() {
  const place = usePlace()
  const now = useNow(30_000)
  const [paused, setPaused] = useState(false)
  const [active, setActive] = useState<string | null>(null)
  const [marking, setMarking] = useState<{ readonly finding: StoredFinding; readonly mark: Mark } | null>(null)
  const older = place.search.has('cursor')
  const asked = useAnswer(place.search.toString(), (signal) => getFindings(queryOf(place.search), signal))
  const live = useLive(!paused && !older && asked.problem?.status !== 401, asked.again)
  const { findings = [], rules = [], next = null } = asked.value ?? {}
  const set = (changes: Readonly<Record<string, string | null>>) => {
    go(withParameters(place, { ...changes, cursor: null }), 'replace')
  }
  const filtered = [...CHIPS.map(([name]) => name), ...CHOICES.map(([name]) => name)].some((name) =>
    place.search.has(name),
  )
  const at = findings.findIndex(({ id }) => id === active)
  const current = findings[at]

  function move(by: number): boolean {
    const to = findings[Math.min(findings.length - 1, Math.max(0, at + by))]
    if (to !== undefined) setActive(to.id)
    return to !== undefined
  }

  useKeys([
    ['j ArrowDown', () => move(1)],
    ['k ArrowUp', () => move(-1)],
    ['f', () => current !== undefined && done(setMarking({ finding: current, mark: 'false_alarm' }))],
    ['r', () => current !== undefined && done(setMarking({ finding: current, mark: 'right' }))],
    ['Enter', () => current !== undefined && done(go(`/runs/${current.traceId}?span=${current.spanId}`))],
    ['p', () => done(setPaused(!paused))],
  ])

  return (
    <Frame
      title="Guards"
      here="guards"
      tools={!older && <LiveSwitch state={live} paused={paused} onToggle={() => setPaused(!paused)} />}
    >
      <div className="page">
        <div className="page-head">
          <h1>Guards</h1>
          <search className="guard-filters">
            {CHOICES.map(([name, label, options]) => (
              <label key={name}>
                <span className="unseen">{label}</span>
                <select value={place.search.get(name) ?? ''} onChange={(event) => set({ [name]: event.target.value })}>
                  <option value="">Any {label.toLowerCase()}</option>
                  {options.map((option) => (
                    <option key={option} value={option}>
                      {option.replace('_', ' ')}
                    </option>
                  ))}
                </select>
              </label>
            ))}
            <label>
              <span className="unseen">Time range</span>
              <select
                value={place.search.get('range') ?? '7d'}
                onChange={(event) => set({ range: event.target.value })}
              >
                {Object.keys(RANGES).map((range) => (
                  <option key={range} value={range}>
                    Last {range}
                  </option>
                ))}
              </select>
            </label>
          </search>
        </div>
        <Chips search={place.search} onSet={set} />
        {asked.problem !== null && <ProblemNotice problem={asked.problem} again={asked.again} />}
        {asked.value === null && asked.problem === null && <p className="muted">Loading findings…</p>}
        {asked.value !== null && findings.length === 0 && <Nothing filtered={filtered || older} />}
        {rules.length > 0 && (
          <section aria-label="Rules">
            <h2>Rules</h2>
            <RuleRates rules={rules} now={now} onFilter={set} />
          </section>
        )}
        {findings.length > 0 && (
          <section aria-label="Findings" className={asked.stale ? 'stale' : undefined}>
            <h2>Findings</h2>
            <ul className="findings">
              {findings.map((finding) => (
                <FindingCard
                  key={finding.id}
                  finding={finding}
                  now={now}
                  active={finding.id === active}
                  onMark={(mark) => setMarking({ finding, mark })}
                  onFilter={set}
                />
              ))}
            </ul>
            <div className="pager">
              {older && <Link to={withParameters(place, { cursor: null })}>← Newest</Link>}
              <span className="grow" />
              {next !== null && <Link to={withParameters(place, { cursor: next })}>Older →</Link>}
            </div>
          </section>
        )}
      </div>
      {marking !== null && (
        <ConfirmDialog
          verb={MARK_WORDS[marking.mark][0]}
          about={<Text>{`${marking.finding.type}, ${marking.finding.rule}`}</Text>}
          means={MARK_WORDS[marking.mark][1]}
          reasonRequired={false}
          act={(told, signal) => markFinding(marking.finding.id, marking.mark, told, signal)}
          onClose={(changed) => {
            setMarking(null)
            if (changed) asked.again()
          }}
        />
      )}
    </Frame>
  )
}

function Chips({ search, onSet }: { search: URLSearchParams; onSet: (changes: Record<string, null>) => void }) {
  const set = CHIPS.filter(([name]) => search.has(name))
  if (set.length === 0) return null
  return (
    <ul className="chips" aria-label="Filters in use">
      {set.map(([name, label]) => (
        <li key={name}>
          <button type="button" className="chip" onClick={() => onSet({ [name]: null })}>
            <span className="unseen">Remove filter</span> {label} <Text>{search.get(name) ?? ''}</Text>{' '}
            <span aria-hidden="true">×</span>
          </button>
        </li>
      ))}
    </ul>
  )
}

function Nothing({ filtered }: { filtered: boolean }) {
  return (
    <div className="notice">
      <h2>{filtered ? 'No finding fits these filters' : 'Nothing was found'}</h2>
      {filtered ? (
        <p>
          <Link to="/guards">Show all findings</Link>
        </p>
      ) : (
        <p>
          Guards read what goes in and out of models and tools, at the gate and as spans arrive. The pack{' '}
          <code>baseline</code> is on; <code>guards:</code> in outrider.yaml chooses others.
        </p>
      )}
    </div>
  )
}

function queryOf(search: URLSearchParams): URLSearchParams {
  const query = new URLSearchParams({ limit: '50' })
  for (const name of [...CHIPS.map(([one]) => one), ...CHOICES.map(([one]) => one), 'cursor']) {
    const value = search.get(name)
    if (value !== null && value !== '') query.set(name, value)
  }
  const range = search.get('range')
  if (isRange(range)) query.set('from', new Date(Date.now() - RANGES[range] * 60_000).toISOString())
  return query
}
