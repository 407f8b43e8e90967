import { type Attributes, type Counter, type Histogram, metrics } from '@opentelemetry/api'
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace'
import { attribute } from './attributes.ts'
import { SCOPE_NAME } from './state.ts'

/** The most values of one label; later ones are counted together as `other`. */
const LABEL_VALUES = 64

const TOKENS = {
  [attribute.inputTokens]: 'input',
  [attribute.outputTokens]: 'output',
  [attribute.cacheReadTokens]: 'cache_read',
  [attribute.cacheWriteTokens]: 'cache_write',
  [attribute.reasoningTokens]: 'reasoning',
} as const

/**
 * Calls, errors, tokens and seconds per operation, agent and model, from every span that says a GenAI operation.
 * Users, tenants and sessions are never labels. `input` includes the cache tokens and `output` reasoning: do not add up.
 */
export function createCallMetrics(): SpanProcessor {
  const agents = bounded()
  const models = bounded()
  let instruments: { calls: Counter; errors: Counter; tokens: Counter; seconds: Histogram } | undefined

  const open = () => {
    // not before the first span ends: until the SDK has started, the global meter is one that counts nothing
    const meter = metrics.getMeter(SCOPE_NAME)
    return {
      calls: meter.createCounter('outrider_calls', { description: 'Runs, agents, model calls, tools, retrievals' }),
      errors: meter.createCounter('outrider_errors', { description: 'Those that ended in an error' }),
      tokens: meter.createCounter('outrider_tokens', { description: 'Tokens by type, as the provider counted' }),
      seconds: meter.createHistogram('outrider_duration_seconds', {
        unit: 's',
        advice: { explicitBucketBoundaries: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300] },
      }),
    }
  }

  return {
    onStart() {},
    onEnd(span) {
      const operation = span.attributes[attribute.operation]
      if (typeof operation !== 'string') return
      instruments ??= open()
      const labels = {
        operation: OPERATIONS.has(operation) ? operation : 'other',
        agent: agents(span.attributes[attribute.agent]),
        model: models(span.attributes[attribute.responseModel] ?? span.attributes[attribute.requestModel]),
      }
      instruments.calls.add(1, labels)
      if (span.status.code === ERROR) instruments.errors.add(1, labels)
      instruments.seconds.record(span.duration[0] + span.duration[1] / 1e9, labels)
      if (isModelCall(operation)) addTokens(instruments.tokens, span, labels)
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  }
}

const ERROR = 2
const MODEL_CALLS = ['chat', 'text_completion', 'generate_content', 'embeddings']
const OPERATIONS = new Set([...MODEL_CALLS, 'invoke_workflow', 'invoke_agent', 'execute_tool', 'retrieval'])

/** Only leaf calls: agents of some libraries repeat the sum of their calls. */
const isModelCall = (operation: string) => MODEL_CALLS.includes(operation)

function addTokens(counter: Counter, { attributes }: ReadableSpan, labels: Attributes): void {
  for (const [key, type] of Object.entries(TOKENS)) {
    const count = attributes[key]
    if (typeof count === 'number') counter.add(count, { ...labels, type })
  }
}

function bounded(): (value: unknown) => string {
  const seen = new Set<string>()
  return (value) => {
    if (typeof value !== 'string') return ''
    if (!seen.has(value) && seen.size >= LABEL_VALUES) return 'other'
    seen.add(value)
    return value
  }
}
