import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openEvents } from '../../test/events.ts'
import { type RunningGate, startGate, tempDir } from '../../test/gate.ts'
import { keyFromSecret } from '../keys.ts'
import { MOST_OF_RUN } from './approvals.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const rules = `approvals: { require: [ { name: refunds, match: { tool: "refund*" }, aboveUsd: 5 } ], timeoutSeconds: 60 }
budgets: [ { name: day, scope: global, limitUsd: 20, window: day } ]`
const refund = {
  ...{ kind: 'tool', traceId, agent: 'desk', estimateUsd: 9, tool: { name: 'refund', args: { order: 17 } } },
} as const

let place: ReturnType<typeof tempDir>
let running: RunningGate
let at: number
const start = async (yaml = rules, rest = {}) => {
  running = await startGate({ dir: place.dir, yaml, now: () => at, ...rest })
}
const again = async () => {
  await running.close()
  await start()
}
const check = async (body: object, key?: string) => (await running.post('/v1/gate/check', body, key)).body
const say = (id: string, word: 'approve' | 'deny', by = 'dana', key?: string) =>
  running.post(`/api/approvals/${id}/${word}`, { by, reason: 'because' }, key)
/** Asks, and returns the ID of the question. */
const ask = async (id: string): Promise<string> => {
  const verdict = await check({ id, ...refund })
  expect(verdict).toMatchObject({ decision: 'ask', holdId: null, heldUsd: 0, expiresAt: null })
  return verdict.approval.id
}
const held = async () => (await running.get('/api/budgets')).body[0].heldUsd

const usedUp = {
  code: 'APPROVAL_REQUIRED',
  retryable: false,
  message: expect.stringContaining('another call, or was used'),
}
const later = (ms: number) => {
  at += ms
}

beforeEach(async () => {
  at = Date.UTC(2026, 10, 21, 12)
  place = tempDir()
  await start()
})
afterEach(async () => {
  await running.close()
  place.remove()
})

describe('a call for which a person is asked', () => {
  test('holds nothing, asks once, and may happen once somebody said yes', async () => {
    const id = await ask('a')
    expect(await ask('a')).toBe(id)
    expect(await held()).toBe(0)
    expect((await running.get('/api/approvals?state=pending')).body.approvals).toMatchObject([
      {
        ...{ id, callId: 'a', state: 'pending', decidedAt: null, by: null, reason: '', traceId, agent: 'desk' },
        ...{ kind: 'tool', toolName: 'refund', args: '{"order":17}', mostUsd: 9, call: 'waiting' },
        reasons: [{ rule: 'approval:refunds', code: 'APPROVAL_REQUIRED' }],
        ...{ askedAt: '2026-11-21T12:00:00.000Z', expiresAt: '2026-11-21T12:01:00.000Z' },
      },
    ])
    expect(await check({ id, ...refund })).toMatchObject({ decision: 'ask', approval: { id } })
    expect(await say(id, 'approve')).toMatchObject({ status: 200, body: { state: 'approved', by: 'dana' } })
    expect(await check({ id: 'a', ...refund })).toMatchObject({ decision: 'ask' })

    const elsewhere = { ...refund, traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) }
    expect(await check({ id, ...elsewhere })).toMatchObject({ decision: 'allow', holdId: id, heldUsd: 9, reasons: [] })
    expect(await check({ id, ...elsewhere })).toMatchObject({ decision: 'allow', holdId: id })
    expect(await held()).toBe(9)
    expect(await check({ id, ...refund })).toMatchObject({ decision: 'deny', holdId: null, reasons: [usedUp] })
    expect((await running.get(`/api/approvals/${id}`)).body).toMatchObject({ state: 'approved', call: 'allowed' })
    expect(await ask('b')).not.toBe(id)
  })

  test('is for what was asked and nothing else', async () => {
    const id = await ask('a')
    await say(id, 'approve')
    const other = await check({ id, ...refund, tool: { name: 'refund', args: { order: 18 } } })
    expect(other).toMatchObject({ decision: 'deny', reasons: [usedUp] })
    expect(await check({ id, ...refund })).toMatchObject({ decision: 'allow' })
  })

  test('is decided on the facts of then: no room is no, and stays no', async () => {
    const id = await ask('a')
    await say(id, 'approve')
    await check({ id: 'big', kind: 'tool', traceId, estimateUsd: 15, tool: { name: 'other' } })
    const refused = await check({ id, ...refund })
    expect(refused).toMatchObject({ decision: 'deny', reasons: [{ code: 'BUDGET_EXCEEDED' }] })
    await running.post('/v1/gate/release', { holdId: 'big' })
    expect(await check({ id, ...refund })).toEqual(refused)
    expect((await running.get(`/api/approvals/${id}`)).body).toMatchObject({ state: 'approved', call: 'refused' })
  })

  test.each([
    ['no', (id: string) => say(id, 'deny'), 'dana said no: because.', false],
    ['silence', () => later(60_000), 'Nobody answered until 2026-11-21T12:01:00.000Z; ask again.', true],
  ])('%s is a refusal for ever', async (_what, answer, message, retryable) => {
    const id = await ask('a')
    await answer(id)
    const refused = await check({ id, ...refund })
    expect(refused).toMatchObject({ decision: 'deny', holdId: null })
    expect(refused.reasons).toEqual([{ rule: 'approval', code: 'APPROVAL_REQUIRED', message, retryable }])
    expect(await held()).toBe(0)
    running.reload('')
    expect(await check({ id, ...refund })).toEqual(refused)
  })

  test('a run that asks and asks is refused after a hundred questions', async () => {
    await Promise.all(Array.from({ length: MOST_OF_RUN }, (_, n) => check({ id: `n${n}`, ...refund })))
    const more = await check({ id: 'more', ...refund })
    expect(more).toMatchObject({ decision: 'deny', reasons: [{ code: 'APPROVAL_REQUIRED', retryable: true }] })
    expect(await check({ id: 'n7', ...refund })).toMatchObject({ decision: 'ask' })
    expect(await check({ id: 'else', ...refund, traceId: 'b'.repeat(32) })).toMatchObject({ decision: 'ask' })
    expect((await running.get('/api/approvals?limit=1000')).body.approvals).toHaveLength(MOST_OF_RUN + 1)
  })

  test('a yes is good as long as the question was', async () => {
    const id = await ask('a')
    at += 59_000
    await say(id, 'approve')
    at += 60_000
    expect((await check({ id, ...refund })).reasons[0].message).toMatch(/^dana said yes, but the call came after/)
  })

  test('all of it survives a restart', async () => {
    const id = await ask('a')
    await again()
    expect(await ask('a')).toBe(id)
    await say(id, 'approve')
    await again()
    expect(await check({ id, ...refund })).toMatchObject({ decision: 'allow', holdId: id })
  })
})

describe('the word', () => {
  test('is the first that is said', async () => {
    const id = await ask('a')
    const [one, other] = await Promise.all([say(id, 'approve', 'dana'), say(id, 'deny', 'eve')])
    expect([one.status, other.status]).toEqual([200, 409])
    expect(other.body.error).toMatchObject({
      code: 'OUT_APPROVAL_DECIDED',
      message: expect.stringContaining('by dana'),
    })
    expect(await say(id, 'approve', 'eve')).toMatchObject({ status: 200, body: { by: 'dana' } })
  })

  test('comes too late after the time', async () => {
    const id = await ask('a')
    at += 60_000
    expect(await say(id, 'approve')).toMatchObject({ status: 409, body: { error: { code: 'OUT_APPROVAL_DECIDED' } } })
    expect((await running.get(`/api/approvals/${id}`)).body).toMatchObject({ state: 'expired', call: 'refused' })
  })

  test.each([
    ['POST', '/api/approvals/apr_1/approve'],
    ['GET', '/api/approvals/apr_1'],
    ['GET', '/v1/gate/approvals/apr_1?wait=0'],
  ])('%s %s: 404 for what nobody asked', async (method, path) => {
    const answer = method === 'POST' ? await running.post(path, {}) : await running.get(path)
    expect(answer).toMatchObject({ status: 404, body: { error: { code: 'OUT_APPROVAL_UNKNOWN', field: 'id' } } })
  })

  test.each(['state=maybe', 'limit=0', 'limit=9999', 'sort=up'])('?%s is 400', async (query) => {
    const answer = await running.get(`/api/approvals?${query}`)
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: 'OUT_QUERY_INVALID', field: query.split('=')[0] } },
    })
  })

  test('is heard by who waits for it', async () => {
    const id = await ask('a')
    const waiting = running.get(`/v1/gate/approvals/${id}?wait=60`)
    expect((await running.get(`/v1/gate/approvals/${id}`)).body).toMatchObject({ state: 'pending' })
    await say(id, 'deny')
    expect((await waiting).body).toMatchObject({ id, state: 'denied', by: 'dana', reason: 'because' })
  })

  test('is heard also when another collector took it', async () => {
    const id = await ask('a')
    const waiting = running.get(`/v1/gate/approvals/${id}?wait=60`)
    const pending = (await running.ledger.approval(id)) ?? expect.fail('it is not there')
    await running.ledger.putApproval(pending, { ...pending, state: 'denied', by: 'eve', decidedAt: at })
    expect((await waiting).body).toMatchObject({ id, state: 'denied', by: 'eve' })
  })

  test('is audited, a span of the run, and beside the decision', async () => {
    const id = await ask('a')
    at += 30_000
    await say(id, 'approve')
    const late = await ask('b')
    at += 60_000
    await expect.poll(() => running.told.filter(({ name }) => name === 'approval').length).toBe(2)
    expect(running.told.find(({ attributes }) => attributes['outrider.approval.id'] === id)).toMatchObject({
      ...{ traceId, kind: 'gate', operation: 'approve', agent: 'desk', durationNs: 30_000_000_000n },
      attributes: { 'outrider.approval.state': 'approved', 'outrider.approval.by': 'dana' },
    })
    const { entries } = (await running.get('/api/audit')).body
    expect(entries).toMatchObject([
      { action: 'approval.expired', target: late, by: 'clock' },
      { action: 'approval.approved', target: id, by: 'dana', reason: 'because' },
    ])
    const { decisions } = (await running.get('/api/decisions')).body
    expect(decisions.map(({ id: call, approval }: typeof entries) => [call, approval.state])).toEqual([
      ['b', 'expired'],
      ['a', 'approved'],
    ])
    expect(await running.metrics()).toMatch(/approvals_decided_total\{[^}]*state="approved"[^}]*\} 1/)
  })
})

test('what a guard asks about is asked of a person, and read again before it may happen', async () => {
  await running.close()
  await start('guards: { packs: [baseline], tools: { ask: [mail*], redact: true, deny: [mail_all] } }')
  const mail = { kind: 'tool', traceId, agent: 'desk', tool: { name: 'mail', args: { to: 'bob@acme.com' } } }
  const asked = await check({ id: 'a', ...mail })
  expect(asked).toMatchObject({ decision: 'ask', holdId: null, approval: { id: expect.stringMatching(/^apr_/) } })
  await say(asked.approval.id, 'approve')
  const allowed = await check({ id: asked.approval.id, ...mail })
  expect(allowed).toMatchObject({ decision: 'redact', holdId: asked.approval.id })
  expect(JSON.stringify(allowed.input)).not.toContain('bob@acme.com')
  const denied = await check({ id: 'b', ...mail, tool: { name: 'mail_all' } })
  expect(denied).toMatchObject({ decision: 'deny', reasons: [{ code: 'TOOL_DENIED' }] })
})

test('tenants see and decide their own', async () => {
  await running.close()
  const keys = ['acme', 'evil', null].map((tenant) => ({ ...keyFromSecret(`${tenant}-secret-secret-secret`), tenant }))
  await start(rules, { keys })
  const [acme, evil, all] = ['acme', 'evil', null].map((tenant) => `${tenant}-secret-secret-secret`)
  const { approval } = await check({ id: 'a', ...refund }, acme)
  expect(await say(approval.id, 'approve', 'eve', evil)).toMatchObject({ status: 404 })
  expect((await running.get('/api/approvals', evil)).body).toEqual({ approvals: [] })
  expect((await running.get('/api/approvals', acme)).body.approvals).toHaveLength(1)
  expect(await say(approval.id, 'approve', 'dana', all)).toMatchObject({ status: 200 })
  expect(await check({ id: approval.id, ...refund }, evil)).toMatchObject({ decision: 'ask' })
  expect(await check({ id: approval.id, ...refund }, acme)).toMatchObject({ decision: 'allow' })
})

test('the stream tells the question and the word on it, to its tenant', async () => {
  await running.close()
  const keys = ['acme', 'evil'].map((tenant) => ({ ...keyFromSecret(`${tenant}-secret-secret-secret`), tenant }))
  await start(rules, { keys })
  const [acme, evil] = ['acme', 'evil'].map((tenant) => `${tenant}-secret-secret-secret`)
  const url = `${await running.app.listen({ port: 0, host: '127.0.0.1' })}/v1/gate/stream`
  const [mine, theirs] = [
    await openEvents(url, { authorization: `Bearer ${acme}` }),
    await openEvents(url, { authorization: `Bearer ${evil}` }),
  ]
  for (const events of [mine, theirs]) expect(await events.next()).toMatchObject({ event: 'policy' })
  const { approval } = await check({ id: 'a', ...refund }, acme)
  await say(approval.id, 'approve', 'dana', acme)
  await running.put('/api/switches/agent/desk', { by: 'eve' }, evil)
  for (const state of ['pending', 'approved'])
    expect(await mine.next()).toMatchObject({ event: 'approval', data: { id: approval.id, state, traceId } })
  expect(await theirs.next()).toMatchObject({ event: 'switch' })
  for (const events of [mine, theirs]) events.close()
})
