import type { Attributes, AttributeValue, SpanEvent } from '../../span.ts'
import type { RawSpan } from '../raw.ts'
import { type CanonicalSettings, canonical } from './canonical.ts'

/** What the tests of the dialects read. */
export const settings: CanonicalSettings = { contentMode: 'redacted', contentBytes: 32_768, tenant: null }

export const chat = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm' }

export const bag = (attributes: Record<string, AttributeValue>): Attributes =>
  Object.assign(Object.create(null), attributes)

export const event = (name: string, attributes: Record<string, AttributeValue>): SpanEvent => ({
  name,
  timeNs: 1n,
  attributes: bag(attributes),
})

export function raw(attributes: Record<string, AttributeValue>, rest: Partial<RawSpan> = {}): RawSpan {
  return {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    parentSpanId: null,
    name: 'chat gpt-4o',
    spanKind: 3,
    startNs: 1_763_000_000_000_000_000n,
    endNs: 1_763_000_001_500_000_000n,
    statusCode: 0,
    statusMessage: '',
    attributes: bag(attributes),
    resource: bag({ 'service.name': 'desk' }),
    scope: { name: 'scope', version: '1.0.0' },
    events: [],
    links: [],
    cut: {},
    warnings: [],
    ...rest,
  }
}

export const read = (attributes: Record<string, AttributeValue>, rest?: Partial<RawSpan>) =>
  canonical(raw(attributes, rest), settings)
