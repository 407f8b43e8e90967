/** Findings as they are read, and marks as they are written. */
import { randomBytes } from 'node:crypto'
import type { Evidence } from '../guarding.ts'
import { type Connection, statement } from './connect.ts'
import { readFindingCursor, writeFindingCursor } from './cursor.ts'
import { storeError } from './failure.ts'
import type { FindingQuery, FindingStore, Mark, RuleRate, StoredFinding } from './finding-store.ts'
import { dateText, timeText } from './row-json.ts'
import { tenantParams } from './runs.ts'

const sql = {
  findings: statement('guard-findings'),
  rules: statement('guard-rules'),
  verdicts: statement('guard-verdicts'),
}
const columns = 'tenant,day,finding,at,verdict,by,reason'
const FILTERS = ['id', 'guard', 'rule', 'type', 'agent', 'workflow', 'action', 'direction', 'trace', 'verdict'] as const
/** Sorts after every ID. */
const AFTER_ALL = { timeMs: 2 ** 52, id: 'g' }

export function createFindings(reading: Connection, writing: Connection, now: () => number): FindingStore {
  const read = async (tenant: string | null, query: FindingQuery & { readonly id?: string }) => {
    const given = filtersOf(query)
    const before = query.cursor === undefined ? AFTER_ALL : readFindingCursor(query.cursor)
    const { fromMs, toMs, limit } = query
    const params = { ...tenantParams(tenant), ...given, fromMs, toMs, limit: limit + 1 }
    const rows = await reading.rows<Row>(only(sql.findings, given), {
      ...params,
      beforeMs: before.timeMs,
      beforeId: before.id,
    })
    return { rows: rows.slice(0, limit), hasMore: rows.length > limit, params, given }
  }

  return {
    async findings(tenant, query) {
      const { rows, hasMore, params, given } = await read(tenant, query)
      const rules = query.cursor === undefined ? await reading.rows<RuleRow>(only(sql.rules, given), params) : []
      const last = rows.at(-1)
      const next = hasMore && last !== undefined ? { timeMs: Number(last.at_ms), id: last.id } : null
      return {
        findings: rows.map(findingOf),
        next: next === null ? null : writeFindingCursor(next),
        rules: rules.map(rateOf),
      }
    },
    async finding(tenant, id) {
      const { rows } = await read(tenant, { id, fromMs: 0, toMs: 2 ** 42, limit: 1 })
      if (rows[0] === undefined) return null
      const marks = await reading.rows<MarkRow>(sql.verdicts, { finding: id })
      return { finding: findingOf(rows[0]), marks: marks.map(markOf) }
    },
    async mark({ id, tenantId }, { verdict, by, reason, timeMs }) {
      const row = {
        tenant: (tenantId ?? '').toWellFormed(),
        day: dateText(Math.floor(now() / 86_400_000)),
        finding: id,
        at: timeText(BigInt(timeMs) * 1_000_000n),
        verdict,
        by: by.toWellFormed(),
        reason: reason.toWellFormed(),
      }
      const block = Buffer.from(`${JSON.stringify(row)}\n`)
      await writing
        .insert(`guard_verdicts (${columns})`, 'JSONEachRow', block, randomBytes(16).toString('hex'))
        .catch((cause: unknown) => {
          throw storeError(cause, 'Storing a verdict')
        })
    },
  }
}

function filtersOf(query: FindingQuery & { readonly id?: string }): Readonly<Record<string, string>> {
  return Object.fromEntries(FILTERS.flatMap((name) => (query[name] === undefined ? [] : [[name, query[name]]])))
}

/** The statement without the lines of filters that were not given. */
function only(text: string, given: object): string {
  return text
    .split('\n')
    .filter((line) => {
      const name = / -- if (\w+)$/.exec(line)?.[1]
      return name === undefined || name in given
    })
    .join('\n')
}

interface MarkRow {
  readonly verdict: Mark['verdict']
  readonly by: string
  readonly reason: string
  readonly at_ms: string
}
interface Row extends Pick<Evidence, 'guard' | 'type' | 'rule' | 'direction' | 'field' | 'action' | 'source'> {
  readonly id: string
  readonly tenant: string
  readonly at_ms: string
  readonly trace_id: string
  readonly span_id: string
  readonly enforced: boolean
  readonly shadow: boolean
  readonly score: number
  readonly view: string
  readonly count: number
  readonly why: string
  readonly before: string | null
  readonly found: string | null
  readonly after: string | null
  readonly agent: string
  readonly workflow: string
  readonly user_id: string
  readonly model: string
  readonly tool_name: string
  readonly policy: string
  readonly policy_version: string
  readonly verdict: Mark['verdict'] | ''
  readonly verdict_by: string
  readonly verdict_reason: string
  readonly verdict_ms: string
}
type RuleRow = Readonly<
  Record<'rule' | 'guard' | 'findings' | 'spans' | 'enforced' | 'false_alarms' | 'right' | 'last_ms', string>
>

const text = (value: string): string | null => (value === '' ? null : value)

function findingOf(row: Row): StoredFinding {
  const { id, guard, type, rule, direction, field, action, enforced, shadow, source, score, count, why } = row
  const { before, found, after, policy } = row
  const isMarked = row.verdict !== '' && row.verdict !== 'none'
  return {
    ...{ id, guard, type, rule, direction, field, action, enforced, shadow, source, score, count, why },
    ...{ before, found, after, policy, policyVersion: row.policy_version, view: text(row.view) },
    timeMs: Number(row.at_ms),
    traceId: row.trace_id,
    spanId: row.span_id,
    agent: text(row.agent),
    workflow: text(row.workflow),
    tenantId: text(row.tenant),
    userId: text(row.user_id),
    model: text(row.model),
    toolName: text(row.tool_name),
    mark: isMarked
      ? markOf({
          verdict: row.verdict as Mark['verdict'],
          by: row.verdict_by,
          reason: row.verdict_reason,
          at_ms: row.verdict_ms,
        })
      : null,
  }
}

const markOf = ({ verdict, by, reason, at_ms }: MarkRow): Mark => ({ verdict, by, reason, timeMs: Number(at_ms) })

const rateOf = ({ rule, guard, findings, spans, enforced, false_alarms, right, last_ms }: RuleRow): RuleRate => ({
  ...{ rule, guard },
  findings: Number(findings),
  spans: Number(spans),
  enforced: Number(enforced),
  falseAlarms: Number(false_alarms),
  right: Number(right),
  lastMs: Number(last_ms),
})
