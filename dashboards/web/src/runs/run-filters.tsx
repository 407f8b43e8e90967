import { type RefObject, useEffect, useEffectEvent, useState } from 'react'
import { go, type Place, withParameters } from '../place.ts'
import { Text } from '../ui/text.tsx'
import { activeFilters, type Filter, isRange, LABELS, RANGES } from './filters.ts'

const FIELDS = ['workflow', 'agent', 'failedAgent', 'model', 'user', 'session', 'tenant', 'minCostUsd'] as const
const TYPING_MS = 250

interface Props {
  readonly place: Place
  readonly searchField: RefObject<HTMLInputElement | null>
}

/** The filters. What they say is in the address bar, so a filtered list is a link. */
export function RunFilters({ place, searchField }: Props) {
  const chips = activeFilters(place.search).filter(({ name }) => name !== 'q' && name !== 'status')
  const [open, setOpen] = useState(chips.length > 0)
  const custom = place.search.get('range') === 'custom' || place.search.has('from') || place.search.has('to')

  function set(changes: Readonly<Record<string, string | null>>) {
    go(withParameters(place, { ...changes, cursor: null }), 'replace')
  }

  return (
    <search className="filters">
      <div className="filter-bar">
        <TextField
          name="q"
          label="Search runs"
          placeholder="Search name, agent, model, tool, user, trace ID"
          place={place}
          onSet={set}
          field={searchField}
        />
        <label>
          <span className="unseen">Status</span>
          <select value={place.search.get('status') ?? ''} onChange={(event) => set({ status: event.target.value })}>
            <option value="">Any status</option>
            <option value="error">Error</option>
            <option value="ok">OK</option>
            <option value="unset">Done</option>
          </select>
        </label>
        <label>
          <span className="unseen">Time range</span>
          <select
            value={custom ? 'custom' : isRange(place.search.get('range')) ? place.search.get('range')! : ''}
            onChange={(event) => set({ range: event.target.value, from: null, to: null })}
          >
            <option value="">Any time</option>
            {Object.keys(RANGES).map((range) => (
              <option key={range} value={range}>
                Last {range}
              </option>
            ))}
            <option value="custom">Between…</option>
          </select>
        </label>
        <button type="button" className="button" aria-expanded={open} onClick={() => setOpen(!open)}>
          Filters{chips.length > 0 && ` · ${chips.length}`}
        </button>
      </div>
      {custom && (
        <div className="filter-fields">
          <Moment name="from" label="From" place={place} onSet={set} />
          <Moment name="to" label="Until" place={place} onSet={set} />
        </div>
      )}
      {open && (
        <div className="filter-fields">
          {FIELDS.map((name) => (
            <TextField key={name} name={name} label={LABELS[name]} shown place={place} onSet={set} />
          ))}
        </div>
      )}
      {chips.length > 0 && (
        <ul className="chips" aria-label="Filters in use">
          {chips.map(({ name, value }) => (
            <li key={name}>
              <button type="button" className="chip" onClick={() => set({ [name]: null })}>
                <span className="unseen">Remove filter</span> {LABELS[name]} <Text>{value}</Text>{' '}
                <span aria-hidden="true">×</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </search>
  )
}

interface FieldProps {
  readonly name: Filter
  readonly label: string
  /** Whether the label can be seen. */
  readonly shown?: boolean
  readonly placeholder?: string
  readonly place: Place
  readonly onSet: (changes: Readonly<Record<string, string | null>>) => void
  readonly field?: RefObject<HTMLInputElement | null>
}

/** Follows the address bar, and sets it a moment after the last key. */
function TextField({ name, label, shown = false, placeholder, place, onSet, field }: FieldProps) {
  const held = place.search.get(name) ?? ''
  const [typed, setTyped] = useState(held)
  const [last, setLast] = useState(held)
  if (last !== held) {
    setLast(held)
    setTyped(held)
  }
  const set = useEffectEvent((value: string) => onSet({ [name]: value }))
  useEffect(() => {
    if (typed === held) return
    const timer = setTimeout(() => set(typed), TYPING_MS)
    return () => clearTimeout(timer)
  }, [typed, held])
  return (
    <label className={name === 'q' ? 'grow' : undefined}>
      <span className={shown ? 'label' : 'unseen'}>{label}</span>
      <input
        ref={field}
        type={name === 'q' ? 'search' : 'text'}
        inputMode={name === 'minCostUsd' ? 'decimal' : undefined}
        placeholder={placeholder ?? (name === 'minCostUsd' ? 'USD' : undefined)}
        spellCheck={false}
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </label>
  )
}

/** A local time on the screen, an instant in the address. */
function Moment({ name, label, place, onSet }: FieldProps | (Omit<FieldProps, 'name'> & { name: 'from' | 'to' })) {
  const held = new Date(place.search.get(name) ?? '')
  const local = Number.isNaN(held.getTime())
    ? ''
    : new Date(held.getTime() - held.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
  return (
    <label>
      <span className="label">{label}</span>
      <input
        type="datetime-local"
        value={local}
        onChange={(event) => {
          const at = new Date(event.target.value)
          onSet({ [name]: Number.isNaN(at.getTime()) ? null : at.toISOString(), range: null })
        }}
      />
    </label>
  )
}
