import type { Attributes } from '@opentelemetry/api'
import type { Metrics } from '../metrics.ts'
import type { Span } from '../span.ts'
import { countFieldProblems } from './field-problem.ts'
import type { Sink } from './sink.ts'

const NONE = 'none'

/**
 * Adds spans up by agent, model and kind for `/metrics`: calls, errors, tokens, money, latency. Money and tokens are
 * those of counted spans only. Adds, so it belongs behind `once`.
 */
export function createMetered(metrics: Metrics): Sink {
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

  return {
    accept(spans) {
      const nowMs = Date.now()
      countFieldProblems(problems, spans)
      for (const [labels, group] of byLabels(spans)) {
        calls.add(group.length, labels)
        const add = sums(group)
        if (add.errors > 0) errors.add(add.errors, labels)
        if (add.input > 0) tokens.add(add.input, { ...labels, type: 'input' })
        if (add.output > 0) tokens.add(add.output, { ...labels, type: 'output' })
        if (add.nano > 0) cost.add(add.nano / 1e9, labels)
        if (add.unpriced > 0) unpriced.add(add.unpriced, { model: labels.model ?? NONE })
        for (const span of group) {
          duration.record(Number(span.durationNs) / 1e9, labels)
          if (span.ttftMs !== null) ttft.record(span.ttftMs / 1000, labels)
        }
      }
      const last = spans.at(-1)
      if (last !== undefined)
        lag.record(Math.max(0, nowMs - Number((last.startNs + last.durationNs) / 1_000_000n)) / 1000)
      return Promise.resolve()
    },
  }
}

/** Spans that share labels are added up together: one look-up in the metrics SDK a group, not one a span. */
function byLabels(spans: readonly Span[]): Map<Attributes, Span[]> {
  const labelsOf = new Map<string, Attributes>()
  const groups = new Map<Attributes, Span[]>()
  for (const span of spans) {
    const agent = span.agent ?? NONE
    const model = span.responseModel ?? span.requestModel ?? NONE
    const key = `${span.kind}\u0000${agent}\u0000${model}`
    let labels = labelsOf.get(key)
    if (labels === undefined) {
      labels = { agent, model, kind: span.kind }
      labelsOf.set(key, labels)
      groups.set(labels, [])
    }
    groups.get(labels)!.push(span)
  }
  return groups
}

function sums(spans: readonly Span[]) {
  const total = { errors: 0, input: 0, output: 0, nano: 0, unpriced: 0 }
  for (const span of spans) {
    if (span.status === 'error') total.errors++
    if (!span.counted) continue
    total.input += span.inputTokens ?? 0
    total.output += span.outputTokens ?? 0
    total.nano += span.costNano ?? 0
    if (span.costSource === 'unpriced') total.unpriced++
  }
  return total
}
