import { type Attributes, context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto'
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc'
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import {
  BatchSpanProcessor,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanExporter,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import { afterEach, describe, expect, it } from 'vitest'
import { type Collected, collect, serve } from './collected.ts'
import { startGrpc } from './grpc.ts'

const stops: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

async function httpPort(collected: Collected): Promise<string> {
  const app = await serve(collected)
  stops.push(() => app.close())
  return app.listen({ host: '127.0.0.1', port: 0 })
}

async function grpcPort(collected: Collected): Promise<string> {
  const server = await startGrpc(collected.parts, { host: '127.0.0.1', port: 0 })
  stops.push(() => server.close())
  return `http://127.0.0.1:${server.port}`
}

const attributes: Attributes = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.usage.input_tokens': 1234,
  'gen_ai.request.temperature': 0.7,
  'gen_ai.request.stream': true,
  'gen_ai.response.finish_reasons': ['stop', 'length'],
  unicode: 'héllo 😀',
  'big.int': Number.MAX_SAFE_INTEGER,
}

/** What an application does: one agent, a call that fails inside of it, an event, a link. */
async function work(exporter: SpanExporter): Promise<readonly ReadableSpan[]> {
  const told = new InMemorySpanExporter()
  const provider = new TracerProvider({
    spanProcessors: [new BatchSpanProcessor({ exporter }), new SimpleSpanProcessor({ exporter: told })],
  })
  const tracer = provider.getTracer('stock', '1.2.3')
  const other = tracer.startSpan('elsewhere', { root: true })
  const agent = tracer.startSpan('invoke_agent triage', { kind: SpanKind.INTERNAL, root: true })
  const inside = trace.setSpan(context.active(), agent)
  const links = [{ context: other.spanContext(), attributes: { why: 'handoff' } }]
  const chat = tracer.startSpan('chat gpt-4o', { kind: SpanKind.CLIENT, attributes, links }, inside)
  chat.addEvent('retry', { attempt: 2 })
  chat.setStatus({ code: SpanStatusCode.ERROR, message: 'timeout' })
  for (const span of [chat, agent, other]) span.end()
  await provider.forceFlush()
  const spans = [...told.getFinishedSpans()]
  await provider.shutdown()
  return spans
}

const ns = ([seconds, nanos]: readonly [number, number]) => BigInt(seconds) * 1_000_000_000n + BigInt(nanos)

function expectSame(collected: Collected, told: readonly ReadableSpan[]): void {
  const got = collected.spans.toSorted((a, b) => a.name.localeCompare(b.name))
  const sent = told.toSorted((a, b) => a.name.localeCompare(b.name))
  expect(sent).toHaveLength(3)
  expect(got).toEqual(
    sent.map((span) => ({
      traceId: span.spanContext().traceId,
      spanId: span.spanContext().spanId,
      parentSpanId: span.parentSpanContext?.spanId ?? null,
      name: span.name,
      spanKind: span.kind + 1,
      startNs: ns(span.startTime),
      endNs: ns(span.endTime),
      statusCode: span.status.code,
      statusMessage: span.status.message ?? '',
      attributes: span.attributes,
      resource: expect.objectContaining({ 'service.name': expect.any(String), 'telemetry.sdk.language': 'nodejs' }),
      scope: { name: 'stock', version: '1.2.3' },
      events: span.events.map(({ time, name, attributes: own }) => ({ timeNs: ns(time), name, attributes: own })),
      links: span.links.map(({ context: { traceId, spanId }, attributes: own }) => ({
        traceId,
        spanId,
        attributes: own,
      })),
      cut: {},
      warnings: [],
    })),
  )
}

describe('the stock JavaScript exporters send what the application told', () => {
  it.each([
    { name: 'protobuf', exporter: (url: string) => new ProtobufExporter({ url: `${url}/v1/traces` }) },
    {
      name: 'protobuf, gzip',
      exporter: (url: string) => new ProtobufExporter({ url: `${url}/v1/traces`, compression: 'gzip' as never }),
    },
    { name: 'JSON', exporter: (url: string) => new JsonExporter({ url: `${url}/v1/traces` }) },
    {
      name: 'JSON, gzip',
      exporter: (url: string) => new JsonExporter({ url: `${url}/v1/traces`, compression: 'gzip' as never }),
    },
  ])('HTTP $name', async ({ exporter }) => {
    const collected = collect()
    expectSame(collected, await work(exporter(await httpPort(collected))))
  })

  it.each([{ compression: 'none' }, { compression: 'gzip' }])(
    'gRPC, compression $compression',
    async ({ compression }) => {
      const collected = collect()
      const url = await grpcPort(collected)
      expectSame(collected, await work(new GrpcExporter({ url, compression: compression as never })))
    },
  )

  it('log records of a span', async () => {
    const collected = collect()
    const exporter = new OTLPLogExporter({ url: `${await httpPort(collected)}/v1/logs` })
    const [span] = await work(new InMemorySpanExporter())
    const record = {
      hrTime: [5, 6] as [number, number],
      hrTimeObserved: [7, 8] as [number, number],
      spanContext: span!.spanContext(),
      eventName: 'gen_ai.choice',
      body: { message: { content: 'hi' }, index: 0 },
      resource: span!.resource,
      instrumentationScope: { name: 'stock' },
      attributes: { 'gen_ai.provider.name': 'openai' },
      droppedAttributesCount: 0,
    }
    const result = await new Promise((resolve) => exporter.export([record], resolve))
    expect(result).toEqual({ code: 0 })
    expect(collected.logs).toEqual([
      {
        traceId: span!.spanContext().traceId,
        spanId: span!.spanContext().spanId,
        timeNs: 5_000_000_006n,
        name: 'gen_ai.choice',
        body: '{"message":{"content":"hi"},"index":0}',
        attributes: { 'gen_ai.provider.name': 'openai' },
        tenantId: null,
      },
    ])
    await exporter.shutdown()
  })
})
