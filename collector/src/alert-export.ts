/**
 * Alert rules for Prometheus: recording rules of what is normal over the last day, and an alerting rule on how far from it
 * the last five minutes are. The same limits, floors and least effects as the collector's own; what only it can do (the
 * time of day, timetables, deploys) is missing, so these are the second line, for who already lives in Prometheus.
 */
import { measures, type Rule } from '@outrider/alerts'
import { stringify } from 'yaml'
import type { MetricName } from './alert-metrics.ts'
import { absolute } from './runbook.ts'

export interface ExportedRules {
  /** A file of rules. */
  readonly text: string
  /** Rules that Prometheus cannot judge, and why. */
  readonly without: readonly { readonly rule: string; readonly why: string }[]
}

interface Source {
  /** The last five minutes, `{by}` stands for the labels. */
  readonly level: string
  /** Calls in them, which a share stands on. */
  readonly calls: string
  readonly labels: readonly string[]
}

const KINDS = 'kind=~"llm|tool"'
const LLM = 'kind="llm"'
const labels = ['agent', 'model'] as const
const quantile = (metric: string, select: string): Source => ({
  level: `1000 * histogram_quantile(0.95, sum by ({by}, le) (rate(outrider_${metric}_bucket{${select}}[5m]))) > 0`,
  calls: `sum by ({by}) (increase(outrider_${metric}_count{${select}}[5m]))`,
  labels,
})
const share = (part: string, select: string): Source => ({
  level: `(sum by ({by}) (increase(outrider_${part}_total{${select}}[5m])) or 0 * sum by ({by}) (increase(outrider_calls_total{${select}}[5m]))) / (sum by ({by}) (increase(outrider_calls_total{${select}}[5m])) > 0)`,
  calls: `sum by ({by}) (increase(outrider_calls_total{${select}}[5m]))`,
  labels,
})
const amount = (metric: string): Source => ({
  level: `sum by ({by}) (rate(outrider_${metric}_total[5m])) * 60 > 0`,
  calls: `sum by ({by}) (increase(outrider_calls_total{${LLM}}[5m]))`,
  labels,
})

/** What `/metrics` has of each metric. */
const SOURCES: Partial<Record<MetricName, Source>> = {
  error_rate: share('call_errors', KINDS),
  latency_p95_ms: quantile('call_seconds', LLM),
  ttft_p95_ms: quantile('ttft_seconds', LLM),
  calls: amount('calls'),
  tokens: amount('tokens'),
  cost_usd: amount('cost_usd'),
  retry_rate: share('retries', LLM),
  fallback_rate: share('fallbacks', LLM),
  refusal_rate: share('refusals', LLM),
}

const HEAD = `# Made by \`outrider alerts export\` from alerts/rules: change those, and make it again.
# What is normal is learnt from the last day, without the newest quarter of an hour; nothing is judged in the first hour.
`
/** Half a standard normal's distance from the median to its ninth decile. */
const DECILE = 1.2816
/** Minutes that must be known. */
const ARMED = 60
const LEAST_BAD_CALLS = 4

/** @param publicUrl where runbooks are read */
export function exportRules(rules: readonly Rule[], publicUrl: string): ExportedRules {
  const without: { rule: string; why: string }[] = []
  const groups: object[] = []
  for (const rule of rules) {
    const source = SOURCES[rule.metric as MetricName]
    const missing = source === undefined ? [] : rule.by.filter((label) => !source.labels.includes(label))
    if (source === undefined) without.push({ rule: rule.name, why: `/metrics has no series of ${rule.metric}` })
    else if (missing.length > 0) without.push({ rule: rule.name, why: `/metrics has no label ${missing.join(', ')}` })
    else if (rule.trigger.type !== 'band' && rule.trigger.type !== 'threshold')
      without.push({ rule: rule.name, why: `${rule.trigger.type} is judged by the collector only` })
    else groups.push(groupOf(rule, source, publicUrl))
  }
  const notes = without.map(({ rule, why }) => `# Without ${rule}: ${why}.\n`).join('')
  return { text: `${HEAD}${notes}${stringify({ groups }, { lineWidth: 0 })}`, without }
}

