import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type RunningGate, startGate, tempDir } from '../../test/gate.ts'
import { NotWritten, startWriter, type Writer } from '../ledger/writer.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const other = (n: number) => n.toString(16).padStart(32, '0')
const model = { kind: 'model', traceId, provider: 'acme', model: 'acme-1', inputTokens: 1000, maxOutputTokens: 100 }
// 1,000 x 1 USD + 100 x 10 USD a million = 0.002 USD
const prices = 'prices: [ { provider: acme, model: acme-1, inputUsdPerMTok: 1, outputUsdPerMTok: 10 } ]\n'

let place: ReturnType<typeof tempDir>
let running: RunningGate
const start = async (yaml = '', rest = {}) => {
  running = await startGate({ dir: place.dir, yaml: prices + yaml, ...rest })
  return running
}
const check = async (body: object) => (await running.post('/v1/gate/check', body)).body
const settle = async (body: object) => (await running.post('/v1/gate/settle', { status: 'ok', ...body })).body

beforeEach(() => {
  place = tempDir()
})
afterEach(async () => {
  await running.close()
  place.remove()
})

describe('a check', () => {
  test('holds the price of what goes in and of what may come out, and says the output limit', async () => {
    await start()
    expect(await check({ id: 'a', ...model })).toEqual({
      decision: 'allow',
      holdId: 'a',
      heldUsd: 0.002,
      maxOutputTokens: 100,
      guard: { output: 'stream' },
      expiresAt: expect.stringMatching(/Z$/),
      reasons: [],
    })
    const { maxOutputTokens: _, ...unlimited } = model
    expect(await check({ id: 'b', ...unlimited })).toMatchObject({ maxOutputTokens: 4096, heldUsd: 0.04196 })
  })

  test('never lets a model write more than it can', async () => {
    await start()
    const said = { id: 'a', kind: 'model', traceId, provider: 'openai', model: 'gpt-4o', inputTokens: 1 }
    expect(await check({ ...said, maxOutputTokens: 1_000_000 })).toMatchObject({ maxOutputTokens: 16_384 })
  })

  test('answers the same ID the same for ever, also after a restart and when there is room by now', async () => {
    const yaml = 'budgets: [ { name: cap, scope: run, limitUsd: 0.003 } ]'
    await start(yaml)
    const first = await check({ id: 'a', ...model })
    const refused = await check({ id: 'b', ...model })
    expect(refused).toMatchObject({ decision: 'deny', holdId: null, reasons: [{ code: 'BUDGET_EXCEEDED' }] })
    await running.post('/v1/gate/release', { holdId: 'a' })
    expect(await check({ id: 'a', ...model })).toEqual(first)
    await running.close()
    await start(yaml)
    expect(await check({ id: 'b', ...model })).toEqual(refused)
    expect(await check({ id: 'c', ...model })).toMatchObject({ decision: 'allow' })
  })

  test('takes the order of fields for nothing, and another body for a mistake', async () => {
    await start()
    const first = await check({ id: 'a', ...model })
    expect(await check({ ...Object.fromEntries(Object.entries(model).reverse()), id: 'a', spanId: null })).toEqual(
      first,
    )
    const answer = await running.post('/v1/gate/check', { id: 'a', ...model, maxOutputTokens: 99 })
    expect(answer).toMatchObject({ status: 422, body: { error: { code: 'OUT_HOLD_CONFLICT', field: 'id' } } })
  })

  test('of two at once over the last cent one is granted', async () => {
    await start('budgets: [ { name: cap, scope: run, limitUsd: 0.0039 } ]')
    const both = await Promise.all([check({ id: 'a', ...model }), check({ id: 'b', ...model })])
    expect(both.map(({ decision }) => decision).sort()).toEqual(['allow', 'deny'])
  })

  test('refuses what has no price, says so, and holds what the caller says where that is allowed', async () => {
    await start('unpriced: deny')
    const unknown = { ...model, model: 'nobody-knows', estimateUsd: 0.5 }
    expect(await check({ id: 'a', ...unknown })).toMatchObject({
      decision: 'deny',
      reasons: [{ code: 'UNPRICED_MODEL', retryable: false }],
    })
    running.reload(`${prices}unpriced: allow`)
    expect(await check({ id: 'b', ...unknown })).toMatchObject({ decision: 'allow', heldUsd: 0.5 })
  })

  test('of a budget for each user refuses a call that names none, and says which field', async () => {
    await start('budgets: [ { name: each, scope: user, limitUsd: 1 } ]')
    const { reasons } = await check({ id: 'a', ...model })
    expect(reasons[0]).toMatchObject({ code: 'BUDGET_EXCEEDED', retryable: false })
    expect(reasons[0].message).toContain('userId')
    expect(await check({ id: 'b', ...model, userId: 'u' })).toMatchObject({ decision: 'allow' })
  })

  test('goes to the cheaper model before it stops, bounded by that model’s own rules', async () => {
    const ladder = 'ladder: [ { at: 0.5, do: degrade, models: { gpt-4o: gpt-4o-mini } } ]'
    await start(`budgets: [ { name: cap, scope: run, limitUsd: 0.2, ${ladder} } ]`)
    const said = { kind: 'model', traceId, provider: 'openai', model: 'gpt-4o', maxOutputTokens: 100 }
    const image = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } }
    const input = [{ role: 'user', content: [{ type: 'text', text: 'what is this?' }, image] }]
    expect(await check({ id: 'a', ...said, input: 'x'.repeat(10_000), estimateUsd: 0 })).not.toHaveProperty('model')
    await check({ id: 'b', ...said, inputTokens: 30_000 })
    const degraded = await check({ id: 'c', ...said, input })
    expect(degraded).toMatchObject({ decision: 'degrade', model: 'gpt-4o-mini' })
    // an image is 48,169 tokens there, and 16,200 with the model that was asked for
    expect(degraded.heldUsd).toBeGreaterThan((48_169 * 0.15) / 1e6)
  })

  test('takes the context window where nothing bounds the input, and asks for a number where none is known', async () => {
    await start()
    const said = { traceId, kind: 'model', maxOutputTokens: 0 }
    // 128,000 x 2.50 USD a million
    expect(await check({ id: 'a', ...said, provider: 'openai', model: 'gpt-4o' })).toMatchObject({ heldUsd: 0.32 })
    const answer = await running.post('/v1/gate/check', { id: 'b', ...said, provider: 'acme', model: 'acme-1' })
    expect(answer).toMatchObject({ status: 400, body: { error: { field: 'inputTokens' } } })
  })

  test('counts the lowest cap that code ever named for its run', async () => {
    await start()
    expect(await check({ id: 'a', ...model, runBudgetUsd: 0.003 })).toMatchObject({ decision: 'allow' })
    expect(await check({ id: 'b', ...model, runBudgetUsd: 9 })).toMatchObject({ decision: 'deny' })
    expect(await check({ id: 'c', ...model, traceId: other(1), runBudgetUsd: 9 })).toMatchObject({ decision: 'allow' })
  })

  test('judges run limits that someone set, and only tells those that nobody did', async () => {
    await start('runLimits: [ { measure: toolCalls, max: 1 } ]')
    const tool = { kind: 'tool', traceId, agent: 'a', tool: { name: 'search', args: { q: 1 } }, depth: 99 }
    expect(await check({ id: 'a', ...tool })).toMatchObject({
      decision: 'allow',
      reasons: [{ code: 'RUN_LIMIT', rule: 'run-limit:depth', shadow: true }],
    })
    expect(await check({ id: 'b', ...tool })).toMatchObject({ decision: 'deny', reasons: [{ code: 'RUN_LIMIT' }, {}] })
  })
})

