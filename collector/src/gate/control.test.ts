import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openEvents } from '../../test/events.ts'
import { type RunningGate, startGate, tempDir } from '../../test/gate.ts'
import { keyFromSecret } from '../keys.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const prices = 'prices: [ { provider: acme, model: acme-1, inputUsdPerMTok: 1, outputUsdPerMTok: 10 } ]\n'
// 0.002 USD
const model = { kind: 'model', traceId, provider: 'acme', model: 'acme-1', inputTokens: 1000, maxOutputTokens: 100 }

let place: ReturnType<typeof tempDir>
let running: RunningGate
const start = async (yaml = '', rest = {}) => {
  running = await startGate({ dir: place.dir, yaml: prices + yaml, ...rest })
  return running
}
const check = async (body: object, key?: string) => (await running.post('/v1/gate/check', body, key)).body
const settle = async (holdId: string, costUsd: number) => {
  return (await running.post('/v1/gate/settle', { holdId, costUsd, status: 'ok' })).body
}

beforeEach(() => {
  place = tempDir()
})
afterEach(async () => {
  await running.close()
  place.remove()
})

describe('switches', () => {
  test('stop what they name once they are answered, and stand after a restart', async () => {
    await start()
    const held = await running.put('/api/switches/agent/refunds', { reason: 'loops', by: 'dana' })
    expect(held).toMatchObject({ status: 200, body: { state: 'held', by: 'dana', reason: 'loops' } })
    expect(await check({ id: 'a', ...model, agent: 'refunds' })).toMatchObject({
      decision: 'deny',
      reasons: [{ code: 'SWITCH_HELD', rule: 'switch:agent/refunds', retryable: false }],
    })
    expect(await check({ id: 'b', ...model, agent: 'triage' })).toMatchObject({ decision: 'allow' })
    await running.close()
    await start()
    expect((await running.get('/api/switches')).body).toEqual({ switches: [held.body] })
    expect(await running.del('/api/switches/agent/refunds')).toMatchObject({ status: 200, body: { state: 'freed' } })
    expect(await check({ id: 'c', ...model, agent: 'refunds' })).toMatchObject({ decision: 'allow' })
  })

  test.each([
    ['PUT', '/api/switches/planet/x', 'OUT_SCOPE_UNKNOWN', 'scope'],
    ['PUT', '/api/switches/global/x', 'OUT_SCOPE_UNKNOWN', 'name'],
    ['DELETE', '/api/switches/agent/nobody', 'OUT_SWITCH_UNKNOWN', 'name'],
  ])('%s %s is 404 %s', async (method, path, code, field) => {
    await start()
    const answer = method === 'PUT' ? await running.put(path, {}) : await running.del(path)
    expect(answer).toMatchObject({ status: 404, body: { error: { code, field } } })
  })

  test('need no body, whatever a client says of it, and take no JSON that is none', async () => {
    await start()
    const headers = { 'content-type': 'application/json' }
    const send = async (method: 'PUT' | 'DELETE', payload: string) => {
      return (await running.app.inject({ method, url: '/api/switches/global/all', headers, payload })).statusCode
    }
    expect(await send('PUT', '')).toBe(200)
    expect(await check({ id: 'a', ...model })).toMatchObject({ decision: 'deny', reasons: [{ code: 'SWITCH_HELD' }] })
    expect(await send('DELETE', '')).toBe(200)
    expect(await send('PUT', '{')).toBe(400)
    expect(await send('PUT', '[]')).toBe(400)
  })

  test('are tripped when a budget is used up, freed when it has room again, and a person’s hold outlasts both', async () => {
    await start('budgets: [ { name: day, scope: agent, limitUsd: 0.004, window: day } ]')
    const call = { ...model, agent: 'refunds' }
    await check({ id: 'a', ...call })
    await settle('a', 0.004)
    expect((await running.get('/api/switches')).body.switches).toMatchObject([
      { scope: 'agent', name: 'refunds', state: 'tripped', by: 'budget:day', until: expect.stringMatching(/T00:00/) },
    ])
    const { reasons } = await check({ id: 'b', ...call })
    expect(reasons.map(({ code }: { code: string }) => code)).toEqual(['BUDGET_EXCEEDED', 'SWITCH_TRIPPED'])
    await running.put('/api/budgets/day', { limitUsd: 1, by: 'dana' })
    expect((await running.get('/api/switches')).body.switches).toEqual([])
    expect(await check({ id: 'c', ...call })).toMatchObject({ decision: 'allow' })

    await running.put('/api/switches/agent/refunds', { by: 'dana' })
    await settle('c', 1)
    expect((await running.get('/api/switches')).body.switches).toMatchObject([{ state: 'held', by: 'dana' }])
  })

  test('trip with the end of their window', async () => {
    let at = Date.UTC(2026, 9, 24, 21, 59, 59)
    await start('budgets: [ { name: day, scope: global, limitUsd: 0.001, window: day, timezone: Europe/Berlin } ]', {
      now: () => at,
    })
    running.reload(
      `${prices}budgets: [ { name: day, scope: global, limitUsd: 0.002, window: day, timezone: Europe/Berlin } ]`,
    )
    await check({ id: 'a', ...model })
    await settle('a', 0.002)
    expect(await check({ id: 'b', ...model })).toMatchObject({ decision: 'deny', reasons: [{ retryable: true }, {}] })
    // midnight in Berlin, on the night the clocks go back
    at = Date.UTC(2026, 9, 24, 22, 0, 0)
    expect(await check({ id: 'c', ...model })).toMatchObject({ decision: 'allow' })
  })
})

