/**
 * What the SDK costs a span, beside the bare OpenTelemetry SDK that makes the same spans with the same attributes by
 * hand: the same provider, processor and context, taking turns in one process, so that a busy machine slows both alike.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import { outrider } from '@outrider/sdk'

export interface Overhead {
  /** Microseconds a span, median of the rounds. */
  readonly sdkMicros: number
  readonly bareMicros: number
  /** `sdkMicros / bareMicros`, median of the rounds' own ratios. */
  readonly ratio: number
  readonly spans: number
  /** Must be 0, or the two sides did not send the same. */
  readonly dropped: number
}

export interface OverheadSettings {
  /** @default 30 */
  readonly rounds?: number
  /** Runs of four spans in one turn. @default 500 */
  readonly runs?: number
}

const message = (role: string) => JSON.stringify([{ role, parts: [{ type: 'text', content: QUESTION }] }])
const QUESTION = 'x'.repeat(400)

/** Four spans: a run, its agent, a tool and a model call with usage, as an application makes them. */
export async function bySdk(): Promise<void> {
  await outrider.run('w', { user: 'u', tenant: 't', session: 's' }, () =>
    outrider.agent('a', async () => {
      await outrider.tool('lookup', { args: QUESTION }, async () => {})
      await outrider.model({ provider: 'openai', model: 'gpt-4o', input: QUESTION, maxTokens: 500 }, async (call) => {
        call.usage({ inputTokens: 100, outputTokens: 20, cacheReadTokens: 0 })
        call.finish('stop')
        call.responded({ model: 'gpt-4o', id: 'r' })
        call.output(QUESTION)
      })
    }),
  )
}

const identity = {
  'outrider.content_mode': 'redacted',
  'gen_ai.workflow.name': 'w',
  'user.id': 'u',
  'outrider.tenant': 't',
  'gen_ai.conversation.id': 's',
}
const inAgent = { ...identity, 'gen_ai.agent.name': 'a' }

export async function byHand(tracer: Tracer): Promise<void> {
  await spanned(
    tracer,
    'invoke_workflow w',
    SpanKind.INTERNAL,
    { ...identity, 'gen_ai.operation.name': 'invoke_workflow' },
    (run) =>
      spanned(
        tracer,
        'invoke_agent a',
        SpanKind.INTERNAL,
        { ...inAgent, 'gen_ai.operation.name': 'invoke_agent' },
        async (agent) => {
          const args = {
            'gen_ai.tool.name': 'lookup',
            'gen_ai.tool.call.arguments': QUESTION,
          }
          const tool = { ...inAgent, 'gen_ai.operation.name': 'execute_tool', ...args }
          await spanned(tracer, 'execute_tool lookup', SpanKind.INTERNAL, tool, async () => {})
          const asked = {
            ...inAgent,
            'gen_ai.operation.name': 'chat',
            'gen_ai.provider.name': 'openai',
            'gen_ai.request.model': 'gpt-4o',
            'gen_ai.request.max_tokens': 500,
            'gen_ai.input.messages': message('user'),
          }
          await spanned(tracer, 'chat gpt-4o', SpanKind.CLIENT, asked, async (span) => {
            span.setAttributes({
              'gen_ai.usage.input_tokens': 100,
              'gen_ai.usage.output_tokens': 20,
              'gen_ai.usage.cache_read.input_tokens': 0,
            })
            span.setAttribute('gen_ai.response.finish_reasons', ['stop'])
            span.setAttributes({ 'gen_ai.response.model': 'gpt-4o', 'gen_ai.response.id': 'r' })
            span.setAttribute('gen_ai.output.messages', message('assistant'))
          })
          agent.setAttribute('outrider.stop_reason', 'completed')
          run.setAttribute('outrider.stop_reason', 'completed')
        },
      ),
  )
}

type Fn = (span: ReturnType<Tracer['startSpan']>) => Promise<void>

function spanned(tracer: Tracer, name: string, kind: SpanKind, attributes: Record<string, string | number>, fn: Fn) {
  return tracer.startActiveSpan(name, { kind, attributes }, async (span) => {
    try {
      await fn(span)
      span.setStatus({ code: SpanStatusCode.OK })
    } catch (error) {
      span.recordException(error as Error)
      span.setStatus({ code: SpanStatusCode.ERROR })
      throw error
    } finally {
      span.end()
    }
  })
}

/**
 * Starts the SDK for the time it runs, so call it in a process where nothing else traces. The cost is this process's
 * CPU time, from the first attribute to the batch that has left: the receiver is another process.
 */
export async function measureOverhead({ rounds = 30, runs = 500 }: OverheadSettings = {}): Promise<Overhead> {
  const receiver = await startReceiver()
  await using telemetry = outrider.start({ service: 'overhead', collector: receiver.url })
  const tracer = trace.getTracer('by-hand')

  const turn = async (work: () => Promise<void>) => {
    const before = process.cpuUsage()
    for (let i = 0; i < runs; i += 1) await work()
    await telemetry.flush()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / (runs * 4)
  }
  const pairs: { sdk: number; bare: number }[] = []
  for (let round = -5; round < rounds; round += 1) {
    // whoever goes second inherits the other's garbage, so they swap
    const sdkFirst = round % 2 === 0
    const first = await turn(sdkFirst ? bySdk : () => byHand(tracer))
    const second = await turn(sdkFirst ? () => byHand(tracer) : bySdk)
    if (round >= 0) pairs.push(sdkFirst ? { sdk: first, bare: second } : { sdk: second, bare: first })
  }
  const dropped = telemetry.dropped()
  await telemetry.shutdown()
  receiver.stop()
  return {
    sdkMicros: median(pairs.map((pair) => pair.sdk)),
    bareMicros: median(pairs.map((pair) => pair.bare)),
    ratio: median(pairs.map((pair) => pair.sdk / pair.bare)),
    spans: pairs.length * 2 * runs * 4,
    dropped,
  }
}

const RECEIVER = `
  const server = require('node:http').createServer((request, response) => {
    request.resume().on('end', () => response.end())
  }).listen(0, '127.0.0.1', () => process.send(server.address().port))
  process.on('disconnect', () => process.exit())`

async function startReceiver(): Promise<{ readonly url: string; stop(): void }> {
  const child = spawn(process.execPath, ['-e', RECEIVER], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const [port] = await once(child, 'message')
  return { url: `http://127.0.0.1:${port}`, stop: () => child.disconnect() }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
