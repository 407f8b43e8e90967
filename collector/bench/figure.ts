/** One thing that was measured, ready to be read. */
export interface Figure {
  readonly name: string
  /** With its unit. */
  readonly value: string
  /** What it should be, in words; '' where nothing was set. */
  readonly aim: string
  /** Null where there is no aim. */
  readonly reached: boolean | null
}

export interface Section {
  readonly title: string
  readonly figures: readonly Figure[]
}

export const plain = (name: string, value: string): Figure => ({ name, value, aim: '', reached: null })

export const atLeast = (name: string, value: number, aim: number, unit: string): Figure => ({
  name,
  value: `${fixed(value)}${unit}`,
  aim: `≥ ${aim}${unit}`,
  reached: value >= aim,
})

export const atMost = (name: string, value: number, aim: number, unit: string): Figure => ({
  name,
  value: `${fixed(value)}${unit}`,
  aim: `≤ ${aim}${unit}`,
  reached: value <= aim,
})

/** Three significant digits, thousands apart. */
export function fixed(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  return value.toLocaleString('en-US', { maximumFractionDigits: digits, minimumFractionDigits: 0 })
}

export function median(values: readonly number[]): number {
  return percentile(values, 50)
}

/** The value that so many percent of the values do not exceed. */
export function percentile(values: readonly number[], rank: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((sorted.length * rank) / 100) - 1)] ?? Number.NaN
}