describe('the stream', () => {
  test('tells what stands, what changes, what was missed, and nothing twice', async () => {
    await start()
    await running.put('/api/switches/agent/a', { by: 'dana' })
    const url = await running.app.listen({ port: 0, host: '127.0.0.1' })
    const first = await openEvents(`${url}/v1/gate/stream`)
    expect(await first.next()).toMatchObject({ event: 'policy', data: { resumed: false } })
    expect(await first.next()).toMatchObject({ event: 'switch', data: { scope: 'agent', name: 'a', state: 'held' } })
    await running.put('/api/switches/run/AB', { by: 'dana' })
    const last = await first.next()
    expect(last).toMatchObject({ event: 'switch', data: { scope: 'run', name: 'ab' } })
    first.close()
    await running.del('/api/switches/agent/a')
    running.reload(`${prices}unpriced: allow`)

    const second = await openEvents(`${url}/v1/gate/stream`, { 'last-event-id': last.id ?? '' })
    expect(await second.next()).toMatchObject({ event: 'policy', data: { resumed: true } })
    expect(await second.next()).toMatchObject({ event: 'switch', data: { name: 'a', state: 'freed' } })
    const policy = await second.next()
    expect(policy).toMatchObject({ event: 'policy' })
    second.close()

    const stranger = await openEvents(`${url}/v1/gate/stream`, { 'last-event-id': 'another-7' })
    expect(await stranger.next()).toMatchObject({ event: 'policy', data: { ...policy.data, resumed: false } })
    expect(await stranger.next()).toMatchObject({ event: 'switch', data: { name: 'ab', state: 'held' } })
    stranger.close()
  })

  test('half a list is told again', async () => {
    await start()
    await running.put('/api/switches/agent/a', {})
    await running.put('/api/switches/agent/b', {})
    const url = await running.app.listen({ port: 0, host: '127.0.0.1' })
    const events = await openEvents(`${url}/v1/gate/stream`)
    const list = [await events.next(), await events.next(), await events.next()]
    expect(list.map(({ id }) => id === undefined)).toEqual([true, true, false])
    events.close()
  })
})

