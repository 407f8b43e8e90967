import { type SubmitEvent, useState } from 'react'
import type { Switch } from '../api.ts'
import { time } from '../format.ts'
import { Text } from '../ui/text.tsx'

type Target = Pick<Switch, 'scope' | 'name'>

const SCOPES = ['agent', 'workflow', 'run', 'user', 'session', 'tenant', 'model', 'tool', 'global'] as const

/** What is stopped now, by whom and why. */
export function SwitchList(props: { switches: readonly Switch[]; now: Date; onFree: (one: Target) => void }) {
  if (props.switches.length === 0) return <p className="muted">Nothing is stopped.</p>
  return (
    <ul className="switches">
      {props.switches.map((one) => (
        <li key={JSON.stringify([one.scope, one.name])}>
          <span className={`pill ${one.state === 'held' ? 'error' : 'incomplete'}`} title={WHY[one.state]}>
            {one.state}
          </span>
          <span className="switch-words">
            <strong>
              <Text>{`${one.scope} ${one.name}`}</Text>
            </strong>{' '}
            <Text>{one.reason}</Text>{' '}
            <span className="muted">
              <Text>{one.by}</Text>,{' '}
              <time dateTime={one.since} title={one.since}>
                {time(one.since, props.now)}
              </time>
            </span>
          </span>
          <button type="button" className="button" onClick={() => props.onFree({ scope: one.scope, name: one.name })}>
            Free…
            <span className="unseen">
              {' '}
              <Text>{`${one.scope} ${one.name}`}</Text>
            </span>
          </button>
        </li>
      ))}
    </ul>
  )
}

const WHY = {
  held: 'A person stopped it: only a person frees it',
  tripped: 'A rule stopped it: it frees itself when its window ends',
} as const

/** Names what to stop; the dialog after it asks once more. */
export function HoldForm({ onHold }: { onHold: (target: Target) => void }) {
  const [scope, setScope] = useState<string>('agent')
  const [name, setName] = useState('')
  const everything = scope === 'global'
  function ask(event: SubmitEvent) {
    event.preventDefault()
    if (everything) onHold({ scope, name: 'all' })
    else if (name.trim() !== '') onHold({ scope, name: name.trim() })
  }
  return (
    <form className="hold-form" onSubmit={ask}>
      <select aria-label="Scope to stop" value={scope} onChange={(event) => setScope(event.target.value)}>
        {SCOPES.map((each) => (
          <option key={each} value={each}>
            {each === 'global' ? 'everything' : each}
          </option>
        ))}
      </select>
      {!everything && (
        <input
          aria-label="Name to stop"
          placeholder={scope === 'run' ? 'trace ID' : `name of the ${scope}`}
          autoComplete="off"
          spellCheck={false}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      )}
      <button type="submit" className="button">
        Hold…
      </button>
    </form>
  )
}
