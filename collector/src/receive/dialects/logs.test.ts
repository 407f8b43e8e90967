import { expect, test } from 'vitest'
import type { AttributeValue, Span, SpanLog } from '../../span.ts'
import { attachLogs, boundLog } from './logs.ts'
import { bag, chat, read } from './sample.ts'

let clock = 0n

function log(
  name: string,
  body: unknown,
  attributes: Record<string, AttributeValue> = {},
  rest: Partial<SpanLog> = {},
): SpanLog {
  clock += 1n
  return {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    timeNs: clock,
    name,
    body: body === null || typeof body === 'string' ? body : JSON.stringify(body),
    attributes: bag(attributes),
    tenantId: null,
    ...rest,
  }
}

const attached = (span: Span, ...logs: SpanLog[]) => attachLogs([span], logs)[0] as Span

test('one record a message, content in the body (OpenTelemetry openai)', () => {
  const span = attached(
    read(chat),
    log('gen_ai.system.message', { content: 'be kind' }),
    log('gen_ai.user.message', { content: 'hi' }),
    log('gen_ai.assistant.message', { tool_calls: [{ id: 'c1', type: 'function' }] }),
    log('gen_ai.tool.message', { content: '{"ok":true}', id: 'c1' }),
    log('gen_ai.choice', { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'hello' } }),
  )
  expect(JSON.parse(span.input ?? '')).toEqual([
    { role: 'system', content: 'be kind' },
    { role: 'user', content: 'hi' },
    { role: 'assistant', tool_calls: [{ id: 'c1', type: 'function' }] },
    { role: 'tool', content: { ok: true }, id: 'c1' },
  ])
  expect(JSON.parse(span.output ?? '')).toEqual([{ role: 'assistant', content: 'hello', finish_reason: 'stop' }])
})

test('whole lists in one record, in attributes or in the body', () => {
  const messages = { 'gen_ai.input.messages': [bag({ role: 'user' })], 'gen_ai.output.messages': '[{"role":"a"}]' }
  const name = 'gen_ai.client.inference.operation.details'
  for (const each of [log(name, null, messages), log(name, messages)]) {
    expect(attached(read(chat), each)).toMatchObject({ input: '[{"role":"user"}]', output: '[{"role":"a"}]' })
  }
})

test('records are read in the order of their time', () => {
  const late = log('gen_ai.user.message', { content: 'second' }, {}, { timeNs: 20n })
  const early = log('gen_ai.user.message', { content: 'first' }, {}, { timeNs: 10n })
  const span = attached(read(chat), late, early)
  expect(JSON.parse(span.input ?? '').map((each: { content: string }) => each.content)).toEqual(['first', 'second'])
})

test('what the span says itself stays', () => {
  const span = read({ ...chat, 'gen_ai.input.messages': 'own', 'gen_ai.output.messages': 'own' })
  const same = attached(span, log('gen_ai.user.message', { content: 'x' }), log('gen_ai.choice', { message: {} }))
  expect(same).toBe(span)
})

test('a score finds its span by id, else by response id', () => {
  const span = read({ ...chat, 'gen_ai.response.id': 'r1' })
  const value = { 'gen_ai.evaluation.score.value': 0.8 }
  const name = 'gen_ai.evaluation.result'
  expect(attached(span, log(name, null, value)).score).toBe(0.8)
  const elsewhere = { spanId: 'ffffffffffffffff' }
  expect(attached(span, log(name, null, { ...value, 'gen_ai.response.id': 'r1' }, elsewhere)).score).toBe(0.8)
  expect(attached(span, log(name, null, { ...value, 'gen_ai.response.id': 'r2' }, elsewhere))).toBe(span)
})

test('bodies that are no JSON, e.g. hashed or cut, are the content as they stand', () => {
  const span = attached(read(chat), log('gen_ai.user.message', 'sha256:00'), log('gen_ai.choice', '{"message":{"cont'))
  expect(JSON.parse(span.input ?? '')).toEqual([{ role: 'user', content: 'sha256:00' }])
  expect(JSON.parse(span.output ?? '')).toEqual([{ role: 'assistant', content: '{"message":{"cont' }])
})

test('records without content and of other names say nothing', () => {
  const span = read(chat)
  expect(attached(span, log('gen_ai.user.message', null), log('app.started', 'hello'))).toBe(span)
})

test('spans keep their order and those without records are the same objects', () => {
  const spans = [read(chat), read(chat, { spanId: '00f067aa0ba902b7' })]
  const after = attachLogs(spans, [log('gen_ai.user.message', { content: 'x' })])
  expect(after.map(({ spanId }) => spanId)).toEqual(spans.map(({ spanId }) => spanId))
  expect(after[1]).toBe(spans[1])
})

test('a record is bounded in its body and its content attributes', () => {
  const long = 'x'.repeat(300)
  const bounded = boundLog(log('gen_ai.user.message', long, { content: long, other: long }), 100)
  expect(bounded.body?.length).toBe(100)
  expect(bounded.attributes).toMatchObject({ content: 'x'.repeat(100), other: long })
})

test('a finish reason that a stream tells in its record alone', () => {
  const choice = log('gen_ai.choice', { index: 0, finish_reason: 'length', message: { content: 'hel' } })
  expect(attached(read(chat), choice)).toMatchObject({ finishReason: 'length', finishReasonRaw: 'length' })
  const known = read({ ...chat, 'gen_ai.response.finish_reasons': ['stop'] })
  expect(attached(known, choice)).toMatchObject({ finishReason: 'stop', finishReasonRaw: 'stop' })
})