describe('budgets', () => {
  test('that nothing happened to are listed too', async () => {
    await start(
      'budgets: [ { name: all, scope: global, limitUsd: 5 }, { name: each, scope: [tenant, user], limitUsd: 1 } ]',
    )
    expect((await running.get('/api/budgets')).body).toMatchObject([
      {
        name: 'all',
        scope: 'global',
        key: 'all',
        limitUsd: 5,
        spentUsd: 0,
        heldUsd: 0,
        window: { start: null, end: null },
      },
      { name: 'each', scope: 'tenant/user', key: '', limitUsd: 1 },
    ])
  })

  test('are changed for a time, made, and taken back; who did it stands in the audit', async () => {
    let at = Date.UTC(2026, 9, 1)
    await start('budgets: [ { name: cap, scope: run, limitUsd: 0.001 } ]', { now: () => at })
    expect(await check({ id: 'a', ...model })).toMatchObject({ decision: 'deny', reasons: [{ retryable: false }] })
    const until = '2026-10-01T01:00:00.000Z'
    const changed = await running.put('/api/budgets/cap', { limitUsd: 0.1, until, by: 'dana', reason: 'launch' })
    expect(changed).toMatchObject({
      status: 200,
      body: { name: 'cap', limitUsd: 0.1, until, rule: { scope: ['run'] } },
    })
    expect(await check({ id: 'b', ...model })).toMatchObject({ decision: 'allow' })
    await running.close()
    await start('budgets: [ { name: cap, scope: run, limitUsd: 0.001 } ]', { now: () => at })
    expect(await check({ id: 'c', ...model })).toMatchObject({ decision: 'allow' })
    at = Date.parse(until)
    expect(await check({ id: 'd', ...model })).toMatchObject({ decision: 'deny' })

    expect(await running.put('/api/budgets/new', { limitUsd: 1, scope: 'user', window: 'day' })).toMatchObject({
      body: { name: 'new', rule: { scope: ['user'], window: 'day', timezone: 'UTC' } },
    })
    expect((await running.get('/api/budgets')).body.map(({ name }: { name: string }) => name)).toEqual(['cap', 'new'])
    expect(await running.del('/api/budgets/new')).toMatchObject({ status: 200, body: { rule: null } })
    const audit = (await running.get('/api/audit?limit=10')).body
    // holds that ended meanwhile may have tripped a switch
    const entries = audit.entries.filter(({ action }: { action: string }) => action.startsWith('budget.'))
    expect(entries.map(({ action, target, by }: Record<string, string>) => `${action} ${target} ${by}`)).toEqual([
      'budget.reset new local',
      'budget.created new local',
      'budget.changed cap dana',
    ])
    expect(entries[2]).toMatchObject({ reason: 'launch', before: { limitUsd: 0.001 }, after: { limitUsd: 0.1 } })
  })

  test('whose limit is put below what is spent refuse, and owe nothing', async () => {
    await start('budgets: [ { name: cap, scope: run, limitUsd: 1 } ]')
    await check({ id: 'a', ...model })
    await check({ id: 'open', ...model })
    await settle('a', 0.002)
    await running.put('/api/budgets/cap', { limitUsd: 0.001 })
    expect(await check({ id: 'b', ...model })).toMatchObject({ decision: 'deny' })
    expect(await settle('open', 0.002)).toMatchObject({ spentUsd: 0.002 })
    expect((await running.get('/api/budgets')).body[0]).toMatchObject({
      limitUsd: 0.001,
      spentUsd: 0.004,
      unbackedUsd: 0,
    })
  })

  test.each([
    ['/api/budgets/nobody', { limitUsd: 1 }, 404, 'OUT_BUDGET_UNKNOWN', 'name'],
    ['/api/budgets/cap', { limitUsd: -1 }, 400, 'OUT_FIELD_INVALID', 'limitUsd'],
    ['/api/budgets/cap', {}, 400, 'OUT_FIELD_INVALID', 'limitUsd'],
    ['/api/budgets/cap', { limitUsd: 1, until: '2001-01-01' }, 400, 'OUT_FIELD_INVALID', 'until'],
    ['/api/budgets/cap', { limitUsd: 1, window: 'day' }, 400, 'OUT_FIELD_INVALID', 'window'],
    ['/api/budgets/cap', { limitUsd: 1, scope: 'planet' }, 400, 'OUT_FIELD_INVALID', 'scope.0'],
    ['/api/budgets/-bad-', { limitUsd: 1, scope: 'run' }, 400, 'OUT_FIELD_INVALID', 'name'],
  ])('PUT %s %j: %i', async (path, body, status, code, field) => {
    await start('budgets: [ { name: cap, scope: run, limitUsd: 1 } ]')
    expect(await running.put(path, body)).toMatchObject({ status, body: { error: { code, field } } })
  })
})

test('every decision is told once as a span of its run', async () => {
  await start('budgets: [ { name: cap, scope: run, limitUsd: 0.003 } ]')
  const [spanId, parentSpanId] = ['00f067aa0ba902b7', '53995c3f42cd8ad8']
  await check({ id: 'a', ...model, agent: 'refunds', spanId, parentSpanId })
  await check({ id: 'a', ...model, agent: 'refunds', spanId, parentSpanId })
  await check({ id: 'b', ...model, spanId })
  await check({ id: 'c', ...model })
  await vi.waitFor(() => expect(running.told).toHaveLength(3))
  // never a root: the run is named by what it does
  expect(running.told[2]?.parentSpanId).toMatch(/^[0-9a-f]{16}$/)
  expect(running.told).toMatchObject([
    { traceId, kind: 'gate', name: 'gate check', status: 'ok', parentSpanId, agent: 'refunds', counted: false },
    { status: 'ok', parentSpanId: spanId, attributes: { 'outrider.gate.decision': 'deny' } },
    {},
  ])
  expect(new Set(running.told.map((span) => span.spanId)).size).toBe(3)
  expect((await running.get('/api/decisions')).body.decisions).toMatchObject([
    { id: 'c' },
    { id: 'b', decision: 'deny', state: 'refused', spentUsd: null },
    { id: 'a', decision: 'allow', state: 'open', heldUsd: 0.002, agent: 'refunds', spanId, parentSpanId },
  ])
})

