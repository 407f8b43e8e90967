import { type Attributes, type Span, trace } from '@opentelemetry/api'
import type { SpanProcessor } from '@opentelemetry/sdk-trace'
import { attribute } from './attributes.ts'
import { scopeOf } from './scope.ts'
import { SCOPE_NAME } from './state.ts'

/**
 * Stamps run, agent and user on spans of other instrumentations inside a verb, so that the collector has them even if
 * their parents come late or never. The verbs' own spans carry them from the start; what a span says itself stays.
 */
export const stamp: SpanProcessor = {
  onStart(span, parent) {
    if (span.instrumentationScope.name === SCOPE_NAME) return
    // what another instrumentation tells of a guarded call is paid by that call's hold
    const hold = attributesOf(trace.getSpan(parent))[attribute.holdId]
    if (typeof hold === 'string') span.setAttribute(attribute.holdId, hold)
    const scope = scopeOf(parent)
    if (scope === undefined) return
    for (const [key, value] of Object.entries(scope.stamp)) {
      if (span.attributes[key] === undefined && value !== undefined) span.setAttribute(key, value)
    }
  },
  onEnd() {},
  forceFlush: async () => {},
  shutdown: async () => {},
}

/** None where the span is of another process, or not recorded. */
function attributesOf(span: Span | undefined): Attributes {
  return span !== undefined && 'attributes' in span ? (span.attributes as Attributes) : {}
}