describe('bad input', () => {
  const cases: readonly [string, object, string][] = [
    ['no ID', { ...model }, 'id'],
    ['an ID that is a number', { id: 1, ...model }, 'id'],
    ['a long ID', { id: 'x'.repeat(129), ...model }, 'id'],
    ['no trace', { id: 'a', kind: 'model' }, 'traceId'],
    ['a trace that is none', { id: 'a', ...model, traceId: 'xyz' }, 'traceId'],
    ['another kind', { id: 'a', ...model, kind: 'dance' }, 'kind'],
    ['tokens below 0', { id: 'a', ...model, inputTokens: -1 }, 'inputTokens'],
    ['half a token', { id: 'a', ...model, inputTokens: 0.5 }, 'inputTokens'],
    ['tokens beyond 2^53', { id: 'a', ...model, inputTokens: 2 ** 53 }, 'inputTokens'],
    ['output below 0', { id: 'a', ...model, maxOutputTokens: -5 }, 'maxOutputTokens'],
    ['money below 0', { id: 'a', ...model, estimateUsd: -0.01 }, 'estimateUsd'],
    ['money without end', { id: 'a', ...model, estimateUsd: 1e300 }, 'estimateUsd'],
    ['money in words', { id: 'a', ...model, estimateUsd: 'a lot' }, 'estimateUsd'],
    ['a tool without a name', { id: 'a', kind: 'tool', traceId, tool: {} }, 'tool.name'],
    ['an unknown field', { id: 'a', ...model, budget: 1 }, 'budget'],
    ['a list', [model], 'body'],
  ]
  test.each(cases)('%s: 400 that names the field', async (_, body, field) => {
    await start()
    const answer = await running.post('/v1/gate/check', body)
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'OUT_FIELD_INVALID', field } } })
  })

  test.each(['NaN', 'Infinity', '-1e999'])('%s is no JSON number', async (text) => {
    await start()
    const payload = `{"id":"a","traceId":"${traceId}","kind":"model","estimateUsd":${text}}`
    const headers = { 'content-type': 'application/json' }
    const response = await running.app.inject({ method: 'POST', url: '/v1/gate/check', payload, headers })
    expect(response.statusCode).toBe(400)
  })

  test('an absurd number of tokens is too dear, not nothing', async () => {
    await start('budgets: [ { name: cap, scope: run, limitUsd: 1000000 } ]')
    const verdict = await check({ id: 'a', ...model, inputTokens: 2 ** 53 - 1 })
    expect(verdict).toMatchObject({ decision: 'deny', reasons: [{ code: 'BUDGET_EXCEEDED', retryable: false }] })
  })
})

