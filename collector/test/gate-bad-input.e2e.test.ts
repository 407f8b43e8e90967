/** What is wrong is named, and grants nothing: bodies, holds, rules and a ledger that can not write. */
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { CheckRequest, Verdict } from '@outrider/policies'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aDataDir, type Running, startCollector } from './collector.ts'
import { newTraceId } from './otlp.ts'
import { outrider } from './outrider.ts'
import { until } from './race/collectors.ts'
import { check, post, put, release, settle } from './race/gate.ts'

const RULES = `
prices: [{ provider: acme, model: acme-1, inputUsdPerMTok: 1, outputUsdPerMTok: 2 }]
gate: { holdSeconds: { tool: 1 } }
budgets:
  - { name: each-run, scope: run, limitUsd: 1 }
  - { name: each-user, scope: user, limitUsd: 1, match: { workflow: per-user } }
  - { name: each-tenant-agent, scope: [tenant, agent], limitUsd: 1, match: { workflow: per-tenant } }
`
const data = aDataDir()
const file = join(data.dir, 'rules.yaml')
let collector: Running
let log = ''
beforeAll(async () => {
  writeFileSync(file, RULES)
  collector = await startCollector({ OUTRIDER_DATA_DIR: data.dir, OUTRIDER_CONFIG: file })
  collector.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log += text
  })
})
afterAll(async () => {
  await collector.stop('SIGKILL')
  data.remove()
})

let calls = 0
const aModel = (over: Partial<CheckRequest> = {}): CheckRequest => ({
  ...{ id: `call-${++calls}`, traceId: newTraceId(), kind: 'model', provider: 'acme', model: 'acme-1' },
  ...{ inputTokens: 1000, maxOutputTokens: 1000, ...over },
})
const aTool = (estimateUsd: number): CheckRequest => ({
  ...{ id: `call-${++calls}`, traceId: newTraceId(), kind: 'tool', tool: { name: 'search' }, estimateUsd },
})
const ask = async (body: CheckRequest): Promise<Verdict> => (await check(collector.url, body)).body

interface Refusal {
  readonly error: {
    readonly code: string
    readonly field: string
    readonly message: string
    readonly retryable: boolean
  }
}

/** `*` stands for the JSON of the value, so that what JSON.stringify would hide goes over the wire too. */
const withText = (body: object, field: string, text: string) =>
  JSON.stringify({ ...body, [field]: '*' }).replace('"*"', text)

