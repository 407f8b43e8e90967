/**
 * How much a passage is like texts that try to turn a model: the sum of what its traits weigh. The weights are learned
 * by `collector/bench/guards/teach.ts`. A trait counts once in a passage, and the passage that weighs most counts.
 */
import { TRAITS, traitsOf } from './trait.ts'
import { bias, scale, weights } from './weights.ts'

/** Words of a passage. */
export const PASSAGE = 48
/** A long text has many passages, and one of them is odd by chance. */
const CHANCE = 0.7

export interface Likeness {
  /** Log odds: above 0 it is rather an attack than not. */
  readonly odds: number
  /** The words that weigh most. */
  readonly start: number
  readonly end: number
}

/** Where each trait was counted last; the numbers go on from text to text, so that none has to be taken back. */
const latest = new Int32Array(TRAITS).fill(-PASSAGE)
let first = 0
let sums = new Int32Array(1024)

/** @param text folded */
export function likenessOf(text: string): Likeness {
  const { traits, until, starts, ends, count } = traitsOf(text)
  if (count === 0) return { odds: bias, start: 0, end: 0 }
  if (first > 1 << 30) {
    first = 0
    latest.fill(-PASSAGE)
  }
  if (sums.length < count) sums = new Int32Array(until.length)
  let sum = 0
  let most = Number.NEGATIVE_INFINITY
  let last = 0
  for (let word = 0, i = 0; word < count; word++) {
    const here = first + word
    let own = 0
    for (const end = until[word] as number; i < end; i++) {
      const trait = traits[i] as number
      if (here - (latest[trait] as number) < PASSAGE) continue
      latest[trait] = here
      own += weights[trait] as number
    }
    sums[word] = own
    sum += own
    if (word >= PASSAGE) sum -= sums[word - PASSAGE] as number
    if (sum > most && (word >= PASSAGE - 1 || word === count - 1)) {
      most = sum
      last = word
    }
  }
  first += count + PASSAGE
  const [from, to] = heaviest(Math.max(0, last - PASSAGE + 1), last)
  const odds = most / scale + bias - CHANCE * Math.log(Math.max(1, count / PASSAGE))
  return { odds, start: starts[from] as number, end: ends[to] as number }
}

/** The run of words within a passage whose sum is greatest. */
function heaviest(from: number, to: number): readonly [number, number] {
  let best: readonly [number, number] = [from, to]
  let most = Number.NEGATIVE_INFINITY
  let sum = 0
  let start = from
  for (let word = from; word <= to; word++) {
    if (sum <= 0) {
      sum = 0
      start = word
    }
    sum += sums[word] as number
    if (sum > most) {
      most = sum
      best = [start, word]
    }
  }
  return best
}
