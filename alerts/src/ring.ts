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
  const order = orders.find((one) => one.ring === ring)
  if (order !== undefined) replace(order, ring.length < ring.values.length ? null : ring.values[ring.next]!, value)
  // there is one zero
  ring.values[ring.next] = value + 0
  ring.next = (ring.next + 1) % ring.values.length
  if (ring.length < ring.values.length) ring.length++
}

/** The number that was pushed `back` pushes before the newest; `NaN` where there is none. */
export function ago(ring: Ring, back: number): number {
  if (back >= ring.length) return Number.NaN
  const capacity = ring.values.length
  return ring.values[(ring.next - 1 - back + 2 * capacity) % capacity]!
}

/** The numbers in the order of their size, to be read before the ring or another one is touched. */
export function sorted(ring: Ring): Float32Array {
  const known = orders.find((one) => one.ring === ring)
  if (known !== undefined) return known.values.subarray(0, ring.length)
  oldest = (oldest + 1) % orders.length
  const order = orders[oldest]!
  if (order.values.length < ring.values.length) order.values = new Float32Array(ring.values.length)
  order.ring = ring
  const values = order.values.subarray(0, ring.length)
  values.set(ring.values.subarray(0, ring.length))
  return values.sort()
}

/** Adds to every number: a new level with the old spread. */
export function shift(ring: Ring, by: number): void {
  for (let index = 0; index < ring.length; index++) ring.values[index]! += by
  forget(ring)
}

export function clear(ring: Ring): void {
  ring.next = 0
  ring.length = 0
  forget(ring)
}

/**
 * The rings that were sorted last stay in order as numbers come and go: one series judged minute by minute is sorted
 * once. All series judged in turn are sorted anew each time, and need no second copy of what they hold.
 */
interface Order {
  ring: Ring | null
  values: Float32Array
}
/** A series has three rings that are sorted, an amount twice as many: it is judged in total and a call. */
const orders: readonly Order[] = Array.from({ length: 6 }, () => ({ ring: null, values: new Float32Array(512) }))
let oldest = 0

function forget(ring: Ring): void {
  for (const order of orders) if (order.ring === ring) order.ring = null
}

/** @param gone the number that leaves; `null`: none. */
function replace(order: Order, gone: number | null, value: number): void {
  const { ring, values } = order
  const length = ring!.length
  const fresh = Math.fround(value + 0)
  // what is no number has no place
  if (Number.isNaN(fresh) || (gone !== null && Number.isNaN(gone))) {
    order.ring = null
    return
  }
  const from = gone === null ? length : firstFrom(values, length, gone)
  const to = firstFrom(values, length, fresh)
  if (to <= from) {
    values.copyWithin(to + 1, to, from)
    values[to] = fresh
  } else {
    values.copyWithin(from, from + 1, to)
    values[to - 1] = fresh
  }
}

/** The first place whose number is not below another. */
function firstFrom(values: Float32Array, length: number, least: number): number {
  let low = 0
  for (let high = length; low < high; ) {
    const middle = (low + high) >> 1
    if (values[middle]! < least) low = middle + 1
    else high = middle
  }
  return low
}