function groupOf(rule: Rule, source: Source, publicUrl: string): object {
  const by = rule.by.join(', ')
  const place = rule.by.length === 0 ? 'all' : rule.by.join('_')
  const name = (what: string) => `${place}:outrider_${rule.metric}:${what}`
  const fill = (text: string) => text.replaceAll('{by}', by).replaceAll('by (, le)', 'by (le)')
  const recorded = (record: string, expr: string) => ({ record: name(record), expr })
  const alert = alertOf(rule, name, publicUrl)
  const level = recorded('level5m', fill(source.level))
  if (rule.trigger.type !== 'band') return { name: `outrider-${rule.name}`, interval: '1m', rules: [level, alert] }
  const past = (quantileOf: number) => `quantile_over_time(${quantileOf}, ${name('level5m')}[1d] offset 15m)`
  return {
    name: `outrider-${rule.name}`,
    interval: '1m',
    rules: [
      level,
      recorded('calls5m', fill(source.calls)),
      recorded('center1d', `${past(0.5)} and count_over_time(${name('level5m')}[1d] offset 15m) >= ${ARMED}`),
      recorded('deviation1d', deviationOf(rule, name, past)),
      recorded('z', zOf(rule, name)),
      alert,
    ],
  }
}

type Name = (what: string) => string

/** Upwards from the ninth decile, downwards from the first; of amounts and times in logarithms, as the collector's. */
function deviationOf(rule: Rule, name: Name, past: (quantile: number) => string): string {
  const measure = measures[rule.kind]
  const { floor } = floorOf(rule)
  const center = name('center1d')
  const reach = (low: string, high: string) =>
    measure.logarithmic ? `(ln(${high}) - ln(${low})) / ${DECILE}` : `(${high} - ${low}) / ${DECILE}`
  const stray = rule.bad === 'down' ? reach(past(0.1), center) : reach(center, past(0.9))
  const believed = `clamp_min(${stray}, ${floor})`
  if (!measure.binomial) return believed
  const chance = `sqrt(clamp_min(${center} * (1 - ${center}), 0.0001) / ${name('calls5m')})`
  return `(${believed} > ${chance}) or ${chance}`
}

function zOf({ kind }: Rule, name: Name): string {
  const [level, center, deviation] = [name('level5m'), name('center1d'), name('deviation1d')]
  const difference = measures[kind].logarithmic ? `(ln(${level}) - ln(${center}))` : `(${level} - ${center})`
  return `${difference} / ${deviation}`
}

function alertOf(rule: Rule, name: Name, publicUrl: string): object {
  const who = rule.by.map((label) => ` of ${label} {{ $labels.${label} }}`).join('')
  return {
    alert: alertName(rule.name),
    expr: rule.trigger.type === 'threshold' ? thresholdOf(rule, name) : farOf(rule, name),
    for: `${rule.hits}m`,
    keep_firing_for: `${rule.keepFiring}m`,
    labels: { severity: rule.severity, source: 'outrider-rules', ...rule.labels },
    annotations: {
      summary: `${rule.metric}${who} is {{ $value | humanize }}${rule.trigger.type === 'band' ? ' deviations from normal' : ''}`,
      ...(rule.runbook === null ? {} : { runbook_url: absolute(rule.runbook, publicUrl) }),
    },
  }
}

function thresholdOf({ trigger, bad }: Rule, name: Name): string {
  const limit = trigger.type === 'threshold' ? trigger.limit : 0
  return `${name('level5m')} ${bad === 'down' ? '<=' : '>='} ${limit}`
}

/** Far enough in deviations, and enough to matter to anybody; a share also needs some bad calls. */
function farOf(rule: Rule, name: Name): string {
  const limit = rule.trigger.type === 'band' ? rule.trigger.limit : 0
  const { effect } = floorOf(rule)
  const [level, center] = [name('level5m'), name('center1d')]
  const { logarithmic, binomial } = measures[rule.kind]
  const difference = logarithmic ? `ln(${level}) - ln(${center})` : `${level} - ${center}`
  const side = (sign: '' | '-') =>
    `(${name('z')} ${sign === '' ? '>=' : '<='} ${sign}${limit} and ${difference} ${sign === '' ? '>=' : '<='} ${sign}${effect})`
  const sides = rule.bad === 'both' ? `(${side('')} or ${side('-')})` : rule.bad === 'down' ? side('-') : side('')
  if (!binomial) return sides
  const bad = rule.bad === 'down' ? `(1 - ${level})` : level
  return `${sides} and ${bad} * ${name('calls5m')} >= ${LEAST_BAD_CALLS}`
}

function floorOf({ kind, trigger }: Rule): { readonly floor: number; readonly effect: number } {
  const { logarithmic, ...measure } = measures[kind]
  const asked = trigger.type === 'band' ? trigger : { effect: null, floor: null }
  const effect = asked.effect === null ? measure.effect : logarithmic ? Math.log(1 + asked.effect) : asked.effect
  return { floor: asked.floor ?? measure.floor, effect: Number(effect.toPrecision(6)) }
}

/** `error-rate` → `OutriderErrorRate`. */
const alertName = (rule: string): string =>
  `Outrider${rule
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')}`
