import type { Attributes, Counter } from '@opentelemetry/api'
import type { Metrics } from '../metrics.ts'
import type { Kind, Span } from '../span.ts'
import { countFieldProblems } from './field-problem.ts'
import { AMOUNTS, type Amounts, amountsOf, createRecount, nothing, type Recounted } from './recount.ts'
import type { Sink } from './sink.ts'

const NONE = 'none'

export interface Metered extends Sink {
  /**
   * Spans that are otherwise than when they were added up. A counter cannot go down: what was added too much is taken off
   * what comes next of that kind, of the same agent and model first, as a rule the span that tells the call instead; a sum
   * that an agent told off the calls that it is made of.
   */
  recount(changes: readonly Recounted[]): void
}

/** Spans with the same labels. */
interface Group {
  readonly key: string
  readonly labels: Attributes & { readonly model: string; readonly kind: string }
}

/**
 * Adds spans up by agent, model and kind for `/metrics`: calls, errors, tokens, money, latency. Money and tokens are
 * those of counted spans only. Adds, so it belongs behind `once`.
 */
export function createMetered(metrics: Metrics): Metered {
  const calls = metrics.counter('calls', 'Spans by agent, model and kind.')
  const errors = metrics.counter('call_errors', 'Spans that ended in an error.')
  const retries = metrics.counter('retries', 'Model calls that repeat one that failed.')
  const fallbacks = metrics.counter('fallbacks', 'Model calls that stand in for another model.')
  const refusals = metrics.counter('refusals', 'Model calls that ended in a content filter.')
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
  const told = createRecount<Group>(groupOf)
  /** What was added too much, below zero. */
  const owed = new Map<string, { readonly group: Group; readonly amounts: Mutable }>()

  function add(group: Group, amounts: Amounts): void {
    const due: Mutable = { ...amounts }
    const debts = [...owed.values()].filter((debt) => usageOf(debt.group) === usageOf(group))
    const same = debts.filter((debt) => isAlike(debt.group, group))
    for (const debt of [owed.get(group.key), ...same, ...debts]) if (debt !== undefined) pay(due, debt.amounts)
    for (const [key, debt] of owed) if (isNothing(debt.amounts)) owed.delete(key)
    const { labels } = group
    if (due.input > 0) tokens.add(due.input, { ...labels, type: 'input' })
    if (due.output > 0) tokens.add(due.output, { ...labels, type: 'output' })
    if (due.nano > 0) cost.add(due.nano / 1e9, labels)
    if (due.unpriced > 0) unpriced.add(due.unpriced, { model: labels.model })
    if (AMOUNTS.every((amount) => due[amount] >= 0)) return
    const debt = owed.get(group.key) ?? { group, amounts: { ...nothing } }
    for (const amount of AMOUNTS) debt.amounts[amount] += Math.min(0, due[amount])
    owed.set(group.key, debt)
  }

  return {
    recount(changes) {
      const differences = told.apply(changes).filter(([, amounts]) => !isNothing(amounts))
      // what is taken off first pays for what is added
      const [less, more] = [differences.filter(isLess), differences.filter((each) => !isLess(each))]
      for (const [group, amounts] of [...less, ...more]) add(group, amounts)
    },
    accept(spans) {
      const nowMs = Date.now()
      countFieldProblems(problems, spans)
      for (const [group, all] of byLabels(spans)) {
        const { labels } = group
        calls.add(all.length, labels)
        const failed = all.filter(({ status }) => status === 'error').length
        if (failed > 0) errors.add(failed, labels)
        if (labels.kind === 'llm') {
          addSome(retries, all.filter(isRetry), labels)
          addSome(
            fallbacks,
            all.filter(({ fallbackOf }) => fallbackOf !== null),
            labels,
          )
          addSome(
            refusals,
            all.filter(({ finishReason }) => finishReason === 'content_filter'),
            labels,
          )
        }
        let sum = nothing
        for (const span of all) {
          const amounts = mayChange.has(span.kind) ? told.note(span, group) : amountsOf(span)
          if (!isNothing(amounts)) sum = plus(sum, amounts)
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

/** Those that another span may turn out to tell. */
const mayChange: ReadonlySet<string> = new Set<Kind>(['llm', 'embedding', 'agent', 'chain'])

/** Usage is of one sort, whether calls of models tell it or agents in sum. */
const usageOf = ({ labels: { kind } }: Group): string => (kind === 'agent' || kind === 'chain' ? 'llm' : kind)

const isAlike = ({ labels: a }: Group, { labels: b }: Group): boolean => a.agent === b.agent && a.model === b.model

const isRetry = ({ attempt, retryOf }: Span): boolean => (attempt ?? 1) > 1 || retryOf !== null

function addSome(counter: Counter, spans: readonly Span[], labels: Attributes): void {
  if (spans.length > 0) counter.add(spans.length, labels)
}

function groupOf(span: Span): Group {
  const model = span.responseModel ?? span.requestModel ?? NONE
  return { key: keyOf(span), labels: { agent: span.agent ?? NONE, model, kind: span.kind } }
}

function keyOf({ kind, agent, responseModel, requestModel }: Span): string {
  return `${kind}\u0000${agent ?? NONE}\u0000${responseModel ?? requestModel ?? NONE}`
}

/** Spans that share labels are added up together: one look-up in the metrics SDK a group, not one a span. */
function byLabels(spans: readonly Span[]): Map<Group, Span[]> {
  const known = new Map<string, Group>()
  const groups = new Map<Group, Span[]>()
  for (const span of spans) {
    const key = keyOf(span)
    let group = known.get(key)
    if (group === undefined) {
      group = groupOf(span)
      known.set(key, group)
      groups.set(group, [])
    }
    groups.get(group)!.push(span)
  }
  return groups
}

type Mutable = { -readonly [Amount in keyof Amounts]: Amounts[Amount] }

/** Takes off what is due as much as was added too much. */
function pay(due: Mutable, debt: Mutable): void {
  for (const amount of AMOUNTS) {
    const paid = Math.max(0, Math.min(due[amount], -debt[amount]))
    due[amount] -= paid
    debt[amount] += paid
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

const isLess = ([, amounts]: readonly [Group, Amounts]): boolean => AMOUNTS.some((amount) => amounts[amount] < 0)

function isNothing({ input, output, nano, unpriced }: Amounts): boolean {
  return input === 0 && output === 0 && nano === 0 && unpriced === 0
}
