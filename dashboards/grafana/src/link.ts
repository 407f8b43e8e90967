import { DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard'

/** Where a click on a value leads. */
export interface ValueLink {
  readonly title: string
  readonly url: string
  readonly targetBlank: boolean
}

export const UID = {
  overview: 'outrider-overview',
  agents: 'outrider-agents',
  money: 'outrider-money',
  runs: 'outrider-runs',
  guards: 'outrider-guards',
  alerts: 'outrider-alerts',
  quality: 'outrider-quality',
  collector: 'outrider-collector',
} as const

const KEEP = '${__url_time_range}&${tenant:queryparam}&${outrider:queryparam}'

/** One run: here, and on the collector's own pages. */
export const toRun: readonly ValueLink[] = [
  { title: 'Open run', url: `/d/${UID.runs}?var-traceId=\${__value.raw:percentencode}&${KEEP}`, targetBlank: false },
  { title: 'Open run in Outrider', url: '${outrider}/runs/${__value.raw:percentencode}', targetBlank: true },
]

/** The runs of an agent, around the time of the cell that was clicked. */
export const toRunsOfAgent: readonly ValueLink[] = [
  {
    title: 'Runs of ${__field.labels.agent} around this time',
    url: `/d/${UID.runs}?var-agent=\${__field.labels.agent:percentencode}&time=\${__value.time}&time.window=3600000&\${tenant:queryparam}&\${outrider:queryparam}`,
    targetBlank: false,
  },
  {
    title: 'Runs of ${__field.labels.agent} in Outrider',
    url: '${outrider}/?agent=${__field.labels.agent:percentencode}',
    targetBlank: true,
  },
]

/** Another dashboard for the value that was clicked. */
export const to = (dashboard: keyof typeof UID, variable: string, title: string): ValueLink => ({
  title,
  url: `/d/${UID[dashboard]}?var-${variable}=\${__value.raw:percentencode}&${KEEP}`,
  targetBlank: false,
})

/** At the top of every dashboard: all the others. */
export const navigation = {
  title: 'Outrider',
  type: DashboardLinkType.Dashboards,
  icon: 'external link',
  tooltip: '',
  tags: ['outrider'],
  asDropdown: true,
  targetBlank: false,
  includeVars: true,
  keepTime: true,
}
