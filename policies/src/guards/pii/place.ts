import type { Finding } from '../finding.ts'
import type { Context } from './context.ts'

/** The text that is read and what stands around in it. */
export interface Place {
  readonly text: string
  /** True when a word of this kind stands at most so many characters before `start` or after `end`. */
  near(kind: Context, start: number, end: number, before?: number, after?: number): boolean
  /** True when a word of this kind stands anywhere. */
  has(kind: Context): boolean
  /** Tell also what may be something else: for stores. */
  readonly wide: boolean
  /** Findings of national numbers are told only of these countries. */
  readonly countries: ReadonlySet<string>
}

/** What a recogniser says: a finding without the guard's name. */
export type Personal = Pick<Finding, 'type' | 'rule' | 'start' | 'end' | 'score' | 'why'>

export function personal(type: string, rule: string, start: number, end: number, score: number, why: string): Personal {
  return { type, rule: `pii/${rule}`, start, end, score, why }
}