describe('keys', () => {
  const acme = 'acme-key-0123456789'
  const rival = 'rival-key-0123456789'
  const root = 'root-key-0123456789'
  const reader = 'reader-key-0123456789'
  const keys = [
    { ...keyFromSecret(acme), name: 'acme', tenant: 'acme' },
    { ...keyFromSecret(rival), name: 'rival', tenant: 'rival' },
    { ...keyFromSecret(reader), name: 'reader', scopes: ['read'] as const },
    { ...keyFromSecret(root), name: 'root' },
  ]

  test('separate tenants: their IDs, their holds, their budgets, their switches', async () => {
    await start('budgets: [ { name: each, scope: tenant, limitUsd: 0.003 } ]', { keys })
    expect(await check({ id: 'a', ...model, tenantId: 'rival' }, acme)).toMatchObject({ decision: 'allow' })
    expect(await check({ id: 'a', ...model, maxOutputTokens: 1 }, rival)).toMatchObject({ decision: 'allow' })
    expect(await check({ id: 'b', ...model }, acme)).toMatchObject({ decision: 'deny' })
    expect((await running.get('/api/budgets', acme)).body).toMatchObject([{ key: 'acme', heldUsd: 0.002 }])
    const alien = await running.post('/v1/gate/settle', { holdId: 'b', status: 'ok' }, rival)
    expect(alien).toMatchObject({ status: 404 })
    expect((await running.get('/api/decisions', rival)).body.decisions).toHaveLength(1)

    await running.put('/api/switches/workflow/w', { reason: 'mine' }, acme)
    expect((await running.get('/api/switches', rival)).body).toEqual({ switches: [] })
    expect(await check({ id: 'c', ...model, workflow: 'w', maxOutputTokens: 1 }, rival)).toMatchObject({
      decision: 'allow',
    })
    expect(await running.del('/api/switches/workflow/w', rival)).toMatchObject({ status: 404 })
    expect(await running.del('/api/switches/workflow/w', root)).toMatchObject({ status: 200 })
  })

  test('of a tenant change no rules', async () => {
    await start('', { keys })
    expect(await running.put('/api/budgets/x', { limitUsd: 1, scope: 'run' }, acme)).toMatchObject({ status: 403 })
    expect(await running.get('/api/audit', acme)).toMatchObject({ status: 403 })
  })

  test('need the scope of what they ask', async () => {
    await start('', { keys })
    expect(await running.post('/v1/gate/check', { id: 'a', ...model }, reader)).toMatchObject({ status: 403 })
    expect(await running.put('/api/switches/agent/a', {}, reader)).toMatchObject({ status: 403 })
    expect(await running.get('/api/switches', reader)).toMatchObject({ status: 200 })
    expect(await running.get('/api/switches')).toMatchObject({ status: 401 })
  })
})

test('figures say what is held, spent, refused and how tight holds are', async () => {
  await start('budgets: [ { name: cap, scope: run, limitUsd: 0.005 } ]')
  await check({ id: 'a', ...model })
  await check({ id: 'b', ...model })
  await check({ id: 'c', ...model })
  await settle('a', 0.001)
  await running.put('/api/switches/agent/x', {})
  const text = await running.metrics()
  for (const line of [
    'outrider_budget_held_usd{budget="cap"} 0.002',
    'outrider_budget_spent_usd{budget="cap"} 0.001',
    'outrider_budget_used_ratio{budget="cap"} 0.6',
    'outrider_gate_checks_total{decision="allow"} 2',
    'outrider_gate_refused_total{reason="BUDGET_EXCEEDED"} 1',
    'outrider_gate_open_holds 1',
    'outrider_gate_hold_tightness 2',
    'outrider_switches{state="held"} 1',
  ]) {
    expect(text).toContain(`${line}\n`)
  }
})
