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

/** What is chosen where the click was. */
const CHOSEN =
  '${__url_time_range}&${tenant:queryparam}&${workflow:queryparam}&${agent:queryparam}&${model:queryparam}&${outrider:queryparam}'
const runsThat = (only: 'errors' | 'refused', title: string): readonly ValueLink[] => [
  { title, url: `/d/${UID.runs}?var-only=${only}&${CHOSEN}`, targetBlank: false },
]
export const failed = runsThat('errors', 'Runs with errors')
export const refused = runsThat('refused', 'Runs with refused calls')
export const toAlerts: readonly ValueLink[] = [
  { title: 'Alerts', url: `/d/${UID.alerts}?${CHOSEN}`, targetBlank: false },
]

/** The runs of an agent, around the time of the cell that was clicked: all of them, or those whose calls failed. */
export const toRunsOfAgent = (only: 'all' | 'failing'): readonly ValueLink[] => [
  {
    title: 'Runs of ${__field.labels.agent} around this time',
    url: `/d/${UID.runs}?var-agent=\${__field.labels.agent:percentencode}&var-only=${only}&time=\${__value.time}&time.window=3600000&\${tenant:queryparam}&\${outrider:queryparam}`,
    targetBlank: false,
  },
  {
    title: `Runs ${only === 'all' ? 'of ${__field.labels.agent}' : 'in which ${__field.labels.agent} failed'}, in Outrider`,
    url: `\${outrider}/?${only === 'all' ? 'agent' : 'failedAgent'}=\${__field.labels.agent:percentencode}&from=\${__from:date:iso}&to=\${__to:date:iso}`,
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
