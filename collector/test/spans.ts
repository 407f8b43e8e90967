import type { Span } from '../src/span.ts'
import { sampleSpan } from './sample-span.ts'

/** A plain stored-looking span for tests; every field may be given. */
export function aSpan(given: Partial<Span> = {}): Span {
  return sampleSpan({
    name: 'chat gpt-4o-mini',
    service: 'shop',
    workflow: 'support',
    agent: 'triage',
    startNs: 1_763_715_600_123_456_789n,
    durationNs: 1_500_000_000n,
    status: 'ok',
    finishReason: 'stop',
    finishReasonRaw: 'stop',
    provider: 'openai',
    requestModel: 'gpt-4o-mini',
    responseModel: 'gpt-4o-mini-2024-07-18',
    operation: 'chat',
    inputTokens: 100,
    outputTokens: 20,
    costNano: 27_000,
    costSource: 'priced',
    priceVersion: 'test',
    contentMode: 'full',
    attributes: {},
    resource: {},
    scope: { name: 'test', version: '' },
    ...given,
  })
}

let sequence = 0
/** So many spans of one trace, each with an ID of its own. */
export function someSpans(count: number, given: Partial<Span> = {}): Span[] {
  return Array.from({ length: count }, () => aSpan({ spanId: (++sequence).toString(16).padStart(16, '0'), ...given }))
}
