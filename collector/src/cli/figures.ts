/** How numbers read in a terminal. */

/** @example duration(0.42) // '0.4 ms' @example duration(83_000) // '1 m 23 s' */
export function duration(ms: number): string {
  const sign = ms < 0 ? '-' : ''
  const size = Math.abs(ms)
  if (size < 9.95) return `${sign}${Number(size.toFixed(1))} ms`
  if (size < 999.5) return `${sign}${Math.round(size)} ms`
  if (size < 59_950) return `${sign}${(size / 1000).toFixed(1)} s`
  const seconds = Math.round(size / 1000)
  if (seconds < 3600) return `${sign}${Math.floor(seconds / 60)} m ${two(seconds % 60)} s`
  return `${sign}${Math.floor(seconds / 3600)} h ${two(Math.floor(seconds / 60) % 60)} m`
}

/** Two decimals above a dollar; below, enough to tell small prices apart, at most nine. @example usd(0.000012) // '$0.000012' */
export function usd(amount: number): string {
  if (amount === 0) return '$0'
  if (amount >= 1) return `$${amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
  const decimals = Math.min(9, Math.max(4, 1 - Math.floor(Math.log10(amount))))
  return `$${amount.toFixed(decimals)}`
}

/** @example count(1204, 'span') // '1,204 spans' */
export function count(amount: number, noun?: string): string {
  const digits = amount.toLocaleString('en-US')
  return noun === undefined ? digits : `${digits} ${noun}${amount === 1 ? '' : 's'}`
}

/** UTC, to the second. @example clock('2026-11-21T09:27:54.123456789Z') // '2026-11-21 09:27:54' */
export const clock = (iso: string): string => iso.slice(0, 19).replace('T', ' ')

const two = (digits: number): string => String(digits).padStart(2, '0')
