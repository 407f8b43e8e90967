/** The traps that others fell into who reserve money before the call. One test each, against the real process. */
import type { CheckRequest, Verdict } from '@outrider/policies'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { childrenOf } from '../bench/process-cpu.ts'
import { newSpanId, newTraceId, postSpans } from './otlp.ts'
import { type Collectors, shown, startCollectors, until } from './race/collectors.ts'
import { budgets, check, put, release, settle } from './race/gate.ts'

/** One token in costs 0.000001 USD, one out 0.000002. */
const CONFIG = JSON.stringify({
  prices: [{ provider: 'acme', model: 'acme-1', inputUsdPerMTok: 1, outputUsdPerMTok: 2 }],
  gate: { holdSeconds: { tool: 1 } },
  budgets: [
    { name: 'each-run', scope: 'run', limitUsd: 1 },
    { name: 'each-user-day', scope: 'user', window: 'day', timezone: 'Asia/Kathmandu', limitUsd: 0.5 },
    {
      name: 'each-session-week',
      scope: 'session',
      match: { workflow: 'weekly' },
      window: 'week',
      timezone: 'Europe/Berlin',
      limitUsd: 0.3,
    },
  ],
})

let collectors: Collectors
beforeAll(async () => {
  collectors = await startCollectors(1, CONFIG)
})
afterAll(() => collectors?.stop())
const url = () => collectors.urls()[0]!

let calls = 0
const aTool = (estimateUsd: number, over: Partial<CheckRequest> = {}): CheckRequest => ({
  ...{ id: `call-${++calls}`, traceId: newTraceId(), userId: `user-${calls}`, sessionId: `session-${calls}` },
  ...{ kind: 'tool', tool: { name: 'search' }, estimateUsd, ...over },
})
const aModel = (inputTokens: number, over: Partial<CheckRequest> = {}): CheckRequest => ({
  ...{ id: `call-${++calls}`, traceId: newTraceId(), userId: `user-${calls}`, sessionId: `session-${calls}` },
  ...{ kind: 'model', provider: 'acme', model: 'acme-1', inputTokens, maxOutputTokens: 0, ...over },
})
const ask = async (body: CheckRequest): Promise<Verdict> => (await check(url(), body)).body
const account = async (name: string) => (await shown(url())).get(name)

describe('1. a hold that leaks does not pin its budget', () => {
  it('is spent, uncertain, once it is over, apart from what is held, and gives back when its word comes late', async () => {
    const traceId = newTraceId()
    const lost = aTool(0.4, { traceId })
    await ask(lost)
    const name = `each-run ${traceId}`
    await until(
      () => account(name),
      (one) => one?.held === 0,
    )
    expect(await account(name)).toMatchObject({ held: 0, spent: 400_000_000, uncertain: 400_000_000 })

    const late = await settle(url(), { holdId: lost.id, costUsd: 0.01, status: 'ok' })
    expect(late.body).toMatchObject({ spentUsd: 0.01, reasons: [] })
    expect(await account(name)).toMatchObject({ held: 0, spent: 10_000_000, uncertain: 0 })
  })
})

describe('2. a hold dies with its owner', () => {
  it('is over in its time, though the caller hung up before the answer', async () => {
    const traceId = newTraceId()
    const hangUp = new AbortController()
    const asked = check(url(), aTool(0.4, { traceId }), hangUp.signal).catch(() => undefined)
    setImmediate(() => hangUp.abort())
    await asked
    await until(
      () => account(`each-run ${traceId}`),
      (one) => one === undefined || one.held === 0,
    )
  })

  it('costs what went in, not nothing, where the provider was called and the call was cut', async () => {
    const call = aModel(1000, { maxOutputTokens: 1000 })
    expect(await ask(call)).toMatchObject({ heldUsd: 0.003 })
    const cut = await settle(url(), { holdId: call.id, status: 'cancelled' })
    expect(cut.body.spentUsd).toBe(0.001)
  })

  it('costs nothing where it was given back', async () => {
    const call = aModel(1000, { maxOutputTokens: 1000 })
    await ask(call)
    expect((await release(url(), call.id)).body.spentUsd).toBe(0)
    // accounts with no money on them are not listed
    expect(await account(`each-run ${call.traceId}`)).toBeUndefined()
  })
})

