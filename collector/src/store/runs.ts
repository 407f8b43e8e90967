/**
 * The list of runs, in two steps: which may be on the page, from the `runs` rollup, newest hours first; what they were,
 * from their spans. The second step decides, so a span that was sent twice shows nowhere.
 */
import type { Connection } from './connect.ts'
import { filled, statement } from './connect.ts'
import { readCursor, writeCursor } from './cursor.ts'
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
const MAX_CANDIDATES = 1000
/** How often a window is asked again because runs moved in it meanwhile. */
const MOST_AGAIN = 5
/** How far back is looked first, and how much further each time: each look costs its own, and what is rare is far away. */
const NEWEST = { hours: 1, wider: 4 }
const FILTERED = { hours: 24, wider: 32 }
const RARE = { hours: 744, wider: 32 }

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
  let before = query.cursor === undefined ? { startNs: MAX_NS, traceId: AFTER_ALL } : readCursor(query.cursor)
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
  while (newest !== null && lastHour >= firstHour && page.length <= query.limit) {
    const oldest = Math.max(firstHour, newest - width)
    await readWindow(oldest, lastHour)
    if (oldest === 0) break
    lastHour = oldest - 1
    width *= look.wider
    newest = page.length > query.limit || lastHour < firstHour ? null : await newestHour(lastHour)
  }
  const runs = page.slice(0, query.limit)
  return { runs, next: page.length > query.limit ? writeCursor(runs.at(-1)!) : null }

  async function newestHour(limit: number): Promise<number | null> {
    const [row] = await connection.rows<{ newest: number | null }>(sql.newestHour, {
      ...tenantParams(tenant),
      lastHour: limit,
    })
    return row?.newest ?? null
  }

  /** Adds the window's runs to the page, newest first, until one more than asked for is found: it says there is a next page. */
  async function readWindow(oldest: number, last: number): Promise<void> {
    let place = { beforeNs: before.startNs, beforeId: before.traceId }
    let again = 0
    for (let limit = query.limit + 1; ; limit = Math.min(limit * 2, MAX_CANDIDATES)) {
      const candidates = await connection.rows<Candidate>(candidatesSql, {
        ...tenantParams(tenant),
        ...given,
        ...place,
        firstHour: oldest,
        lastHour: last,
        limit,
      })
      if (candidates.length === 0) return
      const found = await summaries(
        connection,
        tenant,
        candidates.map((one) => one.trace_id),
        query.q,
      )
      const byId = new Map(found.map((one) => [one.run.traceId, one]))
      const isMoved = ({ trace_id, start_ns }: Candidate) => {
        const startNs = byId.get(trace_id)?.run.startNs
        return startNs !== undefined && startNs !== BigInt(start_ns) && hourOf(startNs) >= oldest
      }
      // a span that is earlier than all before came between the two steps: its run has another place now
      if (candidates.some(isMoved) && again < MOST_AGAIN) {
        again += 1
        continue
      }
      for (const { trace_id, start_ns } of candidates) {
        const one = byId.get(trace_id)
        // one that started before this window is met again in its own
        if (one === undefined || one.run.startNs !== BigInt(start_ns)) continue
        if (one.run.startNs < fromNs || !one.found || !matches(one.run, query)) continue
        page.push(one.run)
        if (page.length > query.limit) return
      }
      if (candidates.length < limit) return
      const end = candidates.at(-1)!
      place = { beforeNs: BigInt(end.start_ns), beforeId: end.trace_id }
    }
  }
}

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
