/** Random numbers that a seed brings back (mulberry32). */
export interface Random {
  /** A whole number from 0 to `max`. */
  upTo(max: number): number
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0
  return {
    upTo(max) {
      state = (state + 0x6d2b79f5) >>> 0
      let t = Math.imul(state ^ (state >>> 15), state | 1)
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
      return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * (Math.floor(max) + 1))
    },
  }
}
