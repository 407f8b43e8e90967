import { useState } from 'react'
import type { Balance, Switch } from '../api.ts'
import { duration, money, plural, time } from '../format.ts'
import { Link } from '../ui/link.tsx'
import { Text } from '../ui/text.tsx'
import { barOf, burnOf, outlookOf, type Sample, sampled, usedOf } from './burn.ts'

type Target = Pick<Switch, 'scope' | 'name'>

interface Props {
  readonly budgets: readonly Balance[]
  readonly now: Date
  readonly onHold: (target: Target) => void
}

const SHOWN = 30

/** The fullest first: those are what somebody came to see. */
export function BudgetList({ budgets, now, onHold }: Props) {
  const [all, setAll] = useState(false)
  const seen = useSamples(budgets, now)
  if (budgets.length === 0) {
    return (
      <p className="muted">
        No budget is set. Add one under <code>budgets:</code> in outrider.yaml, or give a run one in code:{' '}
        <code>run(name, {'{ budgetUsd: 1 }'}, fn)</code>.
      </p>
    )
  }
  const sorted = budgets.toSorted((a, b) => usedOf(b) - usedOf(a) || a.name.localeCompare(b.name))
  return (
    <>
      <ul className="budgets">
        {(all ? sorted : sorted.slice(0, SHOWN)).map((balance) => (
          <Budget
            key={keyOf(balance)}
            balance={balance}
            seen={seen.get(keyOf(balance)) ?? []}
            now={now}
            onHold={onHold}
          />
        ))}
      </ul>
      {!all && sorted.length > SHOWN && (
        <button type="button" className="quiet" onClick={() => setAll(true)}>
          Show all {plural(sorted.length, 'budget')}
        </button>
      )}
    </>
  )
}

const keyOf = ({ name, scope, key, window }: Balance) => JSON.stringify([name, scope, key, window.start])

/** What was seen of every budget lately; one sample for each answer of the collector. */
function useSamples(budgets: readonly Balance[], now: Date): ReadonlyMap<string, readonly Sample[]> {
  const [held, setHeld] = useState({ budgets: [] as readonly Balance[], seen: new Map<string, readonly Sample[]>() })
  if (held.budgets === budgets) return held.seen
  const at = now.getTime()
  const next = budgets.map((balance) => {
    const key = keyOf(balance)
    return [key, sampled(held.seen.get(key) ?? [], { at, spentUsd: balance.spentUsd })] as const
  })
  const seen = new Map(next)
  setHeld({ budgets, seen })
  return seen
}

interface BudgetProps {
  readonly balance: Balance
  readonly seen: readonly Sample[]
  readonly now: Date
  readonly onHold: (target: Target) => void
}

function Budget({ balance, seen, now, onHold }: BudgetProps) {
  const { name, scope, key, window, limitUsd, spentUsd, heldUsd, unbackedUsd } = balance
  const bar = barOf(balance)
  const left = Math.max(0, limitUsd - spentUsd - heldUsd)
  const words = `${money(spentUsd)} spent and ${money(heldUsd)} held of ${money(limitUsd)}`
  return (
    <li className={outlookOf(balance, now.getTime()).kind === 'gone' ? 'budget gone' : 'budget'}>
      <p className="budget-head">
        <strong>
          <Text>{name}</Text>
        </strong>
        <span className="muted">
          <Text>{scope}</Text> <Key scope={scope} name={key} />
        </span>
        {balance.shadow === true && (
          <span className="tag" title="Judged and reported, not enforced">
            shadow
          </span>
        )}
        <span className="grow" />
        {!scope.includes('/') && key !== '' && (
          <button type="button" className="quiet" onClick={() => onHold({ scope, name: key })}>
            Hold…
          </button>
        )}
      </p>
      <div className="bar-box" role="img" aria-label={words}>
        <span className="bar-spent" style={{ width: `${bar.spent}%` }} />
        <span className="bar-held" style={{ left: `${bar.spent}%`, width: `${bar.held}%` }} />
        {bar.limit !== null && <span className="bar-limit" style={{ left: `${bar.limit}%` }} />}
      </div>
      <p className="budget-figures num">
        <span>
          <b>{money(spentUsd)}</b> spent
        </span>
        <span>
          <b>{money(heldUsd)}</b> held
        </span>
        <span>
          <b>{money(left)}</b> left of {money(limitUsd)}
        </span>
        {unbackedUsd > 0 && (
          <span className="bad" title="Billed beyond what was held for it">
            {money(unbackedUsd)} unbacked
          </span>
        )}
        <Part value={balance.ungovernedUsd} word="ungoverned" why="Spent by clients that never asked the gate" />
        <Part value={balance.uncertainUsd} word="uncertain" why="Holds that ended without a word: counted as spent" />
        <span className="muted">
          <Outlook balance={balance} seen={seen} now={now} />
        </span>
        {window.end !== null && (
          <span className="muted" title={window.end}>
            window ends {time(window.end, now)}
          </span>
        )}
      </p>
    </li>
  )
}

/** A run's key leads to the run. */
function Key({ scope, name }: { scope: string; name: string }) {
  if (scope === 'run' && name !== '') {
    return (
      <Link to={`/runs/${encodeURIComponent(name)}`} className="mono">
        {name}
      </Link>
    )
  }
  return <Text>{scope === 'global' && name === 'all' ? '' : name}</Text>
}

function Part({ value, word, why }: { value: number | undefined; word: string; why: string }) {
  if (value === undefined || value <= 0) return null
  return (
    <span className="warned" title={why}>
      {money(value)} {word}
    </span>
  )
}

function Outlook({ balance, seen, now }: Omit<BudgetProps, 'onHold'>) {
  const rate = burnOf(balance, now.getTime(), seen)
  const outlook = outlookOf(balance, now.getTime(), seen)
  const burning = rate !== null && rate > 0 ? `${money(rate)} an hour` : null
  if (outlook.kind === 'gone') return 'nothing left'
  if (burning === null) return 'not burning'
  return outlook.kind === 'ends' ? `${burning}: gone in ${duration(outlook.inMs)}` : `${burning}: lasts its window`
}
