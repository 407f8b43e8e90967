/** The list's filters, as the address bar holds them and as `GET /api/runs` wants them. Pure. */

/** Filters that are passed on as they are. */
const PLAIN = [
  'q',
  'workflow',
  'agent',
  'failedAgent',
  'user',
  'session',
  'tenant',
  'model',
  'status',
  'minCostUsd',
] as const
export type Filter = (typeof PLAIN)[number]

export const LABELS: Readonly<Record<Filter, string>> = {
  q: 'Text',
  workflow: 'Workflow',
  agent: 'Agent',
  failedAgent: 'Failed agent',
  user: 'User',
  session: 'Session',
  tenant: 'Tenant',
  model: 'Model',
  status: 'Status',
  minCostUsd: 'Min cost',
}

/** Spans of time that end now; `custom` uses `from` and `to`. */
export const RANGES = { '15m': 15, '1h': 60, '6h': 360, '24h': 1440, '7d': 10_080, '30d': 43_200 } as const
export type Range = keyof typeof RANGES

const PAGE_SIZE = 100

/** The API's parameters for what the address bar says. A relative range is taken from `now`. */
export function runQuery(search: URLSearchParams, now: Date): URLSearchParams {
  const query = new URLSearchParams({ limit: String(PAGE_SIZE) })
  for (const name of [...PLAIN, 'from', 'to', 'cursor']) {
    const value = search.get(name)?.trim() ?? ''
    if (value !== '') query.set(name, value)
  }
  const range = search.get('range')
  if (isRange(range)) query.set('from', new Date(now.getTime() - RANGES[range] * 60_000).toISOString())
  return query
}

export function isRange(value: string | null): value is Range {
  return value !== null && Object.hasOwn(RANGES, value)
}

/** Filters that are set, in the order of `PLAIN`. */
export function activeFilters(search: URLSearchParams): readonly { readonly name: Filter; readonly value: string }[] {
  return PLAIN.flatMap((name) => {
    const value = search.get(name)
    return value === null || value === '' ? [] : [{ name, value }]
  })
}
