/** An alert as people and receivers get it: what was found, in words, with the runs that show it and what changed before. */
import type { AlertEvent, Folded, Suspect } from '@outrider/alerts'
import { METRICS, type MetricName } from './alert-metrics.ts'

export interface Alert extends AlertEvent, Placement {
  /** One sentence: what, who, how far from normal, since when. */
  readonly text: string
  /** Trace IDs of up to three runs that show it best. */
  readonly examples: readonly string[]
  /** New versions of who is concerned, in the hour before it began. */
  readonly changes: readonly AlertChange[]
  /** Which value of which other label explains most of the shift; `null`: none does. */
  readonly share: AlertShare | null
  /** In notices: what else fires and belongs to its incident, what looks most like the cause first. */
  readonly symptoms?: readonly Alert[]
}

/** Where an alert belongs, and what was known of it when that was decided. */
export type Placement = Folded & Pick<Suspect, 'depth' | 'failed'>

/** An alert that belongs to no other. */
export const alone = (identity: string): Placement => ({ incident: identity, told: true, depth: 1, failed: false })

/** As it was stored; what was stored before there were incidents is one by itself. */
export function storedAlert(body: string): Alert {
  const alert = JSON.parse(body) as Alert
  return { ...alone(alert.identity), ...alert }
}

interface AlertShare {
  /** E.g. `model`, `user`, `errorType`. */
  readonly label: string
  readonly value: string
  /** Of the shift, 0 to 1. */
  readonly part: number
}

export interface AlertChange {
  readonly what: 'agentVersion' | 'configVersion' | 'promptVersion' | 'model'
  readonly version: string
  readonly timeMs: number
}

type Told = Pick<
  AlertEvent,
  | 'event'
  | 'metric'
  | 'labels'
  | 'value'
  | 'center'
  | 'deviation'
  | 'z'
  | 'sinceMs'
  | 'timeMs'
  | 'channel'
  | 'cause'
  | 'peak'
>

/** E.g. `error_rate of agent triage is 18.0 %, normally 4.8 % ± 1.2 % (z 9.0), since 2026-11-21T14:43Z`. */
export function alertText(alert: Told): string {
  const who = Object.entries(alert.labels)
    .map(([label, value]) => `${label} ${value}`)
    .join(', ')
  const of = `${alert.metric}${who === '' ? '' : ` of ${who}`}`
  if (alert.event === 'resolved') {
    const minutes = Math.round((alert.timeMs - alert.sinceMs) / 60_000)
    const why = alert.cause === 'new normal' ? 'stays where it is and is the new normal' : 'is normal again'
    return `${of} ${why} after ${minutes} min; the worst was ${figure(alert.metric, alert.peak.value)}`
  }
  const since = `since ${new Date(alert.sinceMs).toISOString().slice(0, 16)}Z`
  if (alert.channel === 'silence') return `nothing was heard of ${who} for ${Math.round(alert.value)} min`
  const now = `${of} is ${figure(alert.metric, alert.value)}`
  if (alert.channel === 'threshold') return `${now}, the limit is ${figure(alert.metric, alert.center ?? 0)}, ${since}`
  if (alert.channel === 'burn') return `${of} burns its budget ${alert.value.toPrecision(3)} times too fast, ${since}`
  const normal = alert.center === null ? '' : `, normally ${figure(alert.metric, alert.center)}`
  const stray = alert.deviation === null ? '' : ` ± ${figure(alert.metric, alert.deviation)}`
  const far = alert.z === null ? '' : ` (z ${alert.z.toFixed(1)})`
  return `${now}${normal}${stray}${far}, ${since}`
}

function figure(metric: string, value: number): string {
  const kind = metric in METRICS ? METRICS[metric as MetricName].kind : null
  if (kind === 'ratio') return `${(100 * value).toFixed(1)} %`
  if (metric.endsWith('_ms')) return `${Math.round(value)} ms`
  if (metric.endsWith('_usd')) return `$${value.toPrecision(3)}`
  return Number(value.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 6 })
}

/** On the wire: times are ISO 8601. */
export function alertJson({
  timeMs,
  sinceMs,
  peak,
  changes,
  depth: _depth,
  failed: _failed,
  symptoms,
  ...alert
}: Alert) {
  return {
    ...alert,
    time: iso(timeMs),
    since: iso(sinceMs),
    peak: { ...peak, timeMs: undefined, time: iso(peak.timeMs) },
    changes: changes.map(({ timeMs: at, ...change }) => ({ ...change, time: iso(at) })),
    ...(symptoms === undefined ? {} : { symptoms: symptoms.map(symptomJson) }),
  }
}

/** Of an alert that another speaks for. */
export const symptomJson = ({ identity, rule, metric, severity, labels, text, sinceMs }: Alert) => ({
  ...{ identity, rule, metric, severity, labels, text, since: iso(sinceMs) },
})

const iso = (ms: number): string => new Date(ms).toISOString()
