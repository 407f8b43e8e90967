/** What a run was, from a row of `summaries.sql`: the list and the detail both come from here. */
import type { Status, StopReason } from '../span.ts'
import type { RunSummary } from './store.ts'
import { finishReason, number, stopReason, text } from './stored.ts'

export interface SummaryRow {
  readonly trace_id: string
  readonly root_seen: boolean | number
  readonly root_name: string
  readonly root_status: Status
  readonly root_stop_reason: string
  readonly entry_stop_reason: string
  readonly entry_status: Status
  readonly inner_stop_reason: string
  readonly first_workflow: string
  readonly first_service: string
  readonly first_session: string
  readonly first_user: string
  readonly first_tenant: string
  readonly first_outcome: string
  readonly last_finish_reason: string
  readonly start_ns: string
  readonly last_end_ns: string
  readonly spans: string
  readonly llm_calls: string
  readonly tool_calls: string
  readonly embedding_calls: string
  readonly embedding_tokens: string
  readonly errors: string
  readonly agents: readonly string[]
  readonly failed_agents: readonly string[]
  readonly models: readonly string[]
  /** Names and how often each, in step. */
  readonly tool_counts: readonly [readonly string[], readonly string[]]
  readonly tool_errors: readonly [readonly string[], readonly string[]]
  readonly input_tokens: string | null
  readonly output_tokens: string | null
  readonly cache_read_tokens: string | null
  readonly cache_write_tokens: string | null
  readonly reasoning_tokens: string | null
  readonly cost_nano: string | null
  readonly unpriced_calls: string
  /** Of the run as a whole, posted. */
  readonly run_score: number | null
  readonly run_outcome: string
  readonly run_reason: string
  readonly root_score: number | null
  readonly mean_score: number | null
  /** Whether `q` is in it. */
  readonly found: boolean | number
}

export function summaryOf(row: SummaryRow): RunSummary {
  const rootSeen = Boolean(row.root_seen)
  const startNs = BigInt(row.start_ns)
  return {
    traceId: row.trace_id,
    name: rootSeen ? row.root_name : null,
    workflow: text(row.first_workflow),
    service: text(row.first_service),
    status: rootSeen ? statusOf(row) : 'unset',
    stopReason: rootSeen ? stopReasonOf(row) : null,
    startNs,
    durationNs: BigInt(row.last_end_ns) - startNs,
    spanCount: Number(row.spans),
    llmCalls: Number(row.llm_calls),
    toolCalls: Number(row.tool_calls),
    embeddingCalls: Number(row.embedding_calls),
    embeddingTokens: Number(row.embedding_tokens),
    errors: Number(row.errors),
    agents: row.agents,
    failedAgents: row.failed_agents,
    models: row.models,
    tools: toolsOf(row),
    sessionId: text(row.first_session),
    userId: text(row.first_user),
    tenantId: text(row.first_tenant),
    inputTokens: number(row.input_tokens),
    outputTokens: number(row.output_tokens),
    cacheReadTokens: number(row.cache_read_tokens),
    cacheWriteTokens: number(row.cache_write_tokens),
    reasoningTokens: number(row.reasoning_tokens),
    costNano: number(row.cost_nano),
    unpricedCalls: Number(row.unpriced_calls),
    score: row.run_score ?? row.root_score ?? row.mean_score,
    outcome: text(row.run_outcome) ?? text(row.first_outcome),
    outcomeReason: text(row.run_reason),
    rootSeen,
  }
}

/** The root's, unless it left its end to what it let in, and that failed. */
function statusOf({ root_status, root_stop_reason, entry_status }: SummaryRow): Status {
  return root_stop_reason === '' && entry_status === 'error' ? 'error' : root_status
}

/**
 * The root's own word; below a root that has none (a request, a message) the word of what it let in, and then the last one
 * further in that is unusual; without any, what is told by their status and by the run's last model call.
 */
function stopReasonOf(row: SummaryRow): StopReason {
  const told = stopReason(row.root_stop_reason)
  if (told !== null) return told
  const entry = stopReason(row.entry_stop_reason)
  const inner = stopReason(row.inner_stop_reason)
  if (entry !== null && !isUsual(entry)) return entry
  if (entry === null && inner !== null && !isUsual(inner)) return inner
  if (statusOf(row) === 'error') return 'error'
  if (entry !== null) return entry
  const last = finishReason(row.last_finish_reason)
  if (last === 'length') return 'max_tokens'
  return last === 'content_filter' ? 'content_filter' : 'completed'
}

const isUsual = (reason: StopReason): boolean => reason === 'completed' || reason === 'tool_calls'

function toolsOf({ tool_counts: [names, calls], tool_errors: [failed, errors] }: SummaryRow): RunSummary['tools'] {
  const errorsOf = new Map(failed.map((name, i) => [name, Number(errors[i])]))
  const tools = names.map((name, i) => ({ name, calls: Number(calls[i]), errors: errorsOf.get(name) ?? 0 }))
  return tools.sort((a, b) => (a.name < b.name ? -1 : 1))
}
