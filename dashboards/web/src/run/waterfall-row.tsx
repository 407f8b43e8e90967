// biome-ignore-all lint/a11y/useSemanticElements: a table's own roles are lost when it is laid out as a grid or cards
// biome-ignore-all lint/a11y/useFocusableInteractive: one element takes the keyboard, its rows do not
import { memo } from 'react'
import { duration, money, tokens } from '../format.ts'
import { Text } from '../ui/text.tsx'
import { visible } from '../visible.ts'
import type { Row } from './rows.ts'
import { barOf } from './scale.ts'
import { endOf, flagsOf, labelOf, modelOf } from './span-words.ts'

interface Props {
  readonly row: Row
  readonly index: number
  readonly top: number
  readonly height: number
  readonly lengthMs: number
  readonly marks: readonly number[]
  readonly active: boolean
  readonly selected: boolean
  /** Whether it fits the search; null when nothing is sought. */
  readonly found: boolean | null
  readonly onOpen: (id: string) => void
  readonly onToggle: (id: string) => void
}

/** Deeper levels are not moved further right, or the name would have no room. */
const DEEPEST = 16

export const WaterfallRow = memo(function WaterfallRow(props: Props) {
  const { row, index, top, height, lengthMs, active, selected, found } = props
  const { node } = row
  const { span } = node
  const failed = span.status === 'error'
  const names = [
    'line',
    'columns',
    failed && 'failed',
    active && 'active',
    selected && 'selected',
    found === true && 'found',
    found === false && 'dimmed',
  ]
  const depth = Math.min(row.level - 1, DEEPEST)
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the page's own keys move and open lines, as a treegrid wants
    <div
      role="row"
      id={`span-${row.id}`}
      aria-level={row.level}
      aria-expanded={row.expanded ?? undefined}
      aria-setsize={row.siblings}
      aria-posinset={row.position}
      aria-rowindex={index + 2}
      aria-selected={selected}
      aria-label={labelOf(node)}
      tabIndex={-1}
      className={names.filter(Boolean).join(' ')}
      style={{ transform: `translateY(${top}px)`, height }}
      onClick={() => props.onOpen(row.id)}
    >
      <div role="gridcell" className="name" style={{ paddingLeft: 6 + depth * 14 }}>
        {row.expanded === null ? (
          <span className="twig" />
        ) : (
          <button
            type="button"
            tabIndex={-1}
            className={row.expanded ? 'twig open' : 'twig'}
            aria-label={row.expanded ? 'Collapse' : `Expand ${node.below} spans`}
            onClick={(event) => {
              event.stopPropagation()
              props.onToggle(row.id)
            }}
          >
            <svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
              <path d="M3 1.5 7 5 3 8.5" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" />
            </svg>
          </button>
        )}
        <span className={`swatch k-${span.kind}`} title={span.kind} aria-hidden="true" />
        <Text className="span-name">{span.name}</Text>
        {row.expanded === false && <span className="below">+{node.below}</span>}
        <Extras row={row} />
      </div>
      <div role="gridcell" className="num c-tokens">
        {(span.inputTokens !== null || span.outputTokens !== null) && (
          <span className={span.counted ? undefined : 'uncounted'} title={tokenTitle(span.counted)}>
            {tokens(span.inputTokens)} <span className="unit">→</span> {tokens(span.outputTokens)}
          </span>
        )}
      </div>
      <div role="gridcell" className="num c-cost">
        {span.costUsd !== null ? (
          <span className={span.counted ? undefined : 'uncounted'}>{money(span.costUsd)}</span>
        ) : (
          span.costSource === 'unpriced' && <span className="unpriced">unpriced</span>
        )}
      </div>
      <div role="gridcell" className="timeline">
        <Timeline row={row} lengthMs={lengthMs} marks={props.marks} />
      </div>
    </div>
  )
})

function Extras({ row }: { row: Row }) {
  const { span, parent } = row.node
  const agent = span.agent !== null && span.agent !== parent?.span.agent ? span.agent : null
  const model = [span.requestModel, span.responseModel].some((name) => name !== null && span.name.includes(name))
    ? null
    : modelOf(span)
  const end = endOf(span)
  return (
    <span className="extras">
      {agent !== null && !span.name.includes(agent) && (
        <span className="tag agent-tag">
          <Text>{agent}</Text>
        </span>
      )}
      {span.kind === 'llm' && model !== null && (
        <span className="muted">
          <Text>{model}</Text>
        </span>
      )}
      {span.status === 'error' && (
        <span className="error-mark">
          ✕ <Text>{span.errorType ?? 'error'}</Text>
        </span>
      )}
      {end !== null && !(span.status === 'error' && end.word === 'error') && (
        <span className={end.usual ? 'end' : 'end notable'} title={end.title}>
          <Text>{end.word}</Text>
        </span>
      )}
      {flagsOf(row.node).map((flag) => (
        <span key={flag.word} className="flag" title={visible(flag.why)}>
          {flag.word}
        </span>
      ))}
    </span>
  )
}

function Timeline({ row, lengthMs, marks }: { row: Row; lengthMs: number; marks: readonly number[] }) {
  const { node } = row
  const { span } = node
  const bar = barOf(node, lengthMs)
  const end = bar.left + bar.width
  return (
    <>
      {marks.map((ms) => (
        <span key={ms} className="gridline" style={{ left: `${(ms / lengthMs) * 100}%` }} />
      ))}
      {node.outOfTime ? (
        <span className="bar-words">clock off by days</span>
      ) : (
        <>
          <span
            className={`bar k-${span.kind}${span.status === 'error' ? ' failed' : ''}`}
            style={{ left: `${bar.left}%`, width: `${bar.width}%` }}
          >
            {span.ttftMs !== null && span.durationMs > 0 && span.ttftMs < span.durationMs && (
              <span className="ttft" style={{ left: `${(span.ttftMs / span.durationMs) * 100}%` }} />
            )}
          </span>
          <span className="bar-words" style={{ left: `${end}%` }}>
            {duration(span.durationMs)}
          </span>
        </>
      )}
    </>
  )
}

function tokenTitle(counted: boolean): string {
  return counted ? 'Tokens in → out' : 'Not counted: another span tells the same usage'
}
