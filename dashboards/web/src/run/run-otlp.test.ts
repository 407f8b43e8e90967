import { expect, test } from 'vitest'
import { spanOf } from '../../test/span-of.ts'
import { otlpOf } from './run-otlp.ts'

const spanId = '00f067aa0ba902b7'
const only = (span: ReturnType<typeof spanOf>) => {
  const { resourceSpans } = otlpOf({ spans: [span] }) as {
    resourceSpans: { scopeSpans: { spans: Record<string, unknown>[] }[] }[]
  }
  return resourceSpans[0]?.scopeSpans[0]?.spans[0]
}

test('times keep their nanoseconds, and duration is time', () => {
  const span = only(spanOf({ spanId, startTime: '2026-11-21T09:00:00.123456789Z', durationMs: 0.000_001 }))
  const start = `${BigInt(Date.parse('2026-11-21T09:00:00Z')) * 1_000_000n + 123_456_789n}`
  expect(span).toMatchObject({ startTimeUnixNano: start, endTimeUnixNano: `${BigInt(start) + 1n}` })
})

test('attributes of every type, texts where the conventions have them', () => {
  const attributes = {
    'gen_ai.operation.name': 'chat',
    whole: 3,
    part: 0.5,
    yes: true,
    list: ['a', 1],
    map: { x: null },
  }
  const span = only(spanOf({ spanId, kind: 'llm', attributes, input: '[]', output: 'said', status: 'error' }))
  expect(span?.attributes).toEqual([
    { key: 'gen_ai.operation.name', value: { stringValue: 'chat' } },
    { key: 'whole', value: { intValue: '3' } },
    { key: 'part', value: { doubleValue: 0.5 } },
    { key: 'yes', value: { boolValue: true } },
    { key: 'list', value: { arrayValue: { values: [{ stringValue: 'a' }, { intValue: '1' }] } } },
    { key: 'map', value: { kvlistValue: { values: [{ key: 'x', value: {} }] } } },
    { key: 'gen_ai.input.messages', value: { stringValue: '[]' } },
    { key: 'gen_ai.output.messages', value: { stringValue: 'said' } },
  ])
  expect(span?.status).toEqual({ code: 2 })
})

test('spans stand under their own process and instrumentation', () => {
  const scope = (name: string) => ({ name, version: '1' })
  const answer = otlpOf({
    spans: [
      spanOf({ spanId: '1', resource: { 'service.name': 'a' }, scope: scope('x') }),
      spanOf({ spanId: '2', resource: { 'service.name': 'b' }, scope: scope('x') }),
      spanOf({ spanId: '3', resource: { 'service.name': 'a' }, scope: scope('y') }),
      spanOf({ spanId: '4', resource: { 'service.name': 'a' }, scope: scope('x') }),
    ],
  }) as { resourceSpans: { scopeSpans: { spans: { spanId: string }[] }[] }[] }
  const ids = answer.resourceSpans.map(({ scopeSpans }) =>
    scopeSpans.map(({ spans }) => spans.map((one) => one.spanId)),
  )
  expect(ids).toEqual([[['1', '4'], ['3']], [['2']]])
})
