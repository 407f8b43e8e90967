/** Panels with Grafana's own defaults filled in, so that a file says all there is and an upgrade changes nothing. */
import { defaultOptions as barDefaults } from '@grafana/grafana-foundation-sdk/bargauge'
import {
  BarGaugeDisplayMode,
  BigValueColorMode,
  BigValueGraphMode,
  defaultVizLegendOptions,
  defaultVizTooltipOptions,
  GraphDrawStyle,
  LegendDisplayMode,
  SortOrder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common'
import {
  FieldColorModeId,
  type FieldConfig,
  type Panel as GrafanaPanel,
  type GridPos,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { defaultOptions as heatDefaults } from '@grafana/grafana-foundation-sdk/heatmap'
import { defaultOptions as statDefaults } from '@grafana/grafana-foundation-sdk/stat'
import { defaultOptions as historyDefaults } from '@grafana/grafana-foundation-sdk/statushistory'
import { defaultOptions as tableDefaults } from '@grafana/grafana-foundation-sdk/table'
import { defaultOptions as seriesDefaults } from '@grafana/grafana-foundation-sdk/timeseries'
import type { ValueLink } from './link.ts'
import type { Query } from './query.ts'

export type Panel = Omit<GrafanaPanel, 'targets' | 'gridPos' | 'fieldConfig'> & {
  readonly targets: readonly Query[]
  readonly gridPos?: GridPos
  readonly fieldConfig: { readonly defaults: Field; readonly overrides: readonly Override[] }
}

type Field = Omit<FieldConfig, 'links'> & { readonly links?: readonly ValueLink[] }

interface Override {
  readonly matcher: { readonly id: string; readonly options: string }
  readonly properties: readonly { readonly id: string; readonly value: unknown }[]
}

/** What every panel says of itself. */
export interface About {
  readonly title: string
  /** For whoever wonders what it means. */
  readonly says: string
  /** One of Grafana's: `short`, `ms`, `currencyUSD`, `percentunit`… */
  readonly unit: string
  /** What stands there when there is nothing. */
  readonly none: string
  readonly decimals?: number
  readonly min?: number
  readonly max?: number
  /** From which value on it is yellow, and red. */
  readonly worse?: readonly [number, number]
  /** The other way round: red below the first, yellow up to the second. */
  readonly better?: readonly [number, number]
  readonly links?: readonly ValueLink[]
}

/** Columns of a table: unit, links and width, by name. */
export type Columns = Readonly<
  Record<string, { unit?: string; decimals?: number; links?: readonly ValueLink[]; hidden?: true }>
>

function base(
  type: string,
  about: About,
  queries: readonly Query[],
  options: unknown,
  field: Partial<Field> = {},
): Panel {
  const { title, says, unit, none, decimals, min, max, worse, better, links } = about
  const [ends, colours] =
    better === undefined ? [worse, ['green', 'yellow', 'red']] : [better, ['red', 'yellow', 'green']]
  const steps = [null, ...(ends ?? [])].map((value, at) => ({ value, color: colours[at]! }))
  const known = {
    ...(decimals === undefined ? {} : { decimals }),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(links === undefined ? {} : { links }),
  }
  return {
    type,
    title,
    description: says,
    datasource: queries[0]!.datasource,
    targets: queries,
    options,
    fieldConfig: {
      defaults: {
        unit,
        noValue: none,
        color: { mode: ends === undefined ? FieldColorModeId.PaletteClassic : FieldColorModeId.Thresholds },
        thresholds: { mode: ThresholdsMode.Absolute, steps },
        ...known,
        ...field,
      },
      overrides: [],
    },
  }
}

const legend = { ...defaultVizLegendOptions(), displayMode: LegendDisplayMode.List, showLegend: true, calcs: [] }
const tooltip = { ...defaultVizTooltipOptions(), mode: TooltipDisplayMode.Multi, sort: SortOrder.Descending }

/** One number. */
export function stat(about: About, ...queries: readonly Query[]): Panel {
  const coloured =
    about.worse === undefined && about.better === undefined ? BigValueColorMode.None : BigValueColorMode.Value
  const options = { ...statDefaults(), graphMode: BigValueGraphMode.None, colorMode: coloured, wideLayout: true }
  return base('stat', about, queries, {
    ...options,
    reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
  })
}

/** Lines over time; `stacked` ones add up. */
export function series(about: About, queries: readonly Query[], { stacked = false, bars = false } = {}): Panel {
  const custom = {
    drawStyle: bars ? GraphDrawStyle.Bars : GraphDrawStyle.Line,
    lineWidth: 1,
    fillOpacity: stacked ? 60 : 8,
    showPoints: VisibilityMode.Auto,
    spanNulls: false,
    stacking: { mode: stacked ? StackingMode.Normal : StackingMode.None, group: 'A' },
  }
  return base('timeseries', about, queries, { ...seriesDefaults(), legend, tooltip }, { custom })
}

/** A line between two others of the same series: `low`, `high` and the value itself. */
export function band(about: About, query: Query): Panel {
  const panel = series(about, [query])
  const hide = { lineWidth: 0, showPoints: VisibilityMode.Never }
  const override = (name: string, properties: Readonly<Record<string, unknown>>): Override => ({
    matcher: { id: 'byName', options: name },
    properties: Object.entries(properties).map(([id, value]) => ({ id, value })),
  })
  const overrides = [
    override('low', {
      'custom.lineWidth': hide.lineWidth,
      'custom.showPoints': hide.showPoints,
      'custom.hideFrom': inLegend,
    }),
    override('high', {
      'custom.lineWidth': hide.lineWidth,
      'custom.showPoints': hide.showPoints,
      'custom.fillBelowTo': 'low',
      'custom.fillOpacity': 15,
    }),
  ]
  return { ...panel, fieldConfig: { ...panel.fieldConfig, overrides } }
}
const inLegend = { legend: true, tooltip: false, viz: false }

/** Rows; `columns` says what a column's numbers are and where its values lead. */
export function table(about: About, query: Query, columns: Columns = {}): Panel {
  const panel = base(
    'table',
    about,
    [query],
    { ...tableDefaults(), showHeader: true },
    { custom: { filterable: true } },
  )
  const overrides = Object.entries(columns).map(([name, { unit, decimals, links, hidden }]) => ({
    matcher: { id: 'byName', options: name },
    properties: [
      ...(unit === undefined ? [] : [{ id: 'unit', value: unit }]),
      ...(decimals === undefined ? [] : [{ id: 'decimals', value: decimals }]),
      ...(links === undefined ? [] : [{ id: 'links', value: links }]),
      ...(hidden === undefined ? [] : [{ id: 'custom.hidden', value: true }]),
    ],
  }))
  return { ...panel, fieldConfig: { ...panel.fieldConfig, overrides } }
}

/** A row of cells an agent, coloured by how bad it is. At most 60 cells, so that one can be clicked. */
export function cells(about: About & { readonly worse: readonly [number, number] }, query: Query): Panel {
  const options = { ...historyDefaults(), rowHeight: 0.9, showValue: VisibilityMode.Never, legend, tooltip }
  return {
    ...base('status-history', about, [query], options, {
      custom: { fillOpacity: 80, lineWidth: 0 },
      displayName: '${__field.labels.agent}',
    }),
    maxDataPoints: 60,
  }
}

/** How many fell where, over time: columns `time` and one for each bucket, the lowest first. */
export function heat(about: About, query: Query): Panel {
  const options = { ...heatDefaults(), calculate: false, yAxis: { ...heatDefaults().yAxis, unit: 'ms' } }
  return { ...base('heatmap', about, [query], options), maxDataPoints: 120 }
}

/** One bar a row. */
export function ranking(about: About, query: Query): Panel {
  const reduceOptions = { calcs: ['lastNotNull'], fields: '', values: true, limit: 20 }
  const look = { displayMode: BarGaugeDisplayMode.Basic, orientation: VizOrientation.Horizontal }
  return base('bargauge', about, [query], { ...barDefaults(), ...look, reduceOptions })
}

/** The spans of one run under each other. */
export const trace = (about: About, query: Query): Panel => base('traces', about, [query], {})

/** Who calls whom: queries `nodes` and `edges`. */
export const graph = (about: About, queries: readonly Query[]): Panel => base('nodeGraph', about, queries, {})