describe('3. a hold is what the call may cost: no flat guess', () => {
  it.each<[string, Partial<CheckRequest>, number, number]>([
    ['tokens and an output limit', { inputTokens: 100, maxOutputTokens: 50 }, 0.0002, 50],
    ['no output limit: the default, which the provider is told', { inputTokens: 100 }, 0.008292, 4096],
    [
      'bytes: no token is shorter, and 1,024 for what providers add',
      { inputBytes: 250, maxOutputTokens: 0 },
      0.001274,
      0,
    ],
  ])('%s', async (_, size, heldUsd, maxOutputTokens) => {
    const { inputTokens: _in, maxOutputTokens: _out, ...plain } = aModel(0)
    expect(await ask({ ...plain, ...size })).toMatchObject({ decision: 'allow', heldUsd, maxOutputTokens })
  })
})

describe('4. a refusal is the end of that call', () => {
  it('is the same a hundred times, and after there is room again', async () => {
    const traceId = newTraceId()
    const first = aTool(0.45, { traceId })
    await ask(first)
    await ask(aTool(0.45, { traceId }))
    const refused = aTool(0.2, { traceId })
    const verdict = await ask(refused)
    expect(verdict).toMatchObject({ decision: 'deny', holdId: null, reasons: [{ retryable: true }] })
    await release(url(), first.id)
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(refused)))
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(new Set([JSON.stringify(verdict)]))
    expect(await ask(aTool(0.2, { traceId }))).toMatchObject({ decision: 'allow' })
  })

  it('says that it will never fit, or when to ask again', async () => {
    const never = await ask(aTool(1.5))
    expect(never.reasons.find(({ rule }) => rule === 'each-run')).toMatchObject({ retryable: false })
    expect(never.reasons[0]?.message).toContain('will never fit')

    const call = aModel(500_000)
    await ask(call)
    await settle(url(), { holdId: call.id, costUsd: 0.45, status: 'ok' })
    const later = await ask(aTool(0.1, { userId: call.userId! }))
    expect(later.reasons).toMatchObject([{ rule: 'each-user-day', retryable: true }])
    expect(Date.parse(later.reasons[0]!.resetsAt!)).toBeGreaterThan(Date.now())
  })
})

describe('5. one window, one place', () => {
  it('shows the window in which it counts: weeks begin on Monday, in the time zone of the budget', async () => {
    const call = aModel(1000, { workflow: 'weekly' })
    await ask(call)
    const shows = await budgets(url())
    const week = shows.find(({ name, key }) => name === 'each-session-week' && key === call.sessionId)!
    const monday = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'Europe/Berlin',
      weekday: 'long',
      hour: '2-digit',
      minute: '2-digit',
    })
    for (const edge of [week.window.start, week.window.end])
      expect(monday.format(Date.parse(edge!))).toMatch(/^Monday.*00:00$/)
    expect(Date.parse(week.window.start!)).toBeLessThanOrEqual(Date.now())
    expect(Date.parse(week.window.end!)).toBeGreaterThan(Date.now())
  })
})

describe('6. the ledger does not ride on the analytics', () => {
  it('answers, holds and settles while the store stands still', async () => {
    const engine = childrenOf(collectors.pids()[0]!)[0]!
    process.kill(engine, 'SIGSTOP')
    try {
      const call = aModel(1000)
      expect(await ask(call)).toMatchObject({ decision: 'allow' })
      expect((await settle(url(), { holdId: call.id, costUsd: 0.001, status: 'ok' })).body.spentUsd).toBe(0.001)
      expect(await ask(aTool(2))).toMatchObject({ decision: 'deny' })
      expect(await account(`each-run ${call.traceId}`)).toMatchObject({ spent: 1_000_000, held: 0 })
    } finally {
      process.kill(engine, 'SIGCONT')
    }
  })
})

