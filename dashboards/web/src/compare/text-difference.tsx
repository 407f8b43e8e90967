import { diffWordsWithSpace } from 'diff'
import { useMemo } from 'react'
import { LongText } from '../ui/long-text.tsx'
import { visible } from '../visible.ts'

interface Piece {
  readonly value: string
  readonly added: boolean
  readonly removed: boolean
}

const PATIENCE_MS = 200
/** Unchanged text around a difference; longer stretches are left out, and it says so. */
const AROUND = 160

/** One text with what was taken away and what came. Texts without much in common stand below each other instead. */
export function TextDifference({ a, b }: { a: string; b: string }) {
  const pieces = useMemo(() => piecesOf(a, b), [a, b])
  if (a === b) return <LongText text={a} />
  if (pieces === null) {
    return (
      <>
        <del className="text-side">
          <LongText text={a} />
        </del>
        <ins className="text-side">
          <LongText text={b} />
        </ins>
      </>
    )
  }
  return (
    <pre className="long" dir="auto">
      {pieces.map(({ value, added, removed }, n) => {
        // pieces have no id, may be equal, and never change places
        const key = n
        if (added) return <ins key={key}>{visible(value)}</ins>
        if (removed) return <del key={key}>{visible(value)}</del>
        return <span key={key}>{visible(shortened(value, n === 0, n === pieces.length - 1))}</span>
      })}
    </pre>
  )
}

function piecesOf(a: string, b: string): readonly Piece[] | null {
  if (a === '' || b === '' || a === b) return null
  return diffWordsWithSpace(a, b, { timeout: PATIENCE_MS }) ?? null
}

function shortened(text: string, first: boolean, last: boolean): string {
  if (text.length <= 3 * AROUND) return text
  const head = first ? '' : text.slice(0, AROUND)
  const tail = last ? '' : text.slice(-AROUND)
  const left = text.length - head.length - tail.length
  return `${head} ⟨${left.toLocaleString('en-US')} characters the same⟩ ${tail}`
}
