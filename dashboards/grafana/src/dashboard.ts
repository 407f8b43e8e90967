import {
  type AnnotationQuery,
  type Dashboard,
  DashboardCursorSync,
  defaultDashboard,
  type Panel as GrafanaPanel,
  VariableHide,
  type VariableModel,
  VariableRefresh,
  VariableSort,
  VariableType,
} from '@grafana/grafana-foundation-sdk/dashboard'
import type { Events } from './events.ts'
import type { Choice } from './filter.ts'
import { navigation, type UID } from './link.ts'
import type { Panel } from './panel.ts'
import { CLICKHOUSE, sql } from './query.ts'

/** Panels side by side, all of one height; without widths they share the 24 columns evenly. */
interface Row {
  readonly height: number
  readonly panels: readonly Panel[]
  readonly widths?: readonly number[]
}

export interface Board {
  readonly uid: (typeof UID)[keyof typeof UID]
  readonly title: string
  readonly says: string
  readonly sources: readonly ('clickhouse' | 'prometheus')[]
  readonly choices?: readonly Choice[]
  /** Besides the choices. */
  readonly variables?: readonly VariableModel[]
  /** What stands as lines in every series. */
  readonly events?: readonly Events[]
  /** @default now-6h */
  readonly from?: string
  readonly rows: readonly Row[]
}

/** A dashboard as Grafana stores it. The same input gives the same bytes. */
export function dashboard(board: Board): Dashboard {
  return {
    ...defaultDashboard(),
    uid: board.uid,
    title: `Outrider / ${board.title}`,
    description: board.says,
    tags: ['outrider'],
    timezone: 'browser',
    editable: true,
    graphTooltip: DashboardCursorSync.Crosshair,
    time: { from: board.from ?? 'now-6h', to: 'now' },
    refresh: '1m',
    schemaVersion: 42,
    links: [navigation],
    templating: { list: variables(board) },
    annotations: { list: (board.events ?? []).map(annotation) },
    panels: place(board.rows) as unknown as GrafanaPanel[],
  }
}

function place(rows: readonly Row[]): Panel[] {
  let y = 0
  let id = 0
  return rows.flatMap(({ height, panels, widths }) => {
    let x = 0
    const placed = panels.map((panel, at) => {
      const w = widths?.[at] ?? 24 / panels.length
      const gridPos = { h: height, w, x, y }
      x += w
      return { ...panel, id: ++id, gridPos }
    })
    y += height
    return placed
  })
}

function variables({ sources, choices = [], variables = [] }: Board): VariableModel[] {
  const types = { clickhouse: 'grafana-clickhouse-datasource', prometheus: 'prometheus' } as const
  const source = (name: keyof typeof types): VariableModel => ({
    type: VariableType.Datasource,
    name,
    label: name === 'clickhouse' ? 'ClickHouse' : 'Prometheus',
    query: types[name],
    regex: '',
    current: { text: `outrider-${name}`, value: `outrider-${name}` },
    refresh: VariableRefresh.OnDashboardLoad,
  })
  return [...sources.map(source), ...choices.map(choice), ...variables, collector]
}

/** Where the collector's own pages are, for links to them. */
const collector: VariableModel = {
  type: VariableType.Textbox,
  name: 'outrider',
  label: 'Outrider',
  description: "Address of the collector's pages",
  query: 'http://localhost:4318',
  current: { text: 'http://localhost:4318', value: 'http://localhost:4318' },
  hide: VariableHide.InControlsMenu,
}

const listed: Readonly<Record<Choice, string>> = {
  tenant: "SELECT DISTINCT tenant FROM runs WHERE $__timeFilter(start_time) AND tenant != '' ORDER BY tenant LIMIT 500",
  workflow:
    "SELECT DISTINCT workflow FROM runs WHERE $__timeFilter(start_time) AND workflow != '' ORDER BY workflow LIMIT 500",
  agent: "SELECT DISTINCT agent FROM spans WHERE $__timeFilter(start_time) AND agent != '' ORDER BY agent LIMIT 500",
  model: "SELECT DISTINCT model FROM spans WHERE $__timeFilter(start_time) AND model != '' ORDER BY model LIMIT 500",
  version:
    "SELECT DISTINCT arrayJoin([toString(agent_version), toString(prompt_version), toString(config_version)]) AS version FROM spans WHERE $__timeFilter(start_time) HAVING version != '' ORDER BY version LIMIT 500",
}

function choice(name: Choice): VariableModel {
  return {
    type: VariableType.Query,
    name,
    label: name.charAt(0).toUpperCase() + name.slice(1),
    datasource: CLICKHOUSE,
    query: { ...sql('table', listed[name]), refId: name },
    definition: listed[name],
    multi: true,
    includeAll: true,
    current: { text: ['All'], value: ['$__all'] },
    refresh: VariableRefresh.OnTimeRangeChanged,
    sort: VariableSort.AlphabeticalAsc,
  }
}

const annotation = ({ name, colour, query }: Events): AnnotationQuery =>
  ({ name, datasource: CLICKHOUSE, enable: true, iconColor: colour, target: query }) as unknown as AnnotationQuery
