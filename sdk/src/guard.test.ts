import { trace } from '@opentelemetry/api'
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest'
import { type Catcher, startCatcher } from '../test/catcher.ts'
import { DENIED, type GateStub, startGate } from '../test/gate-stub.ts'
import { DeniedError, type GuardedModel, type Handle, outrider } from './index.ts'

let gate: GateStub
let catcher: Catcher
let handle: Handle

// spans go to a receiver of their own, so that the gate sees the gate's requests only
beforeEach(async () => {
  gate = await startGate()
  catcher = await startCatcher()
  process.env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT = `${catcher.url}/v1/traces`
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = gate.url
  handle = outrider.start({ service: 'guard-test', onUnavailable: 'deny', apiKey: 'k-1' })
})
afterEach(async () => {
  await handle.shutdown()
  await gate[Symbol.asyncDispose]()
  await catcher[Symbol.asyncDispose]()
  delete process.env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT
  delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT
})

const call = { provider: 'openai', model: 'gpt-4o', input: 'Where is my order?', maxOutputTokens: 500 } as const
const usage = { inputTokens: 12, outputTokens: 30, cacheReadTokens: 4 }

describe('what the gate is asked', () => {
  it('is who, where and how much: the run around, its agents, its budget, the size of the call', async () => {
    let spanId = ''
    await outrider.run('refunds', { user: 'u', tenant: 't', session: 's', budgetUsd: 1 }, () =>
      outrider.agent('planner', () =>
        outrider.agent('writer', (agent) => {
          spanId = agent.spanId
          return outrider.guard({ ...call, priority: 'batch', estimateUsd: 0.5 }, (model) => model.usage(usage))
        }),
      ),
    )
    await handle.flush()
    const { traceId, parentSpanId } = catcher.span('chat gpt-4o')
    expect(gate.headers[0]?.authorization).toBe('Bearer k-1')
    expect(gate.checks).toEqual([
      {
        ...call,
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        traceId,
        spanId: catcher.span('chat gpt-4o').spanId,
        parentSpanId: spanId,
        kind: 'model',
        agent: 'writer',
        workflow: 'refunds',
        userId: 'u',
        tenantId: 't',
        sessionId: 's',
        priority: 'batch',
        estimateUsd: 0.5,
        runBudgetUsd: 1,
        depth: 2,
      },
    ])
    expect(parentSpanId).toBe(spanId)
  })

  it('outside of every run it is a run of its own, under the trace that its span will have', async () => {
    await outrider.guard(call, (model) => model.usage(usage))
    await handle.flush()
    const { traceId, spanId } = catcher.span('chat gpt-4o')
    expect(gate.checks[0]).toMatchObject({ traceId, spanId })
  })

  it('tools by name, args and estimate', async () => {
    const sent = await outrider.guard({ tool: 'refund', args: { order: 'O-1' }, estimateUsd: 2 }, (tool) => {
      tool.output('sent')
      tool.cost(1.5)
      return 'sent'
    })
    expectTypeOf(sent).toEqualTypeOf<string>()
    await handle.flush()
    expect(gate.checks[0]).toMatchObject({
      kind: 'tool',
      tool: { name: 'refund', args: { order: 'O-1' } },
      estimateUsd: 2,
    })
    expect(gate.settles).toEqual([{ holdId: gate.checks[0]?.id, status: 'ok', costUsd: 1.5 }])
    expect(catcher.span('execute_tool refund').attributes).toMatchObject({ 'outrider.hold.id': gate.checks[0]?.id })
  })

  it.each([
    [
      'the whole request where it is given',
      { body: { model: 'm', messages: [], tools: [{ name: 'x' }] } },
      { input: { model: 'm', messages: [], tools: [{ name: 'x' }] } },
    ],
    ['a count where it is given', { inputTokens: 77 }, { inputTokens: 77 }],
    ['nothing that cannot be read', { input: 1n }, {}],
    ['the size alone of what is too long to send', { input: 'é'.repeat(300_000) }, { inputBytes: 600_032 }],
  ])('sends %s', async (_, told, sent) => {
    await outrider.guard({ model: 'm', ...told }, (model) => model.usage(usage))
    const { input, inputTokens, inputBytes } = gate.checks[0] ?? {}
    expect(
      Object.fromEntries(Object.entries({ input, inputTokens, inputBytes }).filter(([, value]) => value !== undefined)),
    ).toEqual(sent)
  })
})

