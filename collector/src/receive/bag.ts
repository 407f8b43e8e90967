import type { AttributeValue } from '../span.ts'
import { cut, type Work } from './work.ts'

/** Attributes while they are being decoded. */
export interface Bag {
  readonly values: Record<string, AttributeValue>
  names: number
  /** Names it may hold; more are cut and counted as `attributes`. */
  readonly most: number
}

export function openBag(most: number): Bag {
  return { values: Object.create(null) as Record<string, AttributeValue>, names: 0, most }
}

/** Makes room for a name. A name that is there already may always be written again: the last value holds. */
export function admits(work: Work, bag: Bag, name: string): boolean {
  if (name in bag.values) return true
  if (bag.names >= bag.most) {
    cut(work, 'attributes', 1)
    return false
  }
  bag.names++
  return true
}
