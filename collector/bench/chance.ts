/** Chance that repeats: the same seed, the same data. */
export interface Chance {
  /** An integer from 0 to `limit` - 1. */
  below(limit: number): number
  /** So many hex digits, a multiple of eight. */
  hex(digits: number): string
  pick<T>(from: readonly T[]): T
}

/** Mulberry32: enough for data that must look random, and fast. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const below = (limit: number) => Math.floor((next() / 0x1_0000_0000) * limit)
  return {
    below,
    hex(digits) {
      let text = ''
      for (let i = 0; i < digits; i += 8) text += (next() + 0x1_0000_0000).toString(16).slice(1)
      return text
    },
    pick: (from) => from[below(from.length)]!,
  }
}
