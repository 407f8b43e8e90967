/** One bucket of one series, as a trigger takes it: a minute, or the step of the data where that is longer. */
export interface Point {
  /** Start of the bucket, minutes since 1970. */
  readonly minute: number
  readonly value: number
  /** How many calls the value stands on. */
  readonly count: number
  /** Something was deployed since the point before. */
  readonly deployed: boolean
}

/** What a trigger makes of a point. */
export interface Reading {
  /** What was compared, in the unit of the values; a point alone is often too little. */
  readonly level: number
  /** What was expected. `null` while the trigger learns. */
  readonly center: number | null
  /** One standard deviation, on the side that the level lies on. */
  readonly deviation: number | null
  /** Deviations between level and center, with its sign. */
  readonly z: number | null
  /** How unusual, on one scale for all series and triggers: 5 is the limit, 0 nothing. */
  readonly score: number
  /** `over` counts towards an alert, `certain` is one: the trigger has waited long enough itself. */
  readonly verdict: 'calm' | 'between' | 'over' | 'certain'
  /** Between these a level is normal; `null`: no bound on that side, or none that is a level. */
  readonly low: number | null
  readonly high: number | null
  /** An amount is judged twice: in total, and a call. In this order; `null`: too little to compare. */
  readonly parts?: readonly [total: Reading | null, perCall: Reading | null]
  /** Which of the trigger's ways of looking spoke loudest. */
  readonly channel: string
}

/** Decides what is unusual. Holds nothing: all it knows of a series is in a state of plain values and typed arrays. */
export interface Trigger<State> {
  readonly start: () => State
  /** `null`: too little to compare. Changes the state. */
  readonly read: (state: State, point: Point, firing: boolean) => Reading | null
  /** What is now is the new normal. */
  readonly relearn: (state: State) => void
}

/** The score from which on a reading is over the limit. */
export const LIMIT = 5

export type Side = 'up' | 'down' | 'both'
