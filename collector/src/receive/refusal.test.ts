import { once } from 'node:events'
import { connect } from 'node:net'
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { OutriderError } from '../errors.ts'
import { collect, fieldsOf, post, serve } from './collected.ts'
import { createInFlight } from './in-flight.ts'
import { jsonTraces, type SampleSpan, wireTraces } from './sample.ts'

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

describe('what is refused', () => {
  const whole = wireTraces(sent)
  it.each<{
    name: string
    headers: Record<string, string>
    body: Buffer | string
    status: number
    code: string
    field?: string
  }>([
    {
      name: 'another content type',
      headers: { 'content-type': 'text/plain' },
      body: 'x',
      status: 415,
      code: 'OUT_TYPE_UNKNOWN',
      field: 'content-type',
    },
    { name: 'no content type', headers: {}, body: whole, status: 415, code: 'OUT_TYPE_UNKNOWN', field: 'content-type' },
    {
      name: 'a content type that is none',
      headers: { 'content-type': '///' },
      body: 'x',
      status: 415,
      code: 'OUT_TYPE_UNKNOWN',
      field: 'content-type',
    },
    {
      name: 'an inherited name as type',
      headers: { 'content-type': 'constructor' },
      body: 'x',
      status: 415,
      code: 'OUT_TYPE_UNKNOWN',
    },
    {
      name: 'another encoding',
      headers: { 'content-type': json, 'content-encoding': 'compress' },
      body: 'x',
      status: 415,
      code: 'OUT_TYPE_UNKNOWN',
      field: 'content-encoding',
    },
    {
      name: 'an inherited name as encoding',
      headers: { 'content-type': json, 'content-encoding': 'toString' },
      body: 'x',
      status: 415,
      code: 'OUT_TYPE_UNKNOWN',
    },
    {
      name: 'two encodings',
      headers: { 'content-type': json, 'content-encoding': 'gzip, gzip' },
      body: gzipSync(gzipSync('{}')),
      status: 415,
      code: 'OUT_TYPE_UNKNOWN',
    },
    {
      name: 'no JSON',
      headers: { 'content-type': json },
      body: '{"resourceSpans":',
      status: 400,
      code: 'OUT_BODY_UNREADABLE',
    },
    { name: 'no bytes of JSON', headers: { 'content-type': json }, body: '', status: 400, code: 'OUT_BODY_UNREADABLE' },
    {
      name: 'JSON that is no object',
      headers: { 'content-type': json },
      body: '[]',
      status: 400,
      code: 'OUT_BODY_UNREADABLE',
    },
    {
      name: 'JSON with a list that is none',
      headers: { 'content-type': json },
      body: '{"resourceSpans":[{"scopeSpans":{}}]}',
      status: 400,
      code: 'OUT_BODY_UNREADABLE',
      field: 'resourceSpans[0].scopeSpans',
    },
    {
      name: 'a gzip header and no more',
      headers: { 'content-type': json, 'content-encoding': 'gzip' },
      body: gzipSync('{}').subarray(0, 10),
      status: 400,
      code: 'OUT_BODY_UNREADABLE',
    },
    {
      name: 'half a gzip body',
      headers: { 'content-type': json, 'content-encoding': 'gzip' },
      body: gzipSync(jsonTraces(sent)).subarray(0, -9),
      status: 400,
      code: 'OUT_BODY_UNREADABLE',
    },
    {
      name: 'half a zstd body',
      headers: { 'content-type': json, 'content-encoding': 'zstd' },
      body: zstdCompressSync(jsonTraces(sent)).subarray(0, -9),
      status: 400,
      code: 'OUT_BODY_UNREADABLE',
    },
    {
      name: 'half a brotli body',
      headers: { 'content-type': json, 'content-encoding': 'br' },
      body: brotliCompressSync(jsonTraces(sent)).subarray(0, -9),
      status: 400,
      code: 'OUT_BODY_UNREADABLE',
    },
    {
      name: 'plain bytes called gzip',
      headers: { 'content-type': json, 'content-encoding': 'gzip' },
      body: jsonTraces(sent),
      status: 400,
      code: 'OUT_BODY_UNREADABLE',
    },
    {
      name: 'nesting without end',
      headers: { 'content-type': json },
      body: '['.repeat(100_000),
      status: 400,
      code: 'OUT_BODY_UNREADABLE',
    },
    {
      name: 'millions of nothings',
      headers: { 'content-type': json },
      body: `{"resourceSpans":[${'{},'.repeat(5_000_000)}{}]}`,
      status: 413,
      code: 'OUT_BODY_TOO_LARGE',
    },
  ])('$name', async ({ headers, body, status, code, field }) => {
    const collected = collect()
    const reply = await post(body, headers, collected)
    expect(reply.statusCode).toBe(status)
    expect(reply.json().error).toMatchObject({ code, retryable: false, ...(field === undefined ? {} : { field }) })
    expect(collected.spans).toEqual([])
  })

  it.each([
    { name: 'cut short', body: whole.subarray(0, -3) },
    { name: 'a length beyond the end', body: Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]) },
    { name: 'a length beyond any number', body: Buffer.from([0x0a, ...Array(9).fill(0xff), 0x01]) },
    { name: 'a number without end', body: Buffer.alloc(40, 0xff) },
    { name: 'the field number 0', body: Buffer.from([0x00, 0x00]) },
    { name: 'a group', body: Buffer.from([0x0b, 0x0c]) },
    {
      name: 'a time that runs over the end of its span',
      body: Buffer.from([0x0a, 13, 0x12, 11, 0x12, 4, 0x39, 1, 2, 3, 0x12, 3, 0x2a, 1, 0x61]),
    },
    { name: 'text', body: Buffer.from('hello, is this the collector?') },
  ])('damaged protobuf, with a google.rpc.Status: $name', async ({ body }) => {
    const reply = await post(body, { 'content-type': protobuf })
    expect(reply.statusCode).toBe(400)
    expect(reply.headers['content-type']).toBe(protobuf)
    const status = fieldsOf(reply.rawPayload)
    expect(status[1]).toBe(3)
    expect(String(status[2])).toMatch(/^OUT_BODY_UNREADABLE: /)
  })

  it('a body that is shorter than its content-length says', async () => {
    const reply = await post(whole, { 'content-type': json, 'content-length': String(whole.length + 5) })
    expect(reply.statusCode).toBe(400)
    expect(reply.json().error).toMatchObject({ code: 'OUT_BODY_UNREADABLE', field: 'content-length' })
  })

  it('a caller without a key, before a byte of the body is read', async () => {
    const authorize = () => {
      throw new OutriderError('OUT_KEY_MISSING', 'This collector needs an API key.')
    }
    const inFlight = createInFlight(0)
    const reply = await post(
      'not even gzip',
      { 'content-type': json, 'content-encoding': 'gzip' },
      collect({}, { authorize, inFlight }),
    )
    expect(reply.statusCode).toBe(401)
    expect(reply.json().error.code).toBe('OUT_KEY_MISSING')
  })

  it.each([
    {
      name: 'the store is away',
      error: new OutriderError('OUT_STORE_UNAVAILABLE', 'away', { retryAfter: 2.5 }),
      status: 503,
      after: '3',
    },
    { name: 'the collector stops', error: new OutriderError('OUT_STOPPING', 'stopping'), status: 503, after: '1' },
    {
      name: 'too many requests',
      error: new OutriderError('OUT_TOO_MANY_REQUESTS', 'slow', { retryAfter: 7 }),
      status: 429,
      after: '7',
    },
    { name: 'nobody foresaw it', error: new TypeError('secret details'), status: 503, after: '1' },
    {
      name: 'an error of the wrong kind',
      error: new OutriderError('OUT_INTERNAL', 'secret details'),
      status: 503,
      after: '1',
    },
  ])('for a while: $name', async ({ error, status, after }) => {
    const failing = { accept: () => Promise.reject(error) }
    const reply = await post(jsonTraces(sent), { 'content-type': json }, collect({}, failing))
    expect(reply.statusCode).toBe(status)
    expect(reply.headers['retry-after']).toBe(after)
    expect(reply.json().error.retryable).toBe(true)
    expect(reply.body).not.toContain('secret')
    const binary = await post(wireTraces(sent), { 'content-type': protobuf }, collect({}, failing))
    expect(binary.statusCode).toBe(status)
    expect(fieldsOf(binary.rawPayload)[1]).toBe(14)
  })

  it('work beyond what may be in flight, and takes it again later', async () => {
    const inFlight = createInFlight(1_500)
    const gate = Promise.withResolvers<void>()
    const collected = collect({}, { inFlight, accept: () => gate.promise })
    const app = await serve(collected)
    const big = jsonTraces([{ things: [{ ...span, name: 'x'.repeat(800) }] }])
    const headers = { 'content-type': json }
    const send = () => app.inject({ method: 'POST', url: '/v1/traces', payload: big, headers })
    const first = send()
    await expect.poll(() => inFlight.bytes).toBe(big.length)
    const second = await send()
    expect(second.statusCode).toBe(503)
    expect(second.json().error.code).toBe('OUT_OVERLOADED')
    expect(second.headers['retry-after']).toBe('1')
    gate.resolve()
    expect((await first).statusCode).toBe(200)
    expect(inFlight.bytes).toBe(0)
    expect((await send()).statusCode).toBe(200)
    await app.close()
  })
})

