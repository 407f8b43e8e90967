/** The trigger for who used to talk and no longer does. A minute without a sample is its sample. */
import { LIMIT, type Point, type Reading, type Trigger } from './trigger.ts'

export interface SilenceState {
  /** Share of the last day's minutes that had a sample, fading. */
  talk: number
  known: number
  last: number
}

/** Minutes before a habit is believed. */
const DAY = 1440

/** Certain when nothing was heard for `minutes` of a series that spoke in at least the share `talkative` of a day. */
export function createSilence(settings: {
  readonly minutes: number
  readonly talkative: number
}): Trigger<SilenceState> {
  const { minutes, talkative } = settings
  return {
    start: () => ({ talk: 0, known: 0, last: -1 }),
    read: (state, { minute, count }: Point, firing: boolean): Reading | null => {
      const spoke = count > 0
      if (state.last < 0 && !spoke) return null
      if (spoke) state.last = minute
      if (spoke || !firing) {
        state.known++
        state.talk += ((spoke ? 1 : 0) - state.talk) / Math.min(state.known, DAY)
      }
      if (state.known < DAY) return null
      const quiet = minute - state.last
      const over = quiet >= minutes && state.talk >= talkative
      return {
        level: quiet,
        center: 0,
        deviation: null,
        z: null,
        score: over ? LIMIT : 0,
        verdict: over ? 'certain' : spoke ? 'calm' : 'between',
        low: null,
        high: minutes,
        channel: 'silence',
      }
    },
    relearn: (state) => {
      state.talk = 0
      state.known = 0
      state.last = -1
    },
  }
}

/** Nobody listened until `minute`: what was not heard before it was no silence. */
export function listenAnew(state: SilenceState, minute: number): void {
  if (state.last >= 0) state.last = Math.max(state.last, minute)
}
