/** What is normal for a series: its levels of the last day, learnt only after a while, so that trouble cannot teach. */
import { ago, clear, createRing, push, type Ring, shift } from './ring.ts'
import { type Spread, spreadOf } from './spread.ts'

export interface Baseline {
  readonly ring: Ring
  /** Levels that are not old enough to be learnt. */
  readonly waiting: Ring
  spread: Spread
}

/** `size` levels, each learnt when `delay` more have followed. */
export const createBaseline = (size: number, delay: number): Baseline => ({
  ring: createRing(size),
  waiting: createRing(delay),
  spread: { center: 0, above: 0, below: 0, lowest: 0, highest: 0 },
})

export function learn(baseline: Baseline, level: number): void {
  const { ring, waiting } = baseline
  const due = ago(waiting, waiting.values.length - 1)
  push(waiting, level)
  if (Number.isNaN(due)) return
  push(ring, due)
  baseline.spread = spreadOf(ring)
}

/** Moves everything that was learnt: the level is another, how far it strays is not. */
export function move(baseline: Baseline, by: number): void {
  if (baseline.ring.length === 0) return
  shift(baseline.ring, by)
  shift(baseline.waiting, by)
  baseline.spread = spreadOf(baseline.ring)
}

export function unlearn(baseline: Baseline): void {
  clear(baseline.ring)
  clear(baseline.waiting)
}