describe('a check', () => {
  const tokens = ['-1', '1.5', '9007199254740992', '1e400', '"12"', 'true', '[]', '{}']
  const amounts = ['-0.000000001', '1e400', '2251800', '"1"', 'true', '[]']
  it.each([
    ...['inputTokens', 'inputBytes', 'maxOutputTokens', 'depth'].flatMap((field) =>
      tokens.map((text) => [field, text]),
    ),
    ...['estimateUsd', 'runBudgetUsd'].flatMap((field) => amounts.map((text) => [field, text])),
    ...['""', '17', `"${'x'.repeat(129)}"`].map((text) => ['id', text]),
    ...['""', '"zz"', `"${'0'.repeat(31)}"`, `"${'g'.repeat(32)}"`, '7'].map((text) => ['traceId', text]),
    ['spanId', '"12"'],
    ['kind', '"prompt"'],
    ['priority', '"urgent"'],
    ['agent', '""'],
    ['userId', '7'],
    ['model', '{}'],
    ['input', '7'],
    ['images', '-1'],
    ['surprise', '1'],
  ])('%s %s is 400 and names the field', async (field, text) => {
    const { status, body } = await post<Refusal>(collector.url, '/v1/gate/check', withText(aModel(), field!, text!))
    expect({ status, field: body.error?.field }).toEqual({ status: 400, field })
    expect(body.error).toMatchObject({ code: expect.stringMatching(/^OUT_/), retryable: false })
    expect(body.error.message).toContain(field)
  })

  it.each(['NaN', 'Infinity', '{', '', 'null', '[]', '"check"'])('whose body is %s is 400', async (text) => {
    expect((await post<Refusal>(collector.url, '/v1/gate/check', text)).status).toBe(400)
  })

  it.each(['id', 'traceId', 'kind'])('without %s is 400 and names it', async (field) => {
    const { [field as keyof CheckRequest]: _, ...body } = aModel()
    const answer = await post<Refusal>(collector.url, '/v1/gate/check', body)
    expect(answer).toMatchObject({ status: 400, body: { error: { field } } })
  })

  it.each(['agent', 'lease'])('of kind %s that sets nothing aside is 400', async (kind) => {
    const body = { id: `call-${++calls}`, traceId: newTraceId(), kind, provider: 'acme', model: 'acme-1' }
    expect(await post<Refusal>(collector.url, '/v1/gate/check', body)).toMatchObject({
      status: 400,
      body: { error: { field: 'estimateUsd' } },
    })
  })

  it('whose input nothing bounds is 400, not a guess', async () => {
    const { inputTokens: _, ...body } = aModel()
    expect(await post<Refusal>(collector.url, '/v1/gate/check', body)).toMatchObject({
      status: 400,
      body: { error: { field: 'inputTokens' } },
    })
  })

  it('of so many tokens that no money counts them is refused, and will never fit', async () => {
    const verdict = await ask(aModel({ inputTokens: Number.MAX_SAFE_INTEGER }))
    expect(verdict).toMatchObject({ decision: 'deny', holdId: null, reasons: [{ rule: 'each-run', retryable: false }] })
  })

  it('of an unknown model is refused as unpriced', async () => {
    expect(await ask(aModel({ model: 'nobody-heard-of-it' }))).toMatchObject({
      decision: 'deny',
      reasons: [{ code: 'UNPRICED_MODEL' }],
    })
  })

  it.each([
    ['userId', { workflow: 'per-user' }],
    ['tenantId and agent', { workflow: 'per-tenant' }],
    ['agent', { workflow: 'per-tenant', tenantId: 'acme' }],
  ])('that lacks %s is refused by the budget that needs it, which says so', async (fields, over) => {
    const { decision, reasons } = await ask(aModel(over))
    expect(decision).toBe('deny')
    expect(reasons[0]).toMatchObject({ code: 'BUDGET_EXCEEDED', retryable: false })
    expect(reasons[0]?.message).toContain(`this call has no ${fields}. Send ${fields}.`)
  })

  it('of a known ID with another body is 422, and the first stands', async () => {
    const first = aModel()
    const verdict = await ask(first)
    expect(await post<Refusal>(collector.url, '/v1/gate/check', { ...first, inputTokens: 1 })).toMatchObject({
      status: 422,
      body: { error: { code: 'OUT_HOLD_CONFLICT', field: 'id' } },
    })
    expect(await ask(first)).toEqual(verdict)
  })

  it('under a hold that is not there, is over, or has too little left is refused', async () => {
    const lent: CheckRequest = { id: 'lent', traceId: newTraceId(), kind: 'agent', estimateUsd: 0.002 }
    await ask(lent)
    for (const parentHoldId of ['nobody', 'lent']) {
      const verdict = await ask(aModel({ parentHoldId }))
      expect(verdict).toMatchObject({ decision: 'deny', reasons: [{ rule: `hold:${parentHoldId}` }] })
    }
    await release(collector.url, 'lent')
    expect(await ask(aModel({ parentHoldId: 'lent', inputTokens: 1, maxOutputTokens: 0 }))).toMatchObject({
      decision: 'deny',
    })
  })
})

