/** Which value of which label explains most of a shift: what it added, against what it had before. Pure. */
import type { LabelShare } from '../store/sample-store.ts'

export interface Share {
  readonly label: string
  readonly value: string
  /** Of the shift, 0 to 1. */
  readonly part: number
}

/** Below this part nothing explains the shift. */
const MOST = 0.5
/** What every call has explains nothing: a value must add more than its calls would by themselves. */
const LIFT = 1.25

/**
 * @param known labels that the alert names already
 * @param minutes of an amount: how long the alert and the time before it were; `null` for what is a mean
 */
export function shareOf(
  shares: readonly LabelShare[],
  known: readonly string[],
  minutes: { readonly during: number; readonly before: number } | null,
): Share | null {
  let best: Share | null = null
  for (const [label, values] of Map.groupBy(shares, (share) => share.label)) {
    if (known.includes(label) || (best !== null && order(label) < order(best.label))) continue
    const calls = { during: sum(values, 'countDuring'), before: sum(values, 'countBefore') }
    const per = minutes ?? calls
    if (calls.during === 0 || calls.before === 0 || per.during <= 0 || per.before <= 0) continue
    const shift = sum(values, 'weightDuring') / per.during - sum(values, 'weightBefore') / per.before
    if (shift === 0) continue
    for (const { value, ...one } of values) {
      if (value === '') continue
      const part = (one.weightDuring / per.during - one.weightBefore / per.before) / shift
      const usual = one.countBefore / calls.before
      if (part < MOST || part < LIFT * usual) continue
      if (best === null || order(label) > order(best.label) || part > best.part)
        best = { label, value, part: Math.min(1, Math.round(part * 1000) / 1000) }
    }
  }
  return best
}

/** An error's own name says little of where it comes from: it is told where nothing else explains it. */
const order = (label: string): number => (label === 'errorType' ? 0 : 1)

const sum = (values: readonly LabelShare[], field: Exclude<keyof LabelShare, 'label' | 'value'>): number =>
  values.reduce((total, one) => total + one[field], 0)
