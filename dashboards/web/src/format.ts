/** Numbers as people read them. Unknown is an em dash, never 0. */
export const UNKNOWN = '—'

/**
 * USD with as many digits as the amount needs: two decimals from a dollar up, three significant digits below, down to
 * the nano-dollar.
 *
 * @example money(0.000123) // '$0.000123'
 */
export function money(usd: number | null): string {
  if (usd === null) return UNKNOWN
  if (usd === 0) return '$0'
  if (Math.abs(usd) >= 0.9995)
    return `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
  const places = Math.min(9, 2 - Math.floor(Math.log10(Math.abs(usd))))
  return `$${usd.toFixed(places).replace(/(\.\d\d\d*?)0+$/, '$1')}`
}

/** @example tokens(12_345) // '12.3k' */
export function tokens(count: number | null): string {
  if (count === null) return UNKNOWN
  for (const [unit, size] of [
    ['T', 1e12],
    ['B', 1e9],
    ['M', 1e6],
    ['k', 1e3],
  ] as const) {
    // 999,500 reads 1M, not 1000k
    if (count >= size * 0.9995 && count >= 1000) return `${short(count / size)}${unit}`
  }
  return String(count)
}

function short(value: number): string {
  const rounded = value >= 99.95 ? value.toFixed(0) : value.toFixed(1)
  return rounded.replace(/\.0$/, '')
}

/** Whole numbers with thousands marked. */
export function count(value: number | null): string {
  return value === null ? UNKNOWN : value.toLocaleString('en-US')
}

/** @example duration(125_000) // '2m 05s' */
export function duration(ms: number | null): string {
  if (ms === null) return UNKNOWN
  if (ms === 0) return '0 ms'
  if (ms < 0.9995) return `${digits(ms * 1000)} µs`
  if (ms < 999.5) return `${digits(ms)} ms`
  if (ms < 59_995) return `${digits(ms / 1000)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 1440) return `${Math.floor(minutes / 60)}h ${two(minutes % 60)}m`
  const hours = Math.round(minutes / 60)
  return `${Math.floor(hours / 24)}d ${two(hours % 24)}h`
}

/** Three significant digits, no trailing zeros. */
function digits(value: number): string {
  return String(Number(value.toPrecision(3)))
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const dayAndYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })

/** Local time: the clock alone for today, with the day before that, with the year before this one. */
export function time(iso: string, now: Date): string {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return UNKNOWN
  if (at.toDateString() === now.toDateString()) return clock.format(at)
  const date = at.getFullYear() === now.getFullYear() ? day : dayAndYear
  return `${date.format(at)} ${clock.format(at)}`
}

/** As `time`, to the minute. */
export function minute(iso: string, now: Date): string {
  return time(iso, now).replace(/:\d\d$/, '')
}

/** One word for many things: `3 errors`, `1 error`. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`
}
