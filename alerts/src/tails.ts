/**
 * How rare a number is among the last few thousand, without keeping them: a window of blocks, and of each closed block
 * only the ends. What lies between the ends is never rare, so it need not be known exactly.
 */
export interface Tails {
  /** Of each closed block the smallest and the largest numbers, in the order of their size. */
  readonly ends: Float32Array
  /** How many closed blocks there are, up to all. */
  blocks: number
  /** The block that is overwritten next. */
  next: number
  /** The block that fills. */
  readonly open: Float32Array
  filled: number
}

const BLOCKS = 16
const BLOCK = 250
const END = 8
/** Rarity of fewer numbers than this says nothing. */
const LEAST = 100
/** Most that a number beyond everything known can add, per power of ten of its distance. */
const BEYOND = 1

export const createTails = (): Tails => ({
  ends: new Float32Array(BLOCKS * 2 * END),
  blocks: 0,
  next: 0,
  open: new Float32Array(BLOCK),
  filled: 0,
})

/**
 * How many powers of ten rarer than one in two this is on its side, and more where it lies beyond everything known;
 * 0 until a hundred numbers are known. `leastRange`: how far apart the extremes are taken to be at least.
 */
export function rarity(tails: Tails, value: number, leastRange: number): number {
  const known = tails.blocks * BLOCK + tails.filled
  if (known < LEAST) return 0
  const number = Math.fround(value)
  let atLeast = 0
  let atMost = 0
  let lowest = Number.POSITIVE_INFINITY
  let highest = Number.NEGATIVE_INFINITY
  for (let index = 0; index < tails.filled; index++) {
    const past = tails.open[index]!
    if (past >= number) atLeast++
    if (past <= number) atMost++
    if (past < lowest) lowest = past
    if (past > highest) highest = past
  }
  for (let block = 0; block < tails.blocks; block++) {
    const start = block * 2 * END
    const first = tails.ends[start]!
    const last = tails.ends[start + 2 * END - 1]!
    if (first < lowest) lowest = first
    if (last > highest) highest = last
    atLeast += countAtLeast(tails.ends, start, number)
    atMost += countAtMost(tails.ends, start, number)
  }
  const rare = Math.min((atLeast + 1) / (known + 1), (atMost + 1) / (known + 1), 0.5)
  const range = Math.max(highest - lowest, leastRange)
  const outside = Math.max(number - highest, lowest - number, 0)
  return -Math.log10(2 * rare) + BEYOND * Math.log10(1 + outside / range)
}

export function learnTail(tails: Tails, value: number): void {
  tails.open[tails.filled++] = value
  if (tails.filled < BLOCK) return
  const order = tails.open.sort()
  const start = tails.next * 2 * END
  tails.ends.set(order.subarray(0, END), start)
  tails.ends.set(order.subarray(BLOCK - END), start + END)
  tails.next = (tails.next + 1) % BLOCKS
  tails.blocks = Math.min(tails.blocks + 1, BLOCKS)
  tails.filled = 0
}

function countAtLeast(ends: Float32Array, start: number, value: number): number {
  if (value <= ends[start + END - 1]!) {
    let below = 0
    while (below < END && ends[start + below]! < value) below++
    return BLOCK - below
  }
  let above = 0
  while (above < END && ends[start + 2 * END - 1 - above]! >= value) above++
  return above < END ? above : between(ends[start + END]!, ends[start + END - 1]!, value)
}

function countAtMost(ends: Float32Array, start: number, value: number): number {
  if (value >= ends[start + END]!) {
    let above = 0
    while (above < END && ends[start + 2 * END - 1 - above]! > value) above++
    return BLOCK - above
  }
  let below = 0
  while (below < END && ends[start + below]! <= value) below++
  return below < END ? below : between(ends[start + END - 1]!, ends[start + END]!, value)
}

/** A count inside the ends: as if the rest of the block lay evenly between `far`, where 8 are counted, and `near`. */
function between(far: number, near: number, value: number): number {
  const part = far === near ? 1 : Math.min(1, Math.max(0, (value - far) / (near - far)))
  return END + part * (BLOCK - 2 * END)
}
