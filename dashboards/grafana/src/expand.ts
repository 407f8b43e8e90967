/**
 * What becomes of a query on its way to ClickHouse: Grafana fills in variables, then the data source's plugin its macros.
 * Written after both; whatever is left over is a mistake of ours.
 */

export interface Range {
  readonly fromMs: number
  readonly toMs: number
  readonly intervalMs: number
}

export type Values = Readonly<Record<string, string | readonly string[]>>

/** Grafana's `encodeURIComponentStrict`. */
const strict = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)

/** Grafana's `urlUtil`, which leaves some characters as they are. */
const inUrl = (text: string): string =>
  strict(text)
    .replace(/%40/gi, '@')
    .replace(/%3A/gi, ':')
    .replace(/%24/g, '$')
    .replace(/%2C/gi, ',')
    .replace(/%3B/gi, ';')

export function fillVariables(text: string, values: Values): string {
  return text.replace(/\$\{(\w+)(?::(\w+))?\}/g, (whole, name: string, format?: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`${whole} is not a variable of this dashboard`)
    const all = typeof value === 'string' ? [value] : value
    if (format === 'queryparam') return all.map((one) => `var-${name}=${inUrl(one)}`).join('&')
    if (format === 'percentencode') return strict(all.length === 1 ? all[0]! : `{${all.join(',')}}`)
    if (format === undefined && all.length === 1) return all[0]!
    throw new Error(`${whole}: a value would go into SQL as it is`)
  })
}

export function fillMacros(text: string, { fromMs, toMs, intervalMs }: Range): string {
  const [from, to] = [Math.floor(fromMs / 1000), Math.floor(toMs / 1000)].map((seconds) => `toDateTime(${seconds})`)
  const seconds = Math.max(1, Math.floor(intervalMs / 1000))
  const filled = text
    .replace(/\$__timeFilter\(([^()]*)\)/g, (_all, column) => `${column} >= ${from} AND ${column} <= ${to}`)
    .replace(
      /\$__timeInterval\(([^()]*)\)/g,
      (_all, column) => `toStartOfInterval(toDateTime(${column}), INTERVAL ${seconds} second)`,
    )
    .replace(/\$__fromTime\b/g, from!)
    .replace(/\$__toTime\b/g, to!)
  // what stands for `All` is a value, and nobody's macro
  const left = /\$__(?!all\b)\w+|\$\{/.exec(filled)
  if (left) throw new Error(`left over: ${left[0]} in ${filled}`)
  return filled
}
