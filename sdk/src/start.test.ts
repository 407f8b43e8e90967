import { createServer } from 'node:http'
import { logs, trace } from '@opentelemetry/api'
import { BatchSpanProcessor, InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Catcher, startCatcher } from '../test/catcher.ts'
import { outrider, type StartOptions } from './index.ts'

let catcher: Catcher
beforeEach(async () => {
  catcher = await startCatcher()
})
afterEach(async () => {
  vi.unstubAllEnvs()
  trace.disable()
  await catcher[Symbol.asyncDispose]()
})

async function oneSpan(options: StartOptions, env: Record<string, string> = {}) {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  const handle = outrider.start(options)
  outrider.tool('t', { args: 'secret words' }, () => {})
  await handle.shutdown()
  return catcher.spans[0]
}

describe('options and the standard variables', () => {
  const service = 'coded'
  const url = () => catcher.url
  const cases: [string, () => StartOptions, () => Record<string, string>, string | undefined][] = [
    ['collector', () => ({ service, collector: url() }), () => ({}), 'coded'],
    ['collector with a slash', () => ({ service, collector: `${url()}/` }), () => ({}), 'coded'],
    ['collector with the path', () => ({ service, collector: `${url()}/v1/traces` }), () => ({}), 'coded'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', () => ({ service }), () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: url() }), 'coded'],
    [
      'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
      () => ({ service }),
      () => ({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${url()}/v1/traces` }),
      'coded',
    ],
    [
      'the option before the endpoint variable',
      () => ({ service, collector: url() }),
      () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }),
      'coded',
    ],
    [
      'OTEL_SERVICE_NAME before the option',
      () => ({ service, collector: url() }),
      () => ({ OTEL_SERVICE_NAME: 'deployed' }),
      'deployed',
    ],
    [
      'OTEL_EXPORTER_OTLP_COMPRESSION',
      () => ({ service, collector: url() }),
      () => ({ OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' }),
      'coded',
    ],
    ['OTEL_SDK_DISABLED', () => ({ service, collector: url() }), () => ({ OTEL_SDK_DISABLED: 'true' }), undefined],
    [
      'OTEL_TRACES_EXPORTER=none',
      () => ({ service, collector: url() }),
      () => ({ OTEL_TRACES_EXPORTER: 'none' }),
      undefined,
    ],
    [
      'OTEL_TRACES_SAMPLER',
      () => ({ service, collector: url() }),
      () => ({ OTEL_TRACES_SAMPLER: 'always_off' }),
      undefined,
    ],
  ]
  it.each(cases)('%s', async (_, options, env, expected) => {
    const span = await oneSpan(options(), env())
    expect(span?.resource['service.name']).toBe(expected)
  })

  it('OTEL_RESOURCE_ATTRIBUTES are sent, the command line is not', async () => {
    const span = await oneSpan(
      { service, collector: catcher.url },
      { OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=prod' },
    )
    expect(span?.resource['deployment.environment']).toBe('prod')
    expect(Object.keys(span?.resource ?? {}).filter((key) => key.startsWith('process.command'))).toEqual([])
  })

  it('OTEL_BSP_MAX_QUEUE_SIZE bounds the queue, and what overflows is counted', async () => {
    vi.stubEnv('OTEL_BSP_MAX_QUEUE_SIZE', '10')
    vi.stubEnv('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', '10')
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const handle = outrider.start({ service, collector: catcher.url })
    for (let i = 0; i < 50; i += 1) outrider.tool('t', () => {})
    await handle.shutdown()
    expect(catcher.spans.length + handle.dropped()).toBe(50)
    expect(handle.dropped()).toBeGreaterThan(0)
    const lines = warned.mock.calls.map(([line]) => String(line))
    expect(lines.filter((line) => line.includes(`${handle.dropped()} spans were not delivered`))).toHaveLength(1)
    warned.mockRestore()
  })

  it.each([
    ['the option', { apiKey: 'k1' }, {}, 'Bearer k1'],
    ['OUTRIDER_API_KEY', {}, { OUTRIDER_API_KEY: 'k2' }, 'Bearer k2'],
    [
      'OTEL_EXPORTER_OTLP_HEADERS first',
      { apiKey: 'k1' },
      { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20abc' },
      'Basic abc',
    ],
    ['none', {}, {}, undefined],
  ])('api key: %s', async (_, options, env, expected) => {
    await oneSpan({ service, collector: catcher.url, ...options }, env as Record<string, string>)
    expect(catcher.headers[0]?.authorization).toBe(expected)
  })

  it.each([
    ['none', undefined],
    ['hashed', expect.stringMatching(/^sha256:/)],
    ['redacted', 'secret words'],
    ['full', 'secret words'],
    [undefined, 'secret words'],
    ['off', undefined],
  ])('content %s', async (content, expected) => {
    const span = await oneSpan({ service, collector: catcher.url, content: content as 'none' })
    expect(span?.attributes['gen_ai.tool.call.arguments']).toEqual(expected)
    const mode = content === 'off' ? 'none' : (content ?? 'redacted')
    expect(span?.attributes['outrider.content_mode']).toBe(mode)
  })

  it.each(['none', 'hashed'] as const)('content %s keeps error messages in the process too', async (content) => {
    const handle = outrider.start({ service, collector: catcher.url, content })
    expect(() =>
      outrider.tool('t', () => {
        throw new RangeError('card 4111-1111')
      }),
    ).toThrow('card 4111-1111')
    await handle.shutdown()
    expect(catcher.span('execute_tool t').attributes['error.type']).toBe('RangeError')
    expect(JSON.stringify(catcher.spans)).not.toContain('4111-1111')
  })
})

describe('the handle', () => {
  it('is the same at a second start, and a new one after shutdown', async () => {
    const first = outrider.start({ service: 'a', collector: catcher.url })
    expect(outrider.start({ service: 'b', collector: 'http://127.0.0.1:1' })).toBe(first)
    await first.shutdown()
    const second = outrider.start({ service: 'c', collector: catcher.url })
    expect(second).not.toBe(first)
    second.tool('t', () => {})
    await second.shutdown()
    expect(catcher.span('execute_tool t').resource['service.name']).toBe('c')
  })

  it('shuts down at the end of its block', async () => {
    {
      await using telemetry = outrider.start({ service: 'a', collector: catcher.url })
      telemetry.run('w', () => {})
    }
    expect(catcher.span('invoke_workflow w').resource['service.name']).toBe('a')
  })

  it('flush sends what has ended, and shutdown twice is harmless', async () => {
    const handle = outrider.start({ service: 'a', collector: catcher.url })
    outrider.tool('t', () => {})
    await handle.flush()
    expect(catcher.spans).toHaveLength(1)
    await Promise.all([handle.shutdown(), handle.shutdown()])
    await handle.flush()
    expect(outrider.tool('after', () => 5)).toBe(5)
  })
})

it('sends log records of instrumentations to the same collector, with the same key', async () => {
  const handle = outrider.start({ service: 'a', collector: catcher.url, apiKey: 'k' })
  logs.getLogger('genai').emit({ body: 'a message' })
  await handle.flush()
  expect(catcher.paths).toEqual(['/v1/logs'])
  expect(catcher.headers[0]?.authorization).toBe('Bearer k')
  await handle.shutdown()
})

describe('without a working start', () => {
  it('the verbs only run their functions', async () => {
    expect(outrider.run('w', (run) => outrider.agent('a', () => run.traceId))).toMatch(/^0{32}$/)
    outrider.score('s', 1)
    outrider.outcome('x')
    outrider.stop('error')
    const words = outrider.model('m', async function* () {
      yield 'a'
    })
    for await (const word of words) expect(word).toBe('a')
  })

  it.each(['nonsense', 'ftp://host', '', 'http://', 5, {}])('collector %j is said, not thrown', async (collector) => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const handle = outrider.start({ service: 'a', collector: collector as string })
    expect(outrider.tool('t', () => 'kept')).toBe('kept')
    await handle.flush()
    await handle.shutdown()
    warned.mockRestore()
  })

  it('a port that is taken leaves /metrics out and the rest alive', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.on('listening', resolve))
    const { port } = server.address() as { port: number }
    const said = Promise.withResolvers<string>()
    const warned = vi.spyOn(console, 'warn').mockImplementation((line: string) => said.resolve(line))
    const handle = outrider.start({ service: 'a', collector: catcher.url, prometheus: { port, host: '127.0.0.1' } })
    outrider.tool('t', () => {})
    expect(await said.promise).toContain(String(port))
    await handle.shutdown()
    expect(catcher.spans).toHaveLength(1)
    warned.mockRestore()
    server.close()
  })
})

describe('a provider of the application', () => {
  it('is used as it is, flushed, and never shut down', async () => {
    const exporter = new InMemorySpanExporter()
    const batch = new BatchSpanProcessor({ exporter })
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [batch] }))
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const handle = outrider.start({ service: 'a', collector: catcher.url })
    outrider.run('theirs', { user: 'u' }, () => {})
    await handle.shutdown()
    expect(exporter.getFinishedSpans().map(({ name, attributes }) => [name, attributes['user.id']])).toEqual([
      ['invoke_workflow theirs', 'u'],
    ])
    expect(warned).toHaveBeenCalledTimes(1)
    trace.getTracer('app').startSpan('still alive').end()
    await batch.forceFlush()
    expect(exporter.getFinishedSpans()).toHaveLength(2)
    expect(catcher.spans).toEqual([])
    warned.mockRestore()
  })

  it('may throw without harm', () => {
    const thrower = {
      getTracer: () => ({
        startSpan: () => {
          throw new Error('broken provider')
        },
        startActiveSpan: () => {
          throw new Error('broken')
        },
      }),
    }
    trace.setGlobalTracerProvider(thrower as never)
    expect(outrider.run('w', () => outrider.model('m', () => 'kept'))).toBe('kept')
  })

  it('sees spans of the verbs also where nothing was started', () => {
    const exporter = new InMemorySpanExporter()
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }))
    outrider.tool('t', () => {})
    expect(exporter.getFinishedSpans()[0]?.name).toBe('execute_tool t')
  })
})
