import type { Context } from './context.ts'

/** A number of digits only, told by a word for it beside it. */
export interface National {
  readonly type: string
  readonly country: string
  readonly context: Context
  readonly size: number
  /** Sizes of groups, as `3-3-4`; one piece is always taken. */
  readonly shapes: readonly string[]
  readonly check: (digits: string) => boolean
}

/** No check digit: the word alone speaks. */
export const none = () => true
export const national = (
  type: string,
  country: string,
  context: Context,
  size: number,
  shapes: string,
  check: (digits: string) => boolean,
): National => {
  return { type, country, context, size, shapes: shapes.split(' '), check }
}
