import { type RefObject, useMemo } from 'react'
import { KINDS, type Kind } from '../api.ts'
import { count, plural } from '../format.ts'
import type { Tree } from './tree.ts'

interface Props {
  readonly tree: Tree
  /** Spans of kind `other` that are left out now. */
  readonly hidden: number
  readonly hideOthers: boolean
  readonly query: string
  readonly matches: number
  /** Spans in which a failure began. */
  readonly failures: number
  readonly searchField: RefObject<HTMLInputElement | null>
  readonly onSet: (changes: Readonly<Record<string, string | null>>) => void
  readonly onNext: () => void
  readonly onFailure: () => void
  readonly onCollapseAll: () => void
  readonly onExpandAll: () => void
  readonly onHelp: () => void
}

/** Above the waterfall: what the colours mean, search, and what is left out. */
export function Toolbar(props: Props) {
  const { tree, hidden, hideOthers, query, matches, searchField, onSet } = props
  const kinds = useMemo(() => kindCounts(tree), [tree])
  const others = kinds.find(([kind]) => kind === 'other')?.[1] ?? 0
  return (
    <div className="toolbar">
      <ul className="legend" aria-label="Spans by kind">
        {kinds.map(([kind, number]) => (
          <li key={kind}>
            <span className={`swatch k-${kind}`} aria-hidden="true" />
            {kind} <span className="muted">{count(number)}</span>
          </li>
        ))}
      </ul>
      {props.failures > 0 && (
        <button
          type="button"
          className="chip bad"
          title="Shows the next span that failed and below which nothing failed"
          onClick={props.onFailure}
        >
          <span aria-hidden="true">✕</span> Where it failed
          {props.failures > 1 && <span className="muted">{count(props.failures)}</span>}
        </button>
      )}
      {others > 0 && others < tree.nodes.size && (
        <button
          type="button"
          className={hideOthers ? 'chip on' : 'chip'}
          aria-pressed={hideOthers}
          onClick={() => onSet({ others: hideOthers ? null : 'hide' })}
        >
          {hideOthers ? `${plural(hidden, 'span')} hidden · show` : 'Hide other spans'}
        </button>
      )}
      <span className="grow" />
      <label className="find">
        <span className="unseen">Search spans</span>
        <input
          ref={searchField}
          type="search"
          placeholder="Search spans"
          spellCheck={false}
          value={query}
          onChange={(event) => onSet({ q: event.target.value })}
          onKeyDown={(event) => {
            if (event.key === 'Enter') props.onNext()
          }}
        />
        {query.trim() !== '' && (
          <span className="muted" role="status">
            {plural(matches, 'match', 'matches')}
          </span>
        )}
      </label>
      <button type="button" className="quiet" onClick={props.onCollapseAll}>
        Collapse all
      </button>
      <button type="button" className="quiet" onClick={props.onExpandAll}>
        Expand all
      </button>
      <button type="button" className="quiet key-hint" onClick={props.onHelp}>
        <span aria-hidden="true">?</span>
        <span className="unseen">Keyboard shortcuts</span>
      </button>
    </div>
  )
}

function kindCounts(tree: Tree): readonly (readonly [Kind, number])[] {
  const counts = new Map<Kind, number>()
  for (const { span } of tree.nodes.values()) counts.set(span.kind, (counts.get(span.kind) ?? 0) + 1)
  return KINDS.flatMap((kind) => {
    const number = counts.get(kind)
    return number === undefined ? [] : [[kind, number] as const]
  })
}
