/** What a panel asks, as the data sources' own plugins write it down. */

export const CLICKHOUSE = { type: 'grafana-clickhouse-datasource', uid: '${clickhouse}' } as const
const PROMETHEUS = { type: 'prometheus', uid: '${prometheus}' } as const

export type Query = SqlQuery | PromQuery

export interface SqlQuery {
  readonly refId: string
  readonly datasource: typeof CLICKHOUSE
  readonly editorType: 'sql'
  readonly queryType: 'timeseries' | 'table' | 'traces'
  /** The plugin's number for the same. */
  readonly format: 0 | 1 | 3
  readonly rawSql: string
}

export interface PromQuery {
  readonly refId: string
  readonly datasource: typeof PROMETHEUS
  readonly editorMode: 'code'
  readonly expr: string
  readonly legendFormat: string
  readonly instant: boolean
  readonly range: boolean
}

const formats = { timeseries: 0, table: 1, traces: 3 } as const

/** `timeseries` needs a column `time`; texts beside it name the series. `traces` has fixed columns. */
export function sql(queryType: SqlQuery['queryType'], rawSql: string, refId = 'A'): SqlQuery {
  const text = rawSql.trim().replace(/\n {4}/g, '\n')
  return { refId, datasource: CLICKHOUSE, editorType: 'sql', queryType, format: formats[queryType], rawSql: text }
}

/** @param legend what a series is called, e.g. `{{budget}}`. */
export function prom(expr: string, legend: string, { refId = 'A', instant = false } = {}): PromQuery {
  const text = expr.trim().replace(/\s+/g, ' ')
  const how = { instant, range: !instant }
  return { refId, datasource: PROMETHEUS, editorMode: 'code', expr: text, legendFormat: legend, ...how }
}