describe('what fn is given', () => {
  it('is the clamp of the verdict, which its span tells too', async () => {
    gate.answer = () => ({ decision: 'degrade', model: 'gpt-4o-mini', maxOutputTokens: 200 })
    const got = await outrider.guard(call, ({ model, maxOutputTokens, verdict, signal }) => {
      expect(signal.aborted).toBe(false)
      return { model, maxOutputTokens, decision: verdict.decision }
    })
    expect(got).toEqual({ model: 'gpt-4o-mini', maxOutputTokens: 200, decision: 'degrade' })
    await handle.flush()
    expect(catcher.span('chat gpt-4o-mini').attributes).toMatchObject({
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.request.max_tokens': 200,
      'outrider.hold.id': gate.checks[0]?.id,
    })
  })
})

it('spans of other instrumentations inside name the hold that pays for them; those outside do not', async () => {
  const other = trace.getTracer('other')
  await outrider.run('w', () =>
    outrider.guard(call, () =>
      other.startActiveSpan('inner', (inner) => {
        other.startSpan('innermost').end()
        inner.end()
      }),
    ),
  )
  outrider.run('w2', () => other.startSpan('outside').end())
  await handle.flush()
  const hold = (name: string) => catcher.span(name).attributes['outrider.hold.id']
  const holdId = gate.checks[0]?.id
  expect([hold('inner'), hold('innermost'), hold('outside')]).toEqual([holdId, holdId, undefined])
})

describe('a denial', () => {
  it('is typed, names the rule, leads to the run, and nothing runs', async () => {
    gate.answer = () => DENIED
    let ran = false
    let traceId = ''
    const denied = await outrider
      .run('w', (run) => {
        traceId = run.traceId
        return outrider.guard(call, () => {
          ran = true
        })
      })
      .catch((error: unknown) => error)
    expect(denied).toBeInstanceOf(DeniedError)
    expect(denied).toMatchObject({
      name: 'DeniedError',
      code: 'BUDGET_EXCEEDED',
      reasons: DENIED.reasons,
      retryable: false,
      traceUrl: `${gate.url}/runs/${traceId}`,
      message: DENIED.reasons[0].message,
    })
    expect(ran).toBe(false)
    await handle.flush()
    expect(catcher.spans.map(({ name }) => name)).toEqual(['invoke_workflow w'])
    expect(gate.settles.length + gate.releases.length).toBe(0)
  })

  it.each([
    ['BUDGET_EXCEEDED', 'budget_exceeded'],
    ['SWITCH_HELD', 'killed'],
    ['SWITCH_TRIPPED', 'killed'],
    ['GUARD_BLOCKED', 'guard_blocked'],
    ['RUN_LIMIT', 'max_turns'],
    ['RATE_LIMITED', 'rate_limited'],
    ['CIRCUIT_OPEN', 'circuit_open'],
    ['LEDGER_UNAVAILABLE', 'error'],
  ] as const)('of %s that leaves the run ends it as %s; one that is caught does not', async (code, stop) => {
    gate.answer = () => ({ ...DENIED, reasons: [{ ...DENIED.reasons[0], code }] })
    await outrider.run('left', () => outrider.guard(call, () => {})).catch(() => {})
    await outrider.run('caught', async () => {
      await outrider.agent('a', () => outrider.guard(call, () => {})).catch(() => {})
    })
    await handle.flush()
    const reason = (name: string) => catcher.span(name).attributes['outrider.stop_reason']
    expect([reason('invoke_workflow left'), reason('invoke_agent a'), reason('invoke_workflow caught')]).toEqual([
      stop,
      stop,
      'completed',
    ])
  })

  it('comes before a shadow rule in the words', async () => {
    const shadow = { ...DENIED.reasons[0], rule: 'shadow', message: 'only judged', shadow: true } as const
    gate.answer = () => ({ ...DENIED, reasons: [shadow, ...DENIED.reasons] })
    await expect(outrider.guard(call, () => {})).rejects.toThrow(DENIED.reasons[0].message)
  })

  it.each(['ask', 'wait'] as const)(
    'is also %s, which this SDK cannot act on: what was held goes back',
    async (decision) => {
      gate.answer = () => ({
        decision,
        reasons: [{ ...DENIED.reasons[0], code: 'APPROVAL_REQUIRED', retryable: true }],
      })
      await expect(outrider.guard(call, () => {})).rejects.toMatchObject({ code: 'APPROVAL_REQUIRED', retryable: true })
      await handle.flush()
      expect(gate.releases).toEqual([{ holdId: gate.checks[0]?.id }])
    },
  )
})

