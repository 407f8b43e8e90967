import type { Rule, Severity } from './rule.ts'

/** What a rule found, at one moment of its history. */
export interface AlertEvent {
  readonly event: 'fired' | 'resolved'
  /** The same for the same rule and series, for ever. */
  readonly identity: string
  readonly rule: string
  readonly metric: string
  readonly severity: Severity
  /** Who: the labels of the series. */
  readonly labels: Readonly<Record<string, string>>
  /** What the rule adds. */
  readonly ruleLabels: Readonly<Record<string, string>>
  readonly runbook: string | null
  /** Start of the minute that decided, ms since 1970. */
  readonly timeMs: number
  /** Start of the first minute that counted towards it. */
  readonly sinceMs: number
  /** What was compared, and with what. */
  readonly value: number
  readonly center: number | null
  readonly deviation: number | null
  readonly z: number | null
  /** 5 is the limit. */
  readonly score: number
  /** Which way of looking saw it. */
  readonly channel: string
  /** How many calls the last minute stands on. */
  readonly calls: number
  /** Why it ended; `null` while it has not. */
  readonly cause: 'recovered' | 'new normal' | null
  /** The worst there was. */
  readonly peak: { readonly value: number; readonly score: number; readonly timeMs: number }
}

export const identityOf = (rule: Rule, labels: Readonly<Record<string, string>>): string =>
  JSON.stringify([rule.name, ...rule.by.map((label) => labels[label] ?? '')])
