/** How one alert reads: a text of the operator's with fields in braces, filled in for each alert. Pure. */
import { labelsOf } from '@outrider/alerts'
import type { Alert } from './alert.ts'
import { unknownName } from './nearest.ts'
import { absolute } from './runbook.ts'

/** Fields beside the labels of the alert and those that its rule adds. */
const FIELDS = {
  text: ({ text }) => text,
  status: ({ event }) => (event === 'fired' ? 'firing' : 'resolved'),
  rule: ({ rule }) => rule,
  metric: ({ metric }) => metric,
  severity: ({ severity }) => severity,
  value: ({ value }) => number(value),
  normal: ({ center }) => number(center),
  deviation: ({ deviation }) => number(deviation),
  z: ({ z }) => number(z),
  since: ({ sinceMs }) => new Date(sinceMs).toISOString(),
  time: ({ timeMs }) => new Date(timeMs).toISOString(),
  peak: ({ peak }) => number(peak.value),
  cause: ({ cause }) => cause ?? '',
  why: ({ share }) => (share === null ? '' : `${Math.round(100 * share.part)} % ${share.label} ${share.value}`),
  symptoms: ({ symptoms = [] }) => symptoms.map(({ text }) => text).join('; '),
  changes: ({ changes }) => changes.map(({ what, version }) => `${what} ${version}`).join(', '),
  runs: ({ examples }, url) => examples.map((traceId) => `${url}/runs/${traceId}`).join(' '),
  runbook: ({ runbook }, url) => (runbook === null ? '' : absolute(runbook, url)),
} as const satisfies Record<string, (alert: Alert, publicUrl: string) => string>

/** Labels that any alert may have; others, such as those of a rule, are written as `{label.NAME}`. */
const LABELS = ['agent', 'workflow', 'model', 'tenant', 'tool'] as const
const PLACE = /\{([^{}]*)\}/g

/** What is wrong with a template; `null`: nothing. */
export function templateProblem(template: string): string | null {
  for (const [, name = ''] of template.matchAll(PLACE)) {
    if (name in FIELDS || (LABELS as readonly string[]).includes(name) || /^label\.\w+$/.test(name)) continue
    return unknownName('field', name, [...Object.keys(FIELDS), ...LABELS, 'label.NAME'])
  }
  return null
}

/** Fields that an alert does not have are empty. */
export function fillTemplate(template: string, alert: Alert, publicUrl: string): string {
  const labels = labelsOf(alert)
  return template.replace(PLACE, (_place, name: string) => {
    if (name in FIELDS) return FIELDS[name as keyof typeof FIELDS](alert, publicUrl)
    return labels[name.replace(/^label\./, '')] ?? ''
  })
}

const number = (value: number | null): string => (value === null ? '' : String(Number(value.toPrecision(4))))
