/** The last numbers of a series: a plain value, so that it can be stored and read back as it is. */
export interface Ring {
  readonly values: Float32Array
  /** Where the next number goes. */
  next: number
  length: number
}

export const createRing = (capacity: number): Ring => ({ values: new Float32Array(capacity), next: 0, length: 0 })

/** Forgets the oldest number when it is full. Numbers are kept in single precision. */
export function push(ring: Ring, value: number): void {
  ring.values[ring.next] = value
  ring.next = (ring.next + 1) % ring.values.length
  if (ring.length < ring.values.length) ring.length++
}

/** The number that was pushed `back` pushes before the newest; `NaN` where there is none. */
export function ago(ring: Ring, back: number): number {
  if (back >= ring.length) return Number.NaN
  const capacity = ring.values.length
  return ring.values[(ring.next - 1 - back + 2 * capacity) % capacity]!
}

/** The numbers in the order of their size, in memory that the next call takes again. */
export function sorted(ring: Ring): Float32Array {
  const view = scratchOf(ring.length)
  view.set(ring.values.subarray(0, ring.length))
  return view.sort()
}

/** Adds to every number: a new level with the old spread. */
export function shift(ring: Ring, by: number): void {
  for (let index = 0; index < ring.length; index++) ring.values[index]! += by
}

export function clear(ring: Ring): void {
  ring.next = 0
  ring.length = 0
}

let scratch = new Float32Array(4096)

function scratchOf(length: number): Float32Array {
  if (length > scratch.length) scratch = new Float32Array(2 * length)
  return scratch.subarray(0, length)
}
