/** From readings to a state with a history: nobody is woken by one bucket, nor put to sleep by one. */
import type { Reading } from './trigger.ts'

export interface LifecycleSettings {
  /** Fires when so many... @default 3 */
  readonly hits: number
  /** ...of so many buckets are over the limit. @default 4 */
  readonly of: number
  /** Calm buckets in a row that end an alert. @default 10 */
  readonly keepFiring: number
  /** Minutes after which an alert that does not end is the new normal; 0: never. @default 360 */
  readonly newNormalMinutes: number
}

export type Phase = 'ok' | 'pending' | 'firing'

export interface Life {
  phase: Phase
  /** Newest buckets, newest bit first: over the limit or not. */
  history: number
  calm: number
  /** Minute of the first bucket that counted towards this alert. */
  since: number
  firedAt: number
}

export type Change = 'fired' | 'resolved'

export interface Step {
  readonly change: Change | null
  /** Why it ended. */
  readonly cause: 'recovered' | 'new normal' | null
}

export const startLife = (): Life => ({ phase: 'ok', history: 0, calm: 0, since: -1, firedAt: -1 })

export function live(life: Life, verdict: Reading['verdict'], minute: number, settings: LifecycleSettings): Step {
  const over = verdict === 'over' || verdict === 'certain'
  life.history = ((life.history << 1) | (over ? 1 : 0)) & ((1 << settings.of) - 1)
  if (life.phase === 'firing') {
    life.calm = verdict === 'calm' ? life.calm + 1 : 0
    if (life.calm >= settings.keepFiring) return end(life, 'recovered')
    if (settings.newNormalMinutes > 0 && minute - life.firedAt >= settings.newNormalMinutes)
      return end(life, 'new normal')
    return { change: null, cause: null }
  }
  if (life.history === 0) {
    life.phase = 'ok'
    life.since = -1
    return { change: null, cause: null }
  }
  if (life.phase === 'ok') life.since = minute
  life.phase = 'pending'
  if (verdict !== 'certain' && ones(life.history) < settings.hits) return { change: null, cause: null }
  life.phase = 'firing'
  life.firedAt = minute
  life.calm = 0
  return { change: 'fired', cause: null }
}

function end(life: Life, cause: 'recovered' | 'new normal'): Step {
  Object.assign(life, startLife())
  return { change: 'resolved', cause }
}

function ones(bits: number): number {
  let count = 0
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++
  return count
}
