/** A series as lines in a box: value, band, and where it fired. Pure; x and y are 0 to 1000, y grows downward. */
import type { Series } from './alerts-api.ts'

export const BOX = 1000

export interface Drawing {
  /** Lines of the value, broken where there is none. */
  readonly value: string
  /** The band as closed shapes. */
  readonly band: string
  readonly center: string
  /** Spans of time in which it fired, from and to. */
  readonly firing: readonly (readonly [number, number])[]
  /** What the bottom and the top of the box stand for. */
  readonly low: number
  readonly high: number
}

type Column = readonly (number | null)[]

export function drawingOf({ value, low, center, high, state }: Series): Drawing {
  const seen = [value, low, center, high].flatMap((column) => column.filter((one) => one !== null))
  const bottom = Math.min(0, ...seen)
  const highest = Math.max(bottom, ...seen)
  const top = highest > bottom ? highest : bottom + 1
  const last = Math.max(1, value.length - 1)
  const x = (at: number) => round((at / last) * BOX)
  // halves: the distance of the largest numbers is none
  const height = top / 2 - bottom / 2 || 1
  const y = (given: number) => round(BOX - ((given / 2 - bottom / 2) / height) * BOX)
  const line = (column: Column) =>
    stretches(column)
      .map(
        ({ from, values }) =>
          `M${values.map((one, n) => `${x(from + n)} ${y(one)}`).join('L')}${values.length === 1 ? 'h1' : ''}`,
      )
      .join('')
  // a side that is not bad has no limit: the band reaches to the end of the box
  const upper = high.some((one) => one !== null) ? high : center.map((one) => (one === null ? null : top))
  const lower = low.some((one) => one !== null) ? low : center.map((one) => (one === null ? null : bottom))
  const both = upper.map((one, n) => (one === null || lower[n] == null ? null : n))
  const band = stretches(both)
    .map(({ values }) => {
      const over = values.map((n) => `${x(n)} ${y(upper[n] ?? top)}`)
      const under = values.toReversed().map((n) => `${x(n)} ${y(lower[n] ?? bottom)}`)
      return `M${[...over, ...under].join('L')}Z`
    })
    .join('')
  const fires = stretches(state.map((one, n) => (one === 'firing' ? n : null)))
  return {
    value: line(value),
    band,
    center: line(center),
    firing: fires.map(({ from, values }) => [x(from), x(from + values.length - 1)] as const),
    low: bottom,
    high: top,
  }
}

interface Stretch {
  readonly from: number
  readonly values: readonly number[]
}

/** What stands together without a gap. */
function stretches(column: Column): readonly Stretch[] {
  const found: { from: number; values: number[] }[] = []
  for (const [at, value] of column.entries()) {
    if (value === null) continue
    const last = found.at(-1)
    if (last !== undefined && last.from + last.values.length === at) last.values.push(value)
    else found.push({ from: at, values: [value] })
  }
  return found
}

const round = (value: number) => Math.round(value * 10) / 10
