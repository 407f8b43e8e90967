/** Scores and outcomes to rows, one JSON object each. Of several about the same thing in one write the last is taken. */
import { dateText, timeText } from './row-json.ts'
import type { Outcome, Score } from './store.ts'

export const scoreColumns = 'tenant,day,trace_id,span_id,name,source,received_at,value,label,explanation'
export const outcomeColumns = 'tenant,day,trace_id,received_at,outcome,reason'

interface Limits {
  readonly maxRows: number
}

interface Block {
  readonly bytes: Buffer
  /** How many of those given, from `from` on, are in it. */
  readonly count: number
}

export function encodeScores(scores: readonly Score[], from: number, receivedMs: number, limits: Limits): Block {
  const block = scores.slice(from, from + limits.maxRows)
  const last = new Map<string, Score>()
  for (const score of block)
    last.set(keyOf([score.tenantId, score.traceId, score.spanId, score.name, score.source]), score)
  const lines = [...last.values()].map((score) => ({
    tenant: score.tenantId ?? '',
    ...arrival(receivedMs),
    trace_id: score.traceId,
    span_id: score.spanId ?? '',
    name: score.name,
    source: score.source ?? '',
    value: score.value,
    label: score.label ?? '',
    explanation: score.explanation ?? '',
  }))
  return { bytes: linesOf(lines), count: block.length }
}

export function encodeOutcomes(outcomes: readonly Outcome[], from: number, receivedMs: number, limits: Limits): Block {
  const block = outcomes.slice(from, from + limits.maxRows)
  const last = new Map<string, Outcome>()
  for (const outcome of block) last.set(keyOf([outcome.tenantId, outcome.traceId]), outcome)
  const lines = [...last.values()].map((outcome) => ({
    tenant: outcome.tenantId ?? '',
    ...arrival(receivedMs),
    trace_id: outcome.traceId,
    outcome: outcome.outcome,
    reason: outcome.reason ?? '',
  }))
  return { bytes: linesOf(lines), count: block.length }
}

const keyOf = (parts: readonly (string | null)[]): string => JSON.stringify(parts)

const arrival = (ms: number) => ({
  day: dateText(Math.floor(ms / 86_400_000)),
  received_at: timeText(BigInt(ms) * 1_000_000n),
})

const linesOf = (rows: readonly object[]): Buffer => {
  return Buffer.from(rows.map((row) => `${JSON.stringify(row, wellFormed)}\n`).join(''))
}

const wellFormed = (_key: string, value: unknown): unknown => (typeof value === 'string' ? value.toWellFormed() : value)
