import type { Kind } from './measure.ts'
import type { Side } from './trigger.ts'

/** How a rule decides. Numbers of deviations are called `limit` or `sigma`, spans are in minutes. */
export type RuleTrigger =
  /** For what agents do. `limit`: robust deviations from the last day. */
  | { readonly type: 'band'; readonly limit: number; readonly effect: number | null; readonly floor: number | null }
  /** For any series. `limit`: powers of ten of rarity, summed over four ways of looking. */
  | { readonly type: 'tail-rank'; readonly limit: number }
  /** Standard deviations from the rolling average. */
  | {
      readonly type: 'zscore'
      readonly sigma: number
      readonly windowMinutes: number
      readonly least: number
      readonly floor: number
      readonly relativeFloor: number
    }
  /** A limit in the unit of the metric. */
  | { readonly type: 'threshold'; readonly limit: number; readonly clear: number }
  /** The mean of these minutes against that of the same span before. */
  | { readonly type: 'change'; readonly minutes: number; readonly by: number }
  /** A budget or an error budget that burns too fast. `periodMinutes: null`: the metric is a share. */
  | {
      readonly type: 'burn-rate'
      readonly budget: number
      readonly periodMinutes: number | null
      readonly longMinutes: number
      readonly shortMinutes: number
      readonly factor: number
    }
  /** Who used to talk and no longer does. */
  | { readonly type: 'silence'; readonly minutes: number; readonly talkative: number }

export type Severity = 'info' | 'warning' | 'critical'

/** What an operator wants to be woken for. */
export interface Rule {
  readonly name: string
  readonly metric: string
  /** The labels that tell its series apart, in the order of the alphabet. */
  readonly by: readonly string[]
  /** Only series with these labels; `*` at the end of a value stands for anything. */
  readonly match: Readonly<Record<string, string>>
  readonly kind: Kind
  readonly bad: Side
  readonly trigger: RuleTrigger
  /** Fires when `hits` of the newest `of` buckets are over the limit. */
  readonly hits: number
  readonly of: number
  /** Calm buckets in a row that end an alert. */
  readonly keepFiring: number
  /** Minutes after which an alert that does not end is the new normal; 0: never. */
  readonly newNormalMinutes: number
  /** Buckets that stand on fewer calls are not judged. */
  readonly leastCalls: number
  readonly severity: Severity
  /** Sent along with every alert. */
  readonly labels: Readonly<Record<string, string>>
  readonly runbook: string | null
}

/** What a rule is where nothing else is said. */
export const ruleDefaults = {
  match: {},
  hits: 3,
  of: 4,
  keepFiring: 10,
  newNormalMinutes: 360,
  leastCalls: 0,
  severity: 'warning',
  labels: {},
  runbook: null,
} as const satisfies Partial<Rule>

/** Deviations of the band, and rarity of the tail rank, from which on it is worth an alert. Measured: see `bench`. */
export const limits = { band: 4.75, tailRank: 4.75 } as const

/** The rule that judges a series of which only its kind is known; `any`: not even that. */
export function ruleOfKind(kind: Kind | 'any', bad: Side): Rule {
  const common = { ...ruleDefaults, name: kind, metric: 'value', by: [], bad }
  if (kind !== 'any')
    return { ...common, kind, trigger: { type: 'band', limit: limits.band, effect: null, floor: null } }
  return { ...common, kind: 'sum', hits: 1, of: 1, trigger: { type: 'tail-rank', limit: limits.tailRank } }
}

/** Whether a rule judges this series: its metric, exactly these labels, and what it matches. */
export const judges = (rule: Rule, metric: string, labels: Readonly<Record<string, string>>): boolean =>
  rule.metric === metric &&
  Object.keys(labels).length === rule.by.length &&
  rule.by.every((label) => label in labels) &&
  matches(rule.match, labels)

/** Whether each of these labels is there and has that value; `*` at the end stands for anything. */
export const matches = (match: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean =>
  Object.entries(match).every(([label, wanted]) => {
    const value = labels[label]
    if (value === undefined) return false
    return wanted.endsWith('*') ? value.startsWith(wanted.slice(0, -1)) : value === wanted
  })
