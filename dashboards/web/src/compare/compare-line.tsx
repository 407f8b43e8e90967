// biome-ignore-all lint/a11y/useSemanticElements: a table's own roles are lost when it is laid out as a grid or cards
// biome-ignore-all lint/a11y/useFocusableInteractive: one element takes the keyboard, its rows do not
import { memo } from 'react'
import { duration, money, tokens } from '../format.ts'
import type { Node } from '../run/tree.ts'
import { Text } from '../ui/text.tsx'
import type { Step } from './align.ts'
import { WHAT_WORDS, type What } from './difference.ts'

interface Props {
  readonly step: Step
  readonly different: readonly What[]
  readonly index: number
  readonly top: number
  readonly active: boolean
  readonly selected: boolean
  readonly onOpen: () => void
}

const DEEPEST = 12

export const CompareLine = memo(function CompareLine({ step, different, index, top, active, selected, onOpen }: Props) {
  const node = step.a ?? step.b
  const id = node?.span.spanId ?? ''
  const names = ['step-line', different.length > 0 && 'differs', active && 'active', selected && 'selected']
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the page's own keys move and open lines
    <div
      role="row"
      id={`step-${id}`}
      aria-rowindex={index + 2}
      aria-selected={selected}
      tabIndex={-1}
      className={names.filter(Boolean).join(' ')}
      style={{ transform: `translateY(${top}px)` }}
      onClick={onOpen}
    >
      <span role="gridcell" className="step-name" style={{ paddingLeft: Math.min(step.level - 1, DEEPEST) * 14 }}>
        <span className={`swatch k-${node?.span.kind ?? 'other'}`} aria-hidden="true" />
        <Text>{node?.span.name ?? ''}</Text>
      </span>
      <Side node={step.a} different={different} />
      <Side node={step.b} different={different} />
      <span role="gridcell" className="step-what">
        {different.map((what) => (
          <span key={what} className="flag">
            {WHAT_WORDS[what]}
          </span>
        ))}
      </span>
    </div>
  )
})

function Side({ node, different }: { node: Node | null; different: readonly What[] }) {
  if (node === null) {
    return (
      <span role="gridcell" className="muted">
        not there
      </span>
    )
  }
  const { span } = node
  const mark = (what: What) => (different.includes(what) ? 'marked' : undefined)
  return (
    <span role="gridcell" className="num step-side">
      <span className={mark('duration')}>{duration(span.durationMs)}</span>
      {(span.inputTokens !== null || span.outputTokens !== null) && (
        <span className={mark('tokens')}>
          {tokens(span.inputTokens)} → {tokens(span.outputTokens)}
        </span>
      )}
      {span.costUsd !== null && <span className={mark('cost')}>{money(span.costUsd)}</span>}
      {span.status === 'error' && <span className="bad">✕ error</span>}
    </span>
  )
}
