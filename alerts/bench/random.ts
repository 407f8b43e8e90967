/** Numbers that look drawn by chance and are the same for the same seed. */
export interface Random {
  /** From 0 up to 1. */
  readonly uniform: () => number
  readonly between: (low: number, high: number) => number
  /** Mean 0, deviation 1. */
  readonly normal: () => number
  readonly poisson: (mean: number) => number
  readonly binomial: (trials: number, share: number) => number
}

export function createRandom(seed: string): Random {
  let state = 2_166_136_261
  for (let index = 0; index < seed.length; index++) state = Math.imul(state ^ seed.charCodeAt(index), 16_777_619)
  // mulberry32
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
  const poisson = (mean: number) => {
    if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()))
    const end = Math.exp(-mean)
    let count = 0
    for (let left = uniform(); left > end; left *= uniform()) count++
    return count
  }
  const binomial = (trials: number, share: number) => {
    let hits = 0
    for (let trial = 0; trial < trials; trial++) if (uniform() < share) hits++
    return hits
  }
  return { uniform, between: (low, high) => low + (high - low) * uniform(), normal, poisson, binomial }
}
