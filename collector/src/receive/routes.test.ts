import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { collect, fieldsOf, post } from './collected.ts'
import { jsonLogs, jsonTraces, type SampleSpan, wireLogs, wireTraces } from './sample.ts'

const protobuf = 'application/x-protobuf'
const json = 'application/json'
const span: SampleSpan = {
  traceId: '0123456789abcdef0123456789abcdef',
  spanId: '0123456789abcdef',
  name: 'chat',
  startTimeUnixNano: '1760000000000000000',
  endTimeUnixNano: '1760000001000000000',
}
const sent = [{ things: [span] }]

describe('what is taken', () => {
  it.each([
    { name: 'protobuf', type: protobuf, body: wireTraces(sent), answer: '' },
    { name: 'JSON', type: json, body: jsonTraces(sent), answer: '{}' },
    { name: 'JSON with a charset', type: 'Application/JSON; charset=utf-8', body: jsonTraces(sent), answer: '{}' },
    {
      name: 'JSON after a byte order mark',
      type: json,
      body: Buffer.concat([Buffer.from('\uFEFF'), jsonTraces(sent)]),
      answer: '{}',
    },
  ])('$name', async ({ type, body, answer }) => {
    const collected = collect()
    const reply = await post(body, { 'content-type': type }, collected)
    expect(reply.statusCode).toBe(200)
    expect(reply.body).toBe(answer)
    expect(reply.headers['content-type']).toContain(type === protobuf ? protobuf : json)
    expect(reply.headers).toMatchObject({ 'x-outrider-accepted': '1', 'x-outrider-rejected': '0' })
    expect(collected.spans.map(({ spanId }) => spanId)).toEqual([span.spanId])
    expect(collected.counts).toEqual([
      expect.objectContaining({ signal: 'traces', accepted: 1, rejected: 0, bytes: body.length }),
    ])
  })

  it.each([
    { encoding: 'gzip', body: gzipSync(wireTraces(sent)) },
    { encoding: 'GZIP', body: gzipSync(wireTraces(sent)) },
    { encoding: 'x-gzip', body: gzipSync(wireTraces(sent)) },
    { encoding: 'deflate', body: deflateSync(wireTraces(sent)) },
    { encoding: 'br', body: brotliCompressSync(wireTraces(sent)) },
    { encoding: 'zstd', body: zstdCompressSync(wireTraces(sent)) },
    { encoding: 'identity', body: wireTraces(sent) },
  ])('content-encoding $encoding', async ({ encoding, body }) => {
    const collected = collect()
    const reply = await post(body, { 'content-type': protobuf, 'content-encoding': encoding }, collected)
    expect(reply.statusCode).toBe(200)
    expect(collected.spans).toHaveLength(1)
  })

  it.each([
    { name: 'no bytes of protobuf', type: protobuf, body: '' },
    { name: 'an empty JSON object', type: json, body: '{}' },
    {
      name: 'JSON with nulls',
      type: json,
      body: '{"resourceSpans":[{"resource":null,"scopeSpans":[{"spans":null}]}]}',
    },
    { name: 'unknown JSON fields', type: json, body: '{"__proto__":{"resourceSpans":1},"new":[{}]}' },
  ])('an empty request: $name', async ({ type, body }) => {
    const collected = collect()
    const reply = await post(body, { 'content-type': type }, collected)
    expect(reply.statusCode).toBe(200)
    expect(reply.headers['x-outrider-accepted']).toBe('0')
    expect(collected.spans).toEqual([])
  })

  it('two protobuf requests, one after the other in one body', async () => {
    const collected = collect()
    const twice = Buffer.concat([wireTraces(sent), wireTraces([{ things: [{ ...span, name: 'second' }] }])])
    await post(twice, { 'content-type': protobuf }, collected)
    expect(collected.spans.map(({ name }) => name)).toEqual(['chat', 'second'])
  })

  it('the JSON of careless exporters: numbers for strings, names for numbers, base64 for hex, upper case', async () => {
    const collected = collect()
    const careless = {
      traceId: Buffer.from(span.traceId, 'hex').toString('base64'),
      spanId: 'ABCDEF0123456789',
      name: 'careless',
      kind: 'SPAN_KIND_CLIENT',
      status: { code: 'STATUS_CODE_ERROR' },
      attributes: [
        { key: 'n', value: { intValue: 7 } },
        { key: 'nan', value: { doubleValue: 'NaN' } },
        { key: 'd', value: { doubleValue: '0.5' } },
        { key: 'odd', value: 'text' },
        { key: 'none' },
      ],
      droppedEventsCount: '3',
    }
    const text = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [careless] }] }] })
    const exact = text.replace(
      '"name":',
      '"startTimeUnixNano":1760000000123456789,"endTimeUnixNano":1760000000123456790,"name":',
    )
    await post(exact, { 'content-type': json }, collected)
    expect(collected.spans).toMatchObject([
      {
        traceId: span.traceId,
        spanId: 'abcdef0123456789',
        spanKind: 3,
        statusCode: 2,
        startNs: 1_760_000_000_123_456_789n,
        endNs: 1_760_000_000_123_456_790n,
        attributes: { n: 7, nan: null, d: 0.5, odd: null, none: null },
        cut: { events: 3 },
        warnings: [],
      },
    ])
  })

  it('JSON fields of a wrong type are noted on the span', async () => {
    const collected = collect()
    const wrong = { ...span, name: 5, attributes: 'x', startTimeUnixNano: 'soon', endTimeUnixNano: -1 }
    await post(jsonTraces([{ things: [wrong as unknown as SampleSpan] }]), { 'content-type': json }, collected)
    const warnings = ['bad_field:name', 'bad_time:start', 'bad_time:end', 'bad_field:attributes', 'start_missing']
    expect(collected.spans[0]).toMatchObject({ name: '', startNs: 0n, attributes: {}, warnings })
  })

  it('the tenant of the key, for spans and logs', async () => {
    const collected = collect({}, { authorize: () => ({ tenant: 'acme' }) })
    await post(wireTraces(sent), { 'content-type': protobuf }, collected)
    const log = { traceId: span.traceId, spanId: span.spanId, body: { stringValue: 'hello' } }
    await post(wireLogs([{ things: [log] }]), { 'content-type': protobuf }, collected, '/v1/logs')
    expect(collected.tenants).toEqual(['acme'])
    expect(collected.logs).toMatchObject([{ tenantId: 'acme', body: 'hello' }])
  })
})

