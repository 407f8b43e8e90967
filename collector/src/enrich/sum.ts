import type { Span } from '../span.ts'
import { agree } from './line.ts'
import { ownWord, type Word } from './word.ts'

/** A span in its run, as far as sums go by it. */
export interface Place {
  readonly parent: Place | null
  readonly parentId: string | null
  readonly kind: Span['kind']
  readonly startNs: bigint
  readonly endNs: bigint
  readonly own: Pick<Span, 'tenantId'>
  /** What an agent or a chain says that it used in all; `null` of other spans. */
  readonly sum: Word | null
  /** Tells what a model call, or all below it, used. */
  readonly isTelling: boolean
  /** Something below is telling, and no tool between. */
  isToldBelow: boolean
}

/**
 * Usage that stands on agents and chains. It repeats what is told below; where nothing below tells any, it is all that is
 * known, and counts. An agent's sum is of its own loop: of what its tools use inside it knows nothing.
 */
export interface Sums<P extends Place> {
  /** A place was linked with the one above it, if that is known, or tells something by now. */
  rise(place: P): void
  /** Its parent came. */
  found(place: P): void
  /** Whether nothing tells what this sum is made of. */
  isAlone(place: P): boolean
  /** Sums that may be otherwise since this was asked last. */
  changed(): readonly P[]
  clear(): void
}

/** What a span says that it used in all: of agents and chains that tell some. */
export function sumOf(span: Span): Word | null {
  return span.counted && (span.kind === 'agent' || span.kind === 'chain') ? ownWord(span) : null
}

export function isTelling(span: Span): boolean {
  const { kind, costNano, costSource, inputTokens, outputTokens } = span
  if (kind !== 'llm') return sumOf(span) !== null
  return (inputTokens ?? outputTokens) !== null || (costNano !== null && costSource === 'reported')
}

/** More that nobody knows the place of are taken as told elsewhere. */
const MOST_STRAYS = 1000

export function createSums<P extends Place>(): Sums<P> {
  const sums = new Set<P>()
  /** Calls whose parent is not known: they may be of any sum at their time. */
  const strays = new Set<P>()
  let touched = new Set<P>()

  function touch(place: P): void {
    if (place.sum !== null) touched.add(place)
  }

  function touchAll(): void {
    for (const sum of sums) touched.add(sum)
  }

  return {
    rise(place) {
      if (place.sum !== null) sums.add(place)
      if (!place.isTelling && !place.isToldBelow) return
      let top = place
      for (let at = place.parent as P | null; at !== null; at = at.parent as P | null) {
        // where it is told already all above know; what a tool uses inside is none of its agent's
        if (at.isToldBelow || at.kind === 'tool') return
        at.isToldBelow = true
        touch(at)
        top = at
      }
      if (top.parentId === null || isStep(top) || strays.has(top) || strays.size >= MOST_STRAYS) return
      strays.add(top)
      touchAll()
    },
    found(place) {
      if (strays.delete(place)) touchAll()
    },
    isAlone(place) {
      if (place.isToldBelow) return false
      for (const stray of strays) if (isMeanwhile(stray, place)) return false
      return true
    },
    changed() {
      if (touched.size === 0) return none
      const all = [...touched]
      touched = new Set()
      return all
    },
    clear() {
      sums.clear()
      strays.clear()
    },
  }
}

const none: readonly never[] = []

/** What is below a step of its own belongs to that one, wherever it stands. */
const isStep = ({ kind }: Place): boolean => kind === 'agent' || kind === 'chain'

function isMeanwhile(stray: Place, sum: Place): boolean {
  return stray.startNs <= sum.endNs && sum.startNs <= stray.endNs && agree(stray.own.tenantId, sum.own.tenantId)
}
