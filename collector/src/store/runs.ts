/**
 * The list of runs, in two steps: which may be on the page, from the `runs` rollup, newest hours first; what they were,
 * from their spans. The second step decides, so a span that was sent twice shows nowhere.
 */
import type { Connection } from './connect.ts'
import { filled, statement } from './connect.ts'
import { type Place, readCursor, writeCursor } from './cursor.ts'
import type { RunPage, RunQuery, RunSummary } from './store.ts'
import { type SummaryRow, summaryOf } from './summary.ts'

const sql = {
  newestHour: statement('newest-hour'),
  newest: statement('runs-newest'),
  matching: statement('runs-matching'),
  summaries: statement('summaries'),
}

const HOUR_NS = 3_600_000_000_000n
const MAX_NS = 2n ** 63n - 1n
const LAST_HOUR = 2 ** 32 - 1
/** Sorts after every trace ID. */
const AFTER_ALL = 'g'
const MAX_AT_ONCE = 1000
/** How far back is looked first, and how much further each time: each look costs its own, and what is rare is far away. */
const NEWEST = { hours: 1, wider: 4 }
const FILTERED = { hours: 24, wider: 32 }
const RARE = { hours: 744, wider: 32 }
/** Of how much further back is looked than it would take if there were as many as in what was looked at. */
const MARGIN = 1.5

interface Candidate {
  readonly trace_id: string
  readonly start_ns: string
}

/** The tenant of a read as the queries take it. */
export const tenantParams = (tenant: string | null) => ({ anyTenant: tenant === null, tenant: tenant ?? '' })

/** Trace IDs travel in the URL: so many keep it below the 8 KiB that proxies take. */
const IDS_AT_ONCE = 150

/** What these runs were, in no order; without those of which nothing is stored. `found`: `q` is in it. */
export async function summaries(
  connection: Connection,
  tenant: string | null,
  traceIds: readonly string[],
  q = '',
): Promise<readonly { readonly run: RunSummary; readonly found: boolean }[]> {
  const found: { run: RunSummary; found: boolean }[] = []
  for (let from = 0; from < traceIds.length; from += IDS_AT_ONCE) {
    const params = { ...tenantParams(tenant), traceIds: traceIds.slice(from, from + IDS_AT_ONCE), q }
    const rows = await connection.rows<SummaryRow>(sql.summaries, params)
    found.push(...rows.map((row) => ({ run: summaryOf(row), found: Boolean(row.found) })))
  }
  return found
}

