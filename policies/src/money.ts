/**
 * Money is an integer number of nano-dollars (1 USD = 1,000,000,000). Floats appear only on the wire, as USD with at
 * most nine decimals, and are converted here and nowhere else.
 *
 * One amount is at most 2^51 nano-dollars, 2,251,799 USD, far above any single call: up to there USD with nine decimals
 * converts to nano-dollars and back without loss. Sums over a store are made by the store.
 */
export type NanoUsd = number & { readonly __unit: 'nano-usd' }

export const NANO_PER_USD = 1_000_000_000

/** The largest amount that one value may hold. */
export const MAX_NANO_USD = (2 ** 51) as NanoUsd

/**
 * USD to nano-dollars, rounded up: in doubt a cost counts against the budget, never for it.
 * Returns `undefined` for NaN, infinities, negative or unrepresentably large amounts: the caller names the field.
 *
 * @example nanoFromUsd(0.0000015) // 1500
 */
export function nanoFromUsd(usd: number): NanoUsd | undefined {
  if (!Number.isFinite(usd) || usd < 0) return undefined
  const exact = usd * NANO_PER_USD
  const nearest = Math.round(exact)
  // a decimal such as 0.1 is off by less than one part in 2^50 after scaling: that is noise, not money to round up
  const nano = Math.abs(exact - nearest) <= Math.abs(exact) * 2 ** -50 ? nearest : Math.ceil(exact)
  return nano <= MAX_NANO_USD ? (nano as NanoUsd) : undefined
}

/** Nano-dollars to USD with nine decimals: the nearest double, so JSON prints at most nine decimals. */
export function usdFromNano(nano: number): number {
  return nano / NANO_PER_USD
}

/** For people: `0.05 USD`, with as many decimals as the amount has, at least two. */
export function usdText(nano: number): string {
  const whole = Math.floor(nano / NANO_PER_USD)
  const decimals = String(nano % NANO_PER_USD)
    .padStart(9, '0')
    .replace(/0{1,7}$/, '')
  return `${whole}.${decimals} USD`
}