async function* words(model: GuardedModel, error?: Error) {
  yield 'one'
  yield 'two'
  if (error) throw error
  model.usage(usage)
}

describe('however a call ends, it settles once', () => {
  const status = (code: number) => Object.assign(new Error('no'), { status: code })
  const refused = new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) })
  const fails = (error: unknown, before?: (model: GuardedModel) => void) => (model: GuardedModel) => {
    before?.(model)
    throw error
  }
  const read = async (stream: AsyncIterable<unknown>) => {
    for await (const _ of stream);
  }
  const cases: [string, (model: GuardedModel) => unknown, 'release' | object][] = [
    ['returned, with usage', (model) => model.usage(usage), { status: 'ok', usage }],
    ['returned, with the provider’s bill', (model) => model.cost(0.02), { status: 'ok', costUsd: 0.02 }],
    ['returned, with why it ended', (model) => model.finish('stop'), { status: 'ok', finishReason: 'stop' }],
    ['returned, without a word', () => {}, { status: 'ok' }],
    ['half a usage is none', (model) => model.usage({ inputTokens: 3 }), { status: 'ok' }],
    ['a count that is none', (model) => model.usage({ inputTokens: Number.NaN, outputTokens: 1 }), { status: 'ok' }],
    ['from a cache', (model) => model.cacheHit(), 'release'],
    ['called off', (model) => model.unused(), 'release'],
    ['refused by the provider', fails(status(429)), 'release'],
    ['no connection', fails(refused), 'release'],
    ['refused, but it had told usage', fails(status(500), (model) => model.usage(usage)), { status: 'error', usage }],
    ['an error of the application', fails(new RangeError('mine')), { status: 'error' }],
    ['a time-out: the provider may bill it', fails(new DOMException('late', 'TimeoutError')), { status: 'cancelled' }],
    ['an abort', fails(new DOMException('stopped', 'AbortError')), { status: 'cancelled' }],
    ['something odd', fails(undefined), { status: 'error' }],
  ]
  it.each(cases)('%s', async (_, fn, told) => {
    await outrider.guard(call, fn).catch(() => {})
    await handle.flush()
    const holdId = gate.checks[0]?.id
    expect(gate.releases).toEqual(told === 'release' ? [{ holdId }] : [])
    expect(gate.settles).toEqual(told === 'release' ? [] : [{ holdId, ...(told as object) }])
  })

  it('a stream when it is read to its end, and the caller gets that very stream', async () => {
    let made: unknown
    const stream = await outrider.guard({ ...call, stream: true }, (model) => {
      made = words(model)
      return made as AsyncGenerator<string>
    })
    expect(stream).toBe(made)
    expect(gate.settles).toEqual([])
    await read(stream)
    await handle.flush()
    expect(gate.settles).toEqual([{ holdId: gate.checks[0]?.id, status: 'ok', usage }])
  })

  it('a stream that is left, and one that breaks', async () => {
    for await (const _ of await outrider.guard(call, (model) => words(model))) break
    const broken = await outrider.guard(call, (model) => words(model, new Error('cut off')))
    await expect(read(broken)).rejects.toThrow('cut off')
    await handle.flush()
    expect(gate.settles.map(({ status }) => status)).toEqual(['cancelled', 'error'])
  })

  it('the next check waits until it has settled: what is free is seen to be', async () => {
    await outrider.guard(call, (model) => model.usage(usage))
    let settledFirst = 0
    gate.answer = () => {
      settledFirst = gate.settles.length
      return {}
    }
    await outrider.guard(call, (model) => model.usage(usage))
    expect(settledFirst).toBe(1)
  })

  it('what fn throws comes through unchanged', async () => {
    const thrown = new RangeError('mine')
    await expect(
      outrider.guard(call, () => {
        throw thrown
      }),
    ).rejects.toBe(thrown)
  })
})

it.each([
  [{ maxOutputTokens: Number.NaN }, 'maxOutputTokens'],
  [{ estimateUsd: -1 }, 'estimateUsd'],
  [{ inputTokens: Number.POSITIVE_INFINITY }, 'inputTokens'],
])('%o is told by its field, and asks nobody', async (wrong, field) => {
  await expect(outrider.guard({ ...call, ...wrong }, () => {})).rejects.toMatchObject({ name: 'SettingError', field })
  expect(gate.checks).toEqual([])
})