describe('settle and release', () => {
  const budget = async () => (await running.get('/api/budgets')).body[0]

  test('spend what the usage costs and free the rest', async () => {
    await start('budgets: [ { name: cap, scope: run, limitUsd: 1 } ]')
    await check({ id: 'a', ...model })
    expect(await settle({ holdId: 'a', usage: { inputTokens: 900, outputTokens: 10 } })).toEqual({
      decision: 'allow',
      spentUsd: 0.001,
      reasons: [],
    })
    expect(await budget()).toMatchObject({ name: 'cap', key: traceId, limitUsd: 1, spentUsd: 0.001, heldUsd: 0 })
  })

  test('take the word of the provider before the price', async () => {
    await start()
    await check({ id: 'a', ...model })
    expect(await settle({ holdId: 'a', costUsd: 0.0015, usage: { inputTokens: 1, outputTokens: 1 } })).toMatchObject({
      spentUsd: 0.0015,
    })
  })

  test('book what is beyond the hold, and say so', async () => {
    await start('budgets: [ { name: cap, scope: run, limitUsd: 1 } ]')
    await check({ id: 'a', ...model })
    expect(await settle({ holdId: 'a', costUsd: 0.005 })).toMatchObject({ spentUsd: 0.005, unbackedUsd: 0.003 })
    expect(await budget()).toMatchObject({ spentUsd: 0.005, unbackedUsd: 0.003 })
    expect(await running.metrics()).toContain('outrider_gate_unbacked_usd_total 0.003')
  })

  test('without a number spend what went in, and what was seen to come out', async () => {
    await start()
    await check({ id: 'a', ...model })
    expect(await settle({ holdId: 'a', status: 'cancelled' })).toMatchObject({ spentUsd: 0.001 })
    await check({ id: 's', ...model })
    const left = { holdId: 's', status: 'cancelled', streamedTokens: 40 }
    expect(await settle(left)).toMatchObject({ spentUsd: 0.0014 })
    await check({ id: 'more', ...model })
    expect(await settle({ ...left, holdId: 'more', streamedTokens: 4000 })).toMatchObject({ spentUsd: 0.002 })
    await check({ id: 't', kind: 'tool', traceId, tool: { name: 'search' }, estimateUsd: 0.25 })
    expect(await settle({ holdId: 't' })).toMatchObject({ spentUsd: 0.25 })
  })

  test('let the first word stand', async () => {
    await start()
    await check({ id: 'a', ...model })
    const first = await settle({ holdId: 'a', costUsd: 0.001 })
    expect(await settle({ holdId: 'a', costUsd: 0.001 })).toEqual(first)
    expect(await settle({ holdId: 'a', costUsd: 0.002 })).toMatchObject({
      spentUsd: 0.001,
      reasons: [{ code: 'ALREADY_SETTLED' }],
    })
  })

  test('know no hold that was never granted', async () => {
    await start('budgets: [ { name: cap, scope: run, limitUsd: 0.001 } ]')
    await check({ id: 'refused', ...model })
    for (const holdId of ['nobody', 'refused']) {
      for (const path of ['/v1/gate/settle', '/v1/gate/release']) {
        const body = path.endsWith('settle') ? { holdId, status: 'ok' } : { holdId }
        expect(await running.post(path, body)).toMatchObject({
          status: 404,
          body: { error: { code: 'OUT_HOLD_UNKNOWN', field: 'holdId' } },
        })
      }
    }
  })

  test('after the time of the hold correct what was taken for spent', async () => {
    let at = Date.UTC(2026, 9, 25)
    await start('budgets: [ { name: cap, scope: run, limitUsd: 1 } ]\ngate: { holdSeconds: { model: 60 } }', {
      now: () => at,
    })
    await check({ id: 'a', ...model })
    at += 60_001
    while ((await budget()).uncertainUsd === 0) await turn()
    expect(await budget()).toMatchObject({ spentUsd: 0.002, uncertainUsd: 0.002, heldUsd: 0 })
    expect(await settle({ holdId: 'a', costUsd: 0.0005 })).toMatchObject({ spentUsd: 0.0005, reasons: [] })
    expect(await budget()).toMatchObject({ spentUsd: 0.0005, uncertainUsd: 0 })
  })
})

