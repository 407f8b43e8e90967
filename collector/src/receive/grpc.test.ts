import { createServer } from 'node:net'
import { gzipSync } from 'node:zlib'
import { Client, compressionAlgorithms, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js'
import { afterEach, describe, expect, it } from 'vitest'
import { OutriderError } from '../errors.ts'
import { collect, fieldsOf } from './collected.ts'
import { startGrpc } from './grpc.ts'
import { createInFlight } from './in-flight.ts'
import type { Limits } from './limits.ts'
import type { ReceiveParts } from './routes.ts'
import { type SampleSpan, wireLogs, wireTraces } from './sample.ts'

const span: SampleSpan = {
  traceId: '0123456789abcdef0123456789abcdef',
  spanId: '0123456789abcdef',
  name: 'chat',
  startTimeUnixNano: '1760000000000000000',
  endTimeUnixNano: '1760000001000000000',
}
const traces = '/opentelemetry.proto.collector.trace.v1.TraceService/Export'

const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

interface Answer {
  readonly bytes: Buffer | null
  readonly error: ServiceError | null
  readonly trailer: Metadata | null
}

async function start(limits: Partial<Limits> = {}, parts: Partial<ReceiveParts> = {}, options: object = {}) {
  const collected = collect(limits, parts)
  const server = await startGrpc(collected.parts, { host: '127.0.0.1', port: 0 })
  const client = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure(), options)
  stops.push(
    () => server.close(),
    () => client.close(),
  )
  const send = (body: Buffer, path = traces, metadata = new Metadata()) =>
    new Promise<Answer>((resolve) => {
      let trailer: Metadata | null = null
      const same = (bytes: Buffer) => bytes
      const call = client.makeUnaryRequest(path, same, same, body, metadata, (error, bytes) => {
        resolve({ bytes: bytes ?? null, error, trailer: error?.metadata ?? trailer })
      })
      call.on('status', (ended) => {
        trailer = ended.metadata
      })
    })
  return { collected, server, send }
}