describe('a settle', () => {
  it.each([
    ['holdId', '""'],
    ['status', '"done"'],
    ['costUsd', '-1'],
    ['costUsd', '1e400'],
    ['costUsd', '"0.1"'],
    ['usage', '7'],
    ['usage', '{ "inputTokens": -1, "outputTokens": 0 }', 'usage.inputTokens'],
    ['usage', '{ "inputTokens": 1.5, "outputTokens": 0 }', 'usage.inputTokens'],
    ['usage', '{ "inputTokens": 1 }', 'usage.outputTokens'],
    ['usage', '{ "inputTokens": 1, "outputTokens": 9007199254740992 }', 'usage.outputTokens'],
    ['usage', '{ "inputTokens": 1, "outputTokens": 1, "reasoningTokens": -2 }', 'usage.reasoningTokens'],
  ])('%s %s is 400 and names the field', async (field, text, named = field) => {
    const call = aModel()
    await ask(call)
    const body = withText({ holdId: call.id, status: 'ok' }, field, text)
    const answer = await post<Refusal>(collector.url, '/v1/gate/settle', body)
    expect(answer).toMatchObject({ status: 400, body: { error: { field: named } } })
    // and nothing was settled
    expect((await settle(collector.url, { holdId: call.id, status: 'ok', costUsd: 0.001 })).body.reasons).toEqual([])
  })

  it('of an unknown hold is 404', async () => {
    const told = { holdId: 'nobody', status: 'ok' } as const
    expect(await settle(collector.url, told)).toMatchObject({
      status: 404,
      body: { error: { code: 'OUT_HOLD_UNKNOWN' } },
    })
    expect(await release(collector.url, 'nobody')).toMatchObject({ status: 404 })
  })

  it('of a refused call is 404: nothing was held', async () => {
    const call = aModel({ inputTokens: 2_000_000 })
    await ask(call)
    expect(await settle(collector.url, { holdId: call.id, status: 'ok', costUsd: 1 })).toMatchObject({ status: 404 })
  })

  it('again is the first one, and says so where it differs', async () => {
    const call = aModel()
    await ask(call)
    const told = { holdId: call.id, status: 'ok', costUsd: 0.001 } as const
    const first = (await settle(collector.url, told)).body
    expect((await settle(collector.url, told)).body).toEqual(first)
    expect((await settle(collector.url, { ...told, costUsd: 0.002 })).body).toMatchObject({
      spentUsd: 0.001,
      reasons: [{ code: 'ALREADY_SETTLED' }],
    })
    expect((await release(collector.url, call.id)).body).toMatchObject({ spentUsd: 0.001 })
  })

  it('above the hold is booked in full, and what was not held is told apart', async () => {
    const call = aModel()
    expect(await ask(call)).toMatchObject({ heldUsd: 0.003 })
    const { body } = await settle(collector.url, { holdId: call.id, status: 'ok', costUsd: 0.01 })
    expect(body).toMatchObject({ spentUsd: 0.01, unbackedUsd: 0.007 })
  })

  it('of an expired hold corrects what was uncertain', async () => {
    const call = aTool(0.5)
    await ask(call)
    const over = () => ask({ ...aTool(0.6), traceId: call.traceId })
    // still held: it may come back; over: spent, until somebody says otherwise
    await until(over, ({ reasons }) => reasons[0]?.heldUsd === 0)
    expect((await settle(collector.url, { holdId: call.id, status: 'ok', costUsd: 0.1 })).body.spentUsd).toBe(0.1)
    expect(await over()).toMatchObject({ decision: 'allow' })
  })
})

describe('a limit', () => {
  it.each([
    ['limitUsd', { limitUsd: -1 }],
    ['limitUsd', { limitUsd: '5' }],
    ['limitUsd', {}],
    ['until', { limitUsd: 1, until: 'tomorrow' }],
    ['until', { limitUsd: 1, until: '2020-01-01T00:00:00Z' }],
    ['window', { limitUsd: 1, scope: 'run', window: 'year' }],
    ['timezone', { limitUsd: 1, scope: 'run', window: 'day', timezone: 'Mars/Olympus' }],
    ['scope', { limitUsd: 1, scope: 'planet' }],
  ])('with a wrong %s is 400 and changes nothing', async (field, body) => {
    const answer = await put(collector.url, '/api/budgets/each-run', { by: 'grace', reason: 'a test', ...body })
    expect(answer.status).toBe(400)
    expect((answer.body as unknown as Refusal).error.field).toContain(field)
    expect(await ask(aTool(0.9))).toMatchObject({ decision: 'allow' })
  })

  it('of an unknown budget is 404', async () => {
    expect(await put(collector.url, '/api/budgets/nobody', { limitUsd: 1, by: 'grace', reason: '' })).toMatchObject({
      status: 404,
      body: { error: { code: 'OUT_BUDGET_UNKNOWN' } },
    })
  })
})