describe('logs and metrics', () => {
  const record = { traceId: span.traceId, spanId: span.spanId, timeUnixNano: '5', attributes: [] }
  const records = [
    { ...record, eventName: 'gen_ai.choice', body: { stringValue: 'text' } },
    {
      ...record,
      timeUnixNano: '0',
      observedTimeUnixNano: '9',
      attributes: [{ key: 'event.name', value: { stringValue: 'gen_ai.user.message' } }],
      body: { kvlistValue: { values: [{ key: 'content', value: { stringValue: 'hi' } }] } },
    },
    { timeUnixNano: '5', body: { stringValue: 'of no span' } },
    { ...record, spanId: 'abcd' },
  ]
  it.each([
    { type: protobuf, body: wireLogs([{ things: records }]) },
    { type: json, body: jsonLogs([{ things: records }]) },
  ])('keeps the log records of spans and counts the others ($type)', async ({ type, body }) => {
    const collected = collect()
    const reply = await post(body, { 'content-type': type }, collected, '/v1/logs')
    expect(reply.statusCode).toBe(200)
    expect(reply.headers).toMatchObject({ 'x-outrider-accepted': '3', 'x-outrider-rejected': '1' })
    expect(collected.logs).toEqual([
      {
        traceId: span.traceId,
        spanId: span.spanId,
        timeNs: 5n,
        name: 'gen_ai.choice',
        body: 'text',
        attributes: {},
        tenantId: null,
      },
      expect.objectContaining({ timeNs: 9n, name: 'gen_ai.user.message', body: '{"content":"hi"}' }),
    ])
    if (type === json) {
      expect(reply.json()).toEqual({
        partialSuccess: { rejectedLogRecords: '1', errorMessage: 'spanId has the wrong length: 1' },
      })
    }
  })

  it('accepts metrics and counts them', async () => {
    const collected = collect()
    const metrics = JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics: [{}, {}] }] }] })
    const reply = await post(metrics, { 'content-type': json }, collected, '/v1/metrics')
    expect(reply.body).toBe('{}')
    // the same shape on the wire as spans: resource → scope → thing
    await post(wireTraces([{ things: [span, span, span] }]), { 'content-type': protobuf }, collected, '/v1/metrics')
    expect(collected.counts.map(({ signal, accepted }) => ({ signal, accepted }))).toEqual([
      { signal: 'metrics', accepted: 2 },
      { signal: 'metrics', accepted: 3 },
    ])
    expect(collected.spans).toEqual([])
  })
})

describe('partial success', () => {
  const things = [span, { ...span, spanId: '' }, { ...span, traceId: '0'.repeat(32) }, { ...span, spanId: '' }]
  const message = 'spanId is empty: 2; traceId is all zeros: 1'

  it('in JSON', async () => {
    const collected = collect()
    const reply = await post(jsonTraces([{ things }]), { 'content-type': json }, collected)
    expect(reply.statusCode).toBe(200)
    expect(reply.json()).toEqual({ partialSuccess: { rejectedSpans: '3', errorMessage: message } })
    expect(reply.headers).toMatchObject({ 'x-outrider-accepted': '1', 'x-outrider-rejected': '3' })
    expect(collected.spans).toHaveLength(1)
  })

  it('in protobuf', async () => {
    const reply = await post(wireTraces([{ things }]), { 'content-type': protobuf })
    expect(reply.statusCode).toBe(200)
    const partial = fieldsOf(fieldsOf(reply.rawPayload)[1] as Buffer)
    expect(partial).toEqual({ 1: 3, 2: Buffer.from(message) })
  })

  it('for spans that are no objects', async () => {
    const body = '{"resourceSpans":[{"scopeSpans":[{"spans":[null,1,[]]}]}]}'
    const reply = await post(body, { 'content-type': json })
    expect(reply.json()).toEqual({
      partialSuccess: { rejectedSpans: '3', errorMessage: 'span is not an object: 3' },
    })
  })
})