describe('gRPC', () => {
  it('answers an empty response when everything is stored', async () => {
    const { send, collected } = await start()
    const { bytes, error } = await send(wireTraces([{ things: [span] }]))
    expect(error).toBeNull()
    expect(bytes).toHaveLength(0)
    expect(collected.spans).toHaveLength(1)
  })

  it('names what it rejected in the partial success', async () => {
    const { send } = await start()
    const { bytes } = await send(wireTraces([{ things: [span, { ...span, spanId: '' }] }]))
    expect(fieldsOf(fieldsOf(bytes!)[1] as Buffer)).toEqual({ 1: 1, 2: Buffer.from('spanId is empty: 1') })
  })

  it('takes logs and metrics', async () => {
    const { send, collected } = await start()
    const log = { traceId: span.traceId, spanId: span.spanId, body: { stringValue: 'hi' } }
    await send(wireLogs([{ things: [log] }]), '/opentelemetry.proto.collector.logs.v1.LogsService/Export')
    await send(wireTraces([{ things: [span] }]), '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export')
    expect(collected.logs).toHaveLength(1)
    expect(collected.counts.map(({ signal, accepted }) => [signal, accepted])).toEqual([
      ['logs', 1],
      ['metrics', 1],
    ])
  })

  it('asks for the key before it reads the message, and gives the tenant of the key', async () => {
    const inFlight = createInFlight(0)
    const authorize = (headers: Readonly<Record<string, unknown>>) => {
      if (headers.authorization === 'Bearer good') return { tenant: 'acme' }
      throw new OutriderError('OUT_KEY_UNKNOWN', 'The API key is unknown.')
    }
    const refused = await start({}, { authorize, inFlight })
    const { error } = await refused.send(Buffer.alloc(1000))
    expect(error).toMatchObject({ code: status.UNAUTHENTICATED, details: 'OUT_KEY_UNKNOWN: The API key is unknown.' })

    const { send, collected } = await start({}, { authorize })
    const metadata = new Metadata()
    metadata.set('authorization', 'Bearer good')
    await send(wireTraces([{ things: [span] }]), traces, metadata)
    expect(collected.tenants).toEqual(['acme'])
  })

  it.each<{ code: ConstructorParameters<typeof OutriderError>[0]; is: status; retry: boolean }>([
    { code: 'OUT_STORE_UNAVAILABLE', is: status.UNAVAILABLE, retry: true },
    { code: 'OUT_TOO_MANY_REQUESTS', is: status.UNAVAILABLE, retry: true },
    { code: 'OUT_INTERNAL', is: status.UNAVAILABLE, retry: true },
    { code: 'OUT_SCOPE_MISSING', is: status.PERMISSION_DENIED, retry: false },
    { code: 'OUT_BODY_TOO_LARGE', is: status.RESOURCE_EXHAUSTED, retry: false },
    { code: 'OUT_FIELD_INVALID', is: status.INVALID_ARGUMENT, retry: false },
  ])('says $code as gRPC does, with RetryInfo where a retry helps', async ({ code, is, retry }) => {
    const { send } = await start({}, { accept: () => Promise.reject(new OutriderError(code, 'no', { retryAfter: 3 })) })
    const { error, trailer } = await send(wireTraces([{ things: [span] }]))
    expect(error?.code).toBe(is)
    const details = fieldsOf(trailer!.get('grpc-status-details-bin')[0] as Buffer)
    expect(details[1]).toBe(is)
    expect(details[3] !== undefined).toBe(retry)
    if (retry) {
      const info = fieldsOf(details[3] as Buffer)
      expect(String(info[1])).toBe('type.googleapis.com/google.rpc.RetryInfo')
      const delay = fieldsOf(info[2] as Buffer)[1] as Buffer
      expect(fieldsOf(delay)[1]).toBe(code === 'OUT_INTERNAL' ? 1 : 3)
    }
  })

  it('refuses damaged bytes', async () => {
    const { send } = await start()
    const { error } = await send(wireTraces([{ things: [span] }]).subarray(0, -4))
    expect(error).toMatchObject({ code: status.INVALID_ARGUMENT })
    expect(error?.details).toMatch(/^OUT_BODY_UNREADABLE/)
  })

  it.each([{ compressed: false }, { compressed: true }])(
    'refuses a message above the limit (compressed: $compressed)',
    async ({ compressed }) => {
      const options = compressed ? { 'grpc.default_compression_algorithm': compressionAlgorithms.gzip } : {}
      const inFlight = createInFlight(1_000_000)
      const { send, collected } = await start({ bodyBytes: 100_000 }, { inFlight }, options)
      const { error } = await send(Buffer.alloc(100_001))
      expect(error?.code).toBe(status.RESOURCE_EXHAUSTED)
      await expect.poll(() => inFlight.bytes).toBe(0)
      expect((await send(wireTraces([{ things: [span] }]))).error).toBeNull()
      expect(collected.spans).toHaveLength(1)
    },
  )

  it('puts off what does not fit beside what is at work', async () => {
    const gate = Promise.withResolvers<void>()
    const inFlight = createInFlight(300_000)
    const { send } = await start({ bodyBytes: 200_000 }, { inFlight, accept: () => gate.promise })
    const body = wireTraces([{ things: [{ ...span, name: 'x'.repeat(150_000) }] }])
    const first = send(body)
    await expect.poll(() => inFlight.bytes).toBe(body.length)
    const { error } = await send(body)
    expect(error).toMatchObject({ code: status.UNAVAILABLE })
    expect(error?.details).toMatch(/^OUT_OVERLOADED/)
    gate.resolve()
    expect((await first).error).toBeNull()
    await expect.poll(() => inFlight.bytes).toBe(0)
  })

  it('finishes what is at work when it closes', async () => {
    const gate = Promise.withResolvers<void>()
    const started = Promise.withResolvers<void>()
    const accept = () => {
      started.resolve()
      return gate.promise
    }
    const { send, server } = await start({}, { accept })
    const answer = send(wireTraces([{ things: [span] }]))
    await started.promise
    const closed = server.close()
    gate.resolve()
    expect((await answer).error).toBeNull()
    await closed
  })

  it('tells which port is taken', async () => {
    const holder = createServer()
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve))
    const { port } = holder.address() as { port: number }
    await expect(startGrpc(collect().parts, { host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    holder.close()
  })

  it('does not take a message that only looks compressed', async () => {
    const { send } = await start()
    expect((await send(gzipSync(wireTraces([{ things: [span] }])))).error?.code).toBe(status.INVALID_ARGUMENT)
  })
})
