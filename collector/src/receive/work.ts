import { OutriderError } from '../errors.ts'
import type { Rejected } from './decoded.ts'
import type { Limits } from './limits.ts'

/** The state of decoding one request: what may still be spent, what was refused, and notes on the span at hand. */
export interface Work {
  readonly limits: Limits
  /** Values that may still be decoded. */
  left: number
  readonly refused: Map<string, number>
  /** See `Span.cut`; null while nothing was cut. */
  cut: Record<string, number> | null
  /** See `Span.warnings`; null while nothing was mended. */
  warnings: string[] | null
}

export function openWork(limits: Limits): Work {
  return { limits, left: limits.values, refused: new Map(), cut: null, warnings: null }
}

/** Of a resource or scope, of what it holds, and of what a span holds: about the memory that each takes, decoded. */
export const weight = { group: 20, span: 20, event: 5, link: 5, value: 1 } as const

/** Throws `OUT_BODY_TOO_LARGE` once a request holds more values than `limits.values`, however few bytes they take. */
export function spend(work: Work, values: number): void {
  work.left -= values
  if (work.left < 0) {
    throw new OutriderError('OUT_BODY_TOO_LARGE', `The body holds more than ${work.limits.values} values.`)
  }
}

const mostCut = 2 ** 32 - 1

/** Adds to the span's `cut`. A sender's own count may be absurd: the sum stops at 2^32 - 1. */
export function cut(work: Work, what: string, count: number): void {
  if (count <= 0) return
  work.cut ??= Object.create(null) as Record<string, number>
  work.cut[what] = Math.min((work.cut[what] ?? 0) + count, mostCut)
}

export function warn(work: Work, warning: string): void {
  work.warnings ??= []
  if (!work.warnings.includes(warning)) work.warnings.push(warning)
}

export function refuse(work: Work, reason: string): void {
  work.refused.set(reason, (work.refused.get(reason) ?? 0) + 1)
}

export function refusals(work: Work): readonly Rejected[] {
  return [...work.refused].map(([reason, count]) => ({ reason, count }))
}

export interface Notes {
  readonly cut: Readonly<Record<string, number>>
  readonly warnings: readonly string[]
}

const noCut: Notes['cut'] = Object.freeze(Object.create(null))
const noWarnings: Notes['warnings'] = Object.freeze([])
export const noNotes: Notes = Object.freeze({ cut: noCut, warnings: noWarnings })

/** Begins the notes of a span: what its resource lost is lost to it too. */
export function beginNotes(work: Work, inherited: Notes): void {
  work.cut = inherited.cut === noCut ? null : Object.assign(Object.create(null), inherited.cut)
  work.warnings = inherited.warnings === noWarnings ? null : [...inherited.warnings]
}

export function endNotes(work: Work): Notes {
  return work.cut === null && work.warnings === null
    ? noNotes
    : { cut: work.cut ?? noCut, warnings: work.warnings ?? noWarnings }
}