describe('on a real socket', () => {
  it('lets a refused sender finish, so that it sees its answer, and keeps the connection for the next request', async () => {
    const authorize = (headers: Readonly<Record<string, unknown>>) => {
      if (headers['x-key'] === 'yes') return { tenant: null }
      throw new OutriderError('OUT_KEY_MISSING', 'This collector needs an API key.')
    }
    const app = await serve(collect({}, { authorize }))
    const url = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
    const socket = connect(Number(url.port), url.hostname)
    let replies = ''
    socket.setEncoding('utf8').on('data', (text) => {
      replies += text
    })
    const head = (key: string, length: number) =>
      `POST /v1/traces HTTP/1.1\r\nhost: x\r\nx-key: ${key}\r\ncontent-type: ${json}\r\ncontent-length: ${length}\r\n\r\n`
    socket.write(`${head('no', 200_000)}${'x'.repeat(199_999)}`)
    socket.write('x')
    await expect.poll(() => replies).toContain('HTTP/1.1 401')
    socket.write(`${head('yes', 2)}{}`)
    await expect.poll(() => replies).toContain('HTTP/1.1 200')
    socket.destroy()
    await app.close()
  })

  it('answers and hangs up on a refused sender that does not finish within reason', async () => {
    const app = await serve(collect({ bodyBytes: 1_000 }))
    const url = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
    const socket = connect(Number(url.port), url.hostname)
    let reply = ''
    socket.setEncoding('utf8').on('data', (text) => {
      reply += text
    })
    socket.write(`POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: ${json}\r\ncontent-length: 999999\r\n\r\n`)
    socket.write('x'.repeat(4_001))
    await once(socket, 'close')
    expect(reply).toContain('HTTP/1.1 413')
    expect(reply).toContain('connection: close')
    await app.close()
  })

  it('gives up a sender that goes away half-way, and holds nothing for it', async () => {
    const inFlight = createInFlight(1_000_000)
    const app = await serve(collect({}, { inFlight }))
    const url = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
    const socket = connect(Number(url.port), url.hostname)
    socket.write(
      `POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: ${json}\r\ncontent-length: 5000\r\n\r\n${'x'.repeat(100)}`,
    )
    await expect.poll(() => inFlight.bytes).toBe(100)
    socket.destroy()
    await once(socket, 'close')
    await expect.poll(() => inFlight.bytes).toBe(0)
    await app.close()
  })
})