export async function listRuns(
  connection: Connection,
  tenant: string | null,
  query: RunQuery,
  nowMs: number,
): Promise<RunPage> {
  const fromNs = nanoseconds(query.fromMs ?? 0)
  let before: Place = query.cursor === undefined ? { startNs: MAX_NS, traceId: AFTER_ALL } : readCursor(query.cursor)
  const toNs = query.toMs === undefined ? MAX_NS : nanoseconds(query.toMs)
  if (toNs <= before.startNs && query.toMs !== undefined) before = { startNs: toNs, traceId: '' }

  const given = filters(query)
  const isFiltered = Object.keys(given).length > 0
  const look = !isFiltered ? NEWEST : ['user', 'session', 'q'].some((rare) => rare in given) ? RARE : FILTERED
  const candidatesSql = isFiltered ? matching(given) : sql.newest
  const page: RunSummary[] = []
  const firstHour = hourOf(fromNs)
  let lastHour = before.startNs === MAX_NS ? LAST_HOUR : hourOf(before.startNs)
  let width = look.hours
  // the newest hour is now, or the page's own place: no need to ask for it
  let newest: number | null = Math.min(lastHour, hourOf(BigInt(nowMs) * 1_000_000n))
  for (let wanted = query.limit + 1; page.length <= query.limit && newest !== null; ) {
    page.push(...(await next(wanted)))
    wanted = Math.min(wanted * 2, MAX_AT_ONCE)
  }
  const runs = page.slice(0, query.limit)
  return { runs, next: page.length > query.limit ? writeCursor(runs.at(-1)!) : null }

  /** Of the next so many that may match, or of all there are, the runs that do: looked up together, from however far back. */
  async function next(wanted: number): Promise<readonly RunSummary[]> {
    const ids = new Set<string>()
    const upper = before
    while (ids.size < wanted && newest !== null) {
      const limit = wanted - ids.size
      const oldest = Math.max(firstHour, newest - width)
      const candidates = await connection.rows<Candidate>(candidatesSql, {
        ...tenantParams(tenant),
        ...given,
        ...{ beforeNs: before.startNs, beforeId: before.traceId, firstHour: oldest, lastHour, limit },
      })
      for (const { trace_id } of candidates) ids.add(trace_id)
      const last = candidates.at(-1)
      if (last !== undefined && candidates.length === limit) {
        before = { startNs: BigInt(last.start_ns), traceId: last.trace_id }
        continue
      }
      const missing = wanted - ids.size
      width = Math.max(width, Math.min(width * look.wider, Math.ceil((MARGIN * width * missing) / candidates.length)))
      lastHour = oldest - 1
      newest = lastHour < firstHour ? null : await newestHour(lastHour)
      before = { startNs: newest === null ? 0n : BigInt(oldest) * HOUR_NS, traceId: '' }
    }
    const found = await summaries(connection, tenant, [...ids], query.q)
    return (
      found
        .flatMap(({ run, found }) => (found && run.startNs >= fromNs && matches(run, query) ? [run] : []))
        // one that started before what was looked at is met again there, also where it moved meanwhile: an earlier span came
        .filter((run) => isBefore(run, upper) && !isBefore(run, before))
        .sort((a, b) => (isBefore(a, b) ? 1 : -1))
    )
  }

  async function newestHour(limit: number): Promise<number | null> {
    const [row] = await connection.rows<{ newest: number | null }>(sql.newestHour, {
      ...tenantParams(tenant),
      lastHour: limit,
    })
    return row?.newest ?? null
  }
}

/** Whether one comes later in the list, which is newest first. */
const isBefore = (one: Place, other: Place): boolean =>
  one.startNs < other.startNs || (one.startNs === other.startNs && one.traceId < other.traceId)

/** The filters that ask for something, by the names that `runs-matching.sql` knows them by. '' asks for nothing. */
function filters(query: RunQuery): Readonly<Record<string, string | number>> {
  const { workflow, agent, failedAgent, model, user, session, tenant: ofTenant, minCostNano, q } = query
  const failed = query.status === 'error' ? 1 : undefined
  const status = query.status === 'error' ? undefined : query.status
  const all = { workflow, agent, failedAgent, model, user, session, ofTenant, failed, status, minCostNano, q }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== '')) as Record<
    string,
    string | number
  >
}

/** The statement without the lines of filters that were not given, so that their columns are not read. */
function matching(given: object): string {
  const isNeeded = (line: string) => {
    const filter = / -- if (\w+)$/.exec(line)?.[1]
    return filter === undefined || filter in given
  }
  return filled(sql.matching.split('\n').filter(isNeeded).join('\n'))
}

/** Whether a run is what was asked for. `q` is the store's to judge. */
function matches(run: RunSummary, query: RunQuery): boolean {
  const { workflow, agent, failedAgent, user, session, tenant, status, model, minCostNano } = query
  return (
    (!workflow || run.workflow === workflow) &&
    (!agent || run.agents.includes(agent)) &&
    (!failedAgent || run.failedAgents.includes(failedAgent)) &&
    (!model || run.models.includes(model)) &&
    (!user || run.userId === user) &&
    (!session || run.sessionId === session) &&
    (!tenant || run.tenantId === tenant) &&
    (!status || run.status === status) &&
    (minCostNano === undefined || (run.costNano !== null && run.costNano >= minCostNano))
  )
}

const hourOf = (ns: bigint): number => Number(ns / HOUR_NS)

function nanoseconds(ms: number): bigint {
  if (ms <= 0) return 0n
  return ms >= Number(MAX_NS / 1_000_000n) ? MAX_NS : BigInt(Math.floor(ms * 1000)) * 1000n
}
