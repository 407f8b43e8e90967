import type { Attributes } from '@opentelemetry/api'
import type { Metrics } from '../metrics.ts'
import type { Span } from '../span.ts'
import { countFieldProblems } from './field-problem.ts'
import { type Amounts, createRecount, type Recounted } from './recount.ts'
import type { Sink } from './sink.ts'

const NONE = 'none'

export interface Metered extends Sink {
  /**
   * Spans that count otherwise than they did when they were added up. A counter cannot go down: what was added too much
   * is taken off what comes next for the same agent, model and kind, as a rule the span that tells the call instead.
   */
  recount(changes: readonly Recounted[]): void
}

/** Spans with the same labels. */
interface Group {
  readonly key: string
  readonly labels: Attributes & { readonly model: string }
}

/**
 * Adds spans up by agent, model and kind for `/metrics`: calls, errors, tokens, money, latency. Money and tokens are
 * those of counted spans only. Adds, so it belongs behind `once`.
 */
export function createMetered(metrics: Metrics): Metered {
  const calls = metrics.counter('calls', 'Spans by agent, model and kind.')
  const errors = metrics.counter('call_errors', 'Spans that ended in an error.')
  const tokens = metrics.counter('tokens', 'Tokens of counted calls; input includes cache, output includes reasoning.')
  const cost = metrics.counter('cost_usd', 'Money of counted calls in USD, reported or priced.')
  const unpriced = metrics.counter(
    'unpriced_calls',
    'Counted calls with known tokens and no price: their cost is missing.',
  )
  const duration = metrics.seconds('call_seconds', 'Duration of spans by agent, model and kind.')
  const ttft = metrics.seconds('ttft_seconds', 'Time to the first token of model calls.')
  const lag = metrics.seconds('lag_seconds', 'Time from the end of a span to its being stored.')
  const problems = metrics.counter(
    'field_problems',
    'Values of spans that could not be read or were mended, by dialect and field.',
  )
  const told = createRecount<Group>()
  /** What was added too much, by group. */
  const owed = new Map<string, Amounts>()

  function add({ key, labels }: Group, amounts: Amounts): void {
    const due = plus(amounts, owed.get(key) ?? nothing)
    const rest = belowZero(due)
    if (isNothing(rest)) owed.delete(key)
    else owed.set(key, rest)
    if (due.input > 0) tokens.add(due.input, { ...labels, type: 'input' })
    if (due.output > 0) tokens.add(due.output, { ...labels, type: 'output' })
    if (due.nano > 0) cost.add(due.nano / 1e9, labels)
    if (due.unpriced > 0) unpriced.add(due.unpriced, { model: labels.model })
  }

  return {
    recount(changes) {
      for (const [group, amounts] of told.apply(changes)) add(group, amounts)
    },
    accept(spans) {
      const nowMs = Date.now()
      countFieldProblems(problems, spans)
      for (const [group, all] of byLabels(spans)) {
        const { labels } = group
        calls.add(all.length, labels)
        const failed = all.filter(({ status }) => status === 'error').length
        if (failed > 0) errors.add(failed, labels)
        let sum = nothing
        for (const span of all) {
          const amounts = amountsOf(span)
          if (span.counted) sum = plus(sum, amounts)
          if (!isNothing(amounts)) told.note(span, group, amounts)
          duration.record(Number(span.durationNs) / 1e9, labels)
          if (span.ttftMs !== null) ttft.record(span.ttftMs / 1000, labels)
        }
        if (!isNothing(sum)) add(group, sum)
      }
      const last = spans.at(-1)
      if (last !== undefined)
        lag.record(Math.max(0, nowMs - Number((last.startNs + last.durationNs) / 1_000_000n)) / 1000)
      return Promise.resolve()
    },
  }
}

/** Spans that share labels are added up together: one look-up in the metrics SDK a group, not one a span. */
function byLabels(spans: readonly Span[]): Map<Group, Span[]> {
  const groupOf = new Map<string, Group>()
  const groups = new Map<Group, Span[]>()
  for (const span of spans) {
    const agent = span.agent ?? NONE
    const model = span.responseModel ?? span.requestModel ?? NONE
    const key = `${span.kind}\u0000${agent}\u0000${model}`
    let group = groupOf.get(key)
    if (group === undefined) {
      group = { key, labels: { agent, model, kind: span.kind } }
      groupOf.set(key, group)
      groups.set(group, [])
    }
    groups.get(group)!.push(span)
  }
  return groups
}

const nothing: Amounts = { input: 0, output: 0, nano: 0, unpriced: 0 }

/** Of a span if it counts. */
function amountsOf({ inputTokens, outputTokens, costNano, costSource }: Span): Amounts {
  return {
    input: inputTokens ?? 0,
    output: outputTokens ?? 0,
    nano: costNano ?? 0,
    unpriced: costSource === 'unpriced' ? 1 : 0,
  }
}

function plus(a: Amounts, b: Amounts): Amounts {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    nano: a.nano + b.nano,
    unpriced: a.unpriced + b.unpriced,
  }
}

function belowZero({ input, output, nano, unpriced }: Amounts): Amounts {
  return {
    input: Math.min(0, input),
    output: Math.min(0, output),
    nano: Math.min(0, nano),
    unpriced: Math.min(0, unpriced),
  }
}

function isNothing({ input, output, nano, unpriced }: Amounts): boolean {
  return input === 0 && output === 0 && nano === 0 && unpriced === 0
}