describe('delegation', () => {
  test('a child draws on what its parent was lent, no more, and the rest comes back', async () => {
    await start('budgets: [ { name: cap, scope: run, limitUsd: 0.01 } ]')
    const parent = { id: 'p', kind: 'agent', traceId, agent: 'boss', estimateUsd: 0.005 }
    expect(await check(parent)).toMatchObject({ decision: 'allow', heldUsd: 0.005 })
    const child = { ...model, agent: 'worker', parentHoldId: 'p' }
    expect(await check({ id: 'a', ...child })).toMatchObject({ decision: 'allow' })
    expect(await check({ id: 'b', ...child })).toMatchObject({ decision: 'allow' })
    expect(await check({ id: 'c', ...child })).toMatchObject({ decision: 'deny', reasons: [{ rule: 'hold:p' }] })
    await settle({ holdId: 'a', costUsd: 0.001 })
    await settle({ holdId: 'b', costUsd: 0.001 })
    expect((await running.post('/v1/gate/release', { holdId: 'p' })).body).toMatchObject({ spentUsd: 0.002 })
    expect((await running.get('/api/budgets')).body[0]).toMatchObject({ spentUsd: 0.002, heldUsd: 0 })
    expect(await check({ id: 'd', ...child })).toMatchObject({ decision: 'deny', reasons: [{ retryable: false }] })
  })

  test('a lease says by which bounds calls under it are priced', async () => {
    await start()
    const lease = {
      id: 'l',
      kind: 'lease',
      traceId,
      provider: 'anthropic',
      model: 'claude-sonnet-4-5',
      estimateUsd: 0.5,
    }
    // the dearest tier: 7.50 USD a million to write to the cache, 22.50 USD out
    expect(await check(lease)).toMatchObject({
      heldUsd: 0.5,
      lease: { model: 'claude-sonnet-4-5', inputNanoPerToken: 7500, outputNanoPerToken: 22_500, maxOutputTokens: 4096 },
    })
  })

  test('stopping an agent stops what works for it', async () => {
    await start()
    await check({ id: 'p', kind: 'agent', traceId, agent: 'boss', estimateUsd: 0.005 })
    await running.put('/api/switches/agent/boss', { reason: 'enough' })
    const verdict = await check({ id: 'a', ...model, agent: 'worker', parentHoldId: 'p' })
    expect(verdict).toMatchObject({ decision: 'deny', reasons: [{ code: 'SWITCH_HELD' }] })
  })
})

test('a ledger that can not write grants nothing: an answer for checks, a typed failure for the rest', async () => {
  let broken = false
  const flaky = (file: string): Writer => {
    const real = startWriter(file)
    return { ...real, write: (batch) => (broken ? Promise.reject(new NotWritten(13, 'full')) : real.write(batch)) }
  }
  await start('', { journal: { startWriter: flaky } })
  await check({ id: 'a', ...model })
  broken = true
  expect(await check({ id: 'b', ...model })).toMatchObject({
    decision: 'deny',
    holdId: null,
    reasons: [{ code: 'LEDGER_UNAVAILABLE', retryable: true }],
  })
  const settled = await running.post('/v1/gate/settle', { holdId: 'a', status: 'ok', costUsd: 0.001 })
  expect(settled).toMatchObject({ status: 503, body: { error: { code: 'OUT_LEDGER_UNAVAILABLE', retryable: true } } })
  broken = false
  expect(await check({ id: 'b', ...model })).toMatchObject({ decision: 'allow' })
  expect(await settle({ holdId: 'a', costUsd: 0.001 })).toMatchObject({ spentUsd: 0.001, reasons: [] })
})
