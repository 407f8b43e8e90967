/**
 * The event loop as a queue: one waiter an iteration, first come first served. Work cut into slices of about a
 * millisecond, with `await turn()` before each, holds the loop for one slice at a time, however many requests are at
 * work; a pause of each request's own would let all of them go on in the same iteration.
 */
const waiting: (() => void)[] = []
let called = false

export function turn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve)
    callNext()
  })
}

function callNext(): void {
  if (called || waiting.length === 0) return
  called = true
  setImmediate(() => {
    called = false
    waiting.shift()?.()
    callNext()
  })
}

/** Spans a slice: about a millisecond of any one step. */
const SLICE = 128

/** The same map, a slice a turn. */
export async function mapInTurns<A, B>(items: readonly A[], map: (item: A) => B): Promise<B[]> {
  const mapped: B[] = []
  for (let from = 0; from < items.length; from += SLICE) {
    await turn()
    for (const item of items.slice(from, from + SLICE)) mapped.push(map(item))
  }
  return mapped
}