describe('a file with ten mistakes', () => {
  const TEN = [
    'budgets:',
    '  - { name: a, scope: planet, limitUsd: 1 }',
    '  - { name: b, scope: run, limitUsd: -1 }',
    '  - { name: c, scope: run }',
    '  - { name: "", scope: run, limitUsd: 1 }',
    '  - { name: e, scope: run, limitUsd: 1, window: year }',
    '  - { name: f, scope: user, limitUsd: 1, window: day, timezone: Mars/Olympus }',
    '  - { name: g, scope: run, limitUsd: 1, ladder: [{ at: 2, do: stop }] }',
    '  - { name: h, scope: run, limitUsd: 1, colour: red }',
    'unpriced: maybe',
    'runLimits: [{ measure: laps, max: 1 }]',
  ].join('\n')

  it('is ten lines, each with its path and line', async () => {
    const bad = join(data.dir, 'ten.yaml')
    writeFileSync(bad, TEN)
    const { code, out, err } = await outrider(['check', bad])
    expect(code).toBe(3)
    const lines = (out + err).split('\n')
    for (const [line, path] of [
      [2, 'budgets[0].scope'],
      [3, 'budgets[1].limitUsd'],
      [4, 'budgets[2].limitUsd'],
      [5, 'budgets[3].name'],
      [6, 'budgets[4].window'],
      [7, 'budgets[5].timezone'],
      [8, 'budgets[6].ladder[0].at'],
      [9, 'budgets[7].colour'],
      [10, 'unpriced'],
      [11, 'runLimits[0].measure'],
    ] as const) {
      const found = lines.filter((text) => text.includes(`:${line}`) && text.includes(path))
      expect({ line, path, found: found.length }).toEqual({ line, path, found: 1 })
    }
  })

  it('leaves the old rules in force when a running collector reads it', async () => {
    writeFileSync(file, TEN)
    collector.child.kill('SIGHUP')
    while (log.split('the old rules stay in force').length <= 10) await once(collector.child.stderr!, 'data')
    expect(await ask(aTool(0.9))).toMatchObject({ decision: 'allow' })
    expect(await ask(aTool(1.1))).toMatchObject({ decision: 'deny', reasons: [{ rule: 'each-run', limitUsd: 1 }] })
    writeFileSync(file, RULES)
  })
})

describe('a ledger that can not write', () => {
  it('grants nothing and settles nothing, and goes on where it was', async () => {
    const held = aTool(0.1)
    await ask(held)
    const other = new DatabaseSync(join(data.dir, 'ledger.sqlite'))
    other.exec('BEGIN IMMEDIATE')
    const call = aModel()
    try {
      expect(await ask(call)).toMatchObject({
        decision: 'deny',
        holdId: null,
        reasons: [{ code: 'LEDGER_UNAVAILABLE', retryable: true }],
      })
      expect(await settle(collector.url, { holdId: held.id, status: 'ok', costUsd: 0.1 })).toMatchObject({
        status: 503,
        body: { error: { code: 'OUT_LEDGER_UNAVAILABLE', retryable: true } },
      })
    } finally {
      other.exec('ROLLBACK')
      other.close()
    }
    expect(await ask(call)).toMatchObject({ decision: 'allow', heldUsd: 0.003 })
    expect(await settle(collector.url, { holdId: held.id, status: 'ok', costUsd: 0.1 })).toMatchObject({ status: 200 })
  })
})