describe('7. no way around the meter', () => {
  it.each([
    ['an unknown model', { model: 'nobody-heard-of-it' }],
    ['a known model of another provider', { provider: 'somebody-else' }],
  ])('refuses %s: no price is not a price of nothing', async (_, over) => {
    expect(await ask(aModel(10, { ...over, estimateUsd: 0 }))).toMatchObject({
      decision: 'deny',
      reasons: [{ code: 'UNPRICED_MODEL', retryable: false }],
    })
  })

  it('counts what was spent by those who never asked, and stops them', async () => {
    const traceId = newTraceId()
    await postSpans(url(), [
      {
        traceId,
        spanId: newSpanId(),
        attributes: {
          'gen_ai.operation.name': 'chat',
          'gen_ai.provider.name': 'acme',
          'gen_ai.request.model': 'acme-1',
          'gen_ai.usage.input_tokens': 1_500_000,
          'gen_ai.usage.output_tokens': 0,
        },
      },
    ])
    expect(await account(`each-run ${traceId}`)).toMatchObject({ spent: 1_500_000_000, held: 0 })
    const { decision, reasons } = await ask(aModel(10, { traceId }))
    expect(decision).toBe('deny')
    expect(reasons.map(({ code }) => code)).toEqual(['BUDGET_EXCEEDED', 'SWITCH_TRIPPED'])
  })
})

describe('8. money is whole numbers', () => {
  it('lets ten tenths of a dollar through, and not a nano-dollar more', async () => {
    const traceId = newTraceId()
    for (let n = 0; n < 10; n++) {
      const call = aTool(0.1, { traceId })
      expect(await ask(call)).toMatchObject({ decision: 'allow' })
      await settle(url(), { holdId: call.id, costUsd: 0.1, status: 'ok' })
    }
    expect((await budgets(url())).find(({ key }) => key === traceId)).toMatchObject({ spentUsd: 1, limitUsd: 1 })
    expect(await ask(aTool(0.000000001, { traceId }))).toMatchObject({ decision: 'deny' })
  })

  it('shows three tenths as three tenths', async () => {
    const sessionId = 'thirds'
    for (let n = 0; n < 3; n++) await ask(aModel(100_000, { sessionId, workflow: 'weekly' }))
    expect((await budgets(url())).find(({ key }) => key === sessionId)).toMatchObject({ heldUsd: 0.3 })
  })
})

describe('9. what is no amount passes no check', () => {
  it.each([
    ['NaN', 'NaN'],
    ['infinite', '1e999'],
    ['negative', '-0.01'],
    ['more than there is', '1e9'],
    ['a text', '"0.1"'],
  ])('%s', async (_, amount) => {
    const body = JSON.stringify({ ...aTool(0.1), estimateUsd: '*' }).replace('"*"', amount)
    const answer = await fetch(`${url()}/v1/gate/check`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    expect(answer.status).toBe(400)
  })
})

describe('10. a refusal says which budget, for whom, how much, and until when', () => {
  it('in fields and in words', async () => {
    const call = aModel(400_000)
    await ask(call)
    const { reasons } = await ask(aModel(200_000, { userId: call.userId! }))
    const shows = await budgets(url())
    const day = shows.find(({ name, key }) => name === 'each-user-day' && key === call.userId)!
    expect(reasons).toEqual([
      {
        rule: 'each-user-day',
        code: 'BUDGET_EXCEEDED',
        scope: 'user',
        limitUsd: 0.5,
        spentUsd: 0,
        heldUsd: 0.4,
        resetsAt: day.window.end,
        retryable: true,
        message:
          `each-user-day (user ${call.userId}) may spend 0.50 USD until ${day.window.end}: 0.00 USD is spent and ` +
          `0.40 USD held, this call may cost 0.20 USD. It resets at ${day.window.end}, or sooner as open calls end.`,
      },
    ])
  })
})

describe('and a limit that falls below what is spent', () => {
  it('refuses, and goes on once it is raised', async () => {
    const traceId = newTraceId()
    const call = aTool(0.4, { traceId })
    await ask(call)
    await settle(url(), { holdId: call.id, costUsd: 0.4, status: 'ok' })
    await put(url(), '/api/budgets/each-run', { limitUsd: 0.1, by: 'grace', reason: 'month end' })
    expect(await ask(aTool(0.01, { traceId }))).toMatchObject({ decision: 'deny' })
    await put(url(), '/api/budgets/each-run', { limitUsd: 1, by: 'grace', reason: 'next month' })
    expect(await ask(aTool(0.01, { traceId }))).toMatchObject({ decision: 'allow' })
  })
})
