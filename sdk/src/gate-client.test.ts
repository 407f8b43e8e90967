/** D11: whatever the collector does, guarded work gets an answer in time, and the answer is the one that was chosen. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DENIED, type GateStub, startGate } from '../test/gate-stub.ts'
import { createGateClient } from './gate-client.ts'
import { type Handle, outrider } from './index.ts'

const call = { model: 'gpt-4o', input: 'x' }
const seen: unknown[] = []
const onRejection = (reason: unknown) => seen.push(reason)
let gate: GateStub
let handle: Handle | undefined

beforeEach(async () => {
  gate = await startGate()
  process.on('unhandledRejection', onRejection)
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})
afterEach(async () => {
  await handle?.shutdown()
  handle = undefined
  await gate[Symbol.asyncDispose]()
  process.off('unhandledRejection', onRejection)
  vi.restoreAllMocks()
  expect(seen.splice(0)).toEqual([])
})

const start = (collector: string, onUnavailable: 'allow' | 'deny' | undefined, gateTimeoutMs = 150) => {
  handle = outrider.start({ service: 'd11', collector, onUnavailable, gateTimeoutMs })
  return handle
}

describe.each(['allow', 'deny'] as const)('onUnavailable: %s', (choice) => {
  const expectChoice = async (retryable: boolean) => {
    const ran = outrider.guard(call, ({ verdict, maxOutputTokens }) => ({ verdict, maxOutputTokens }))
    const reason = { rule: 'gate', code: 'GATE_UNAVAILABLE', retryable }
    if (choice === 'allow')
      expect((await ran).verdict).toMatchObject({ decision: 'allow', holdId: null, reasons: [reason] })
    else await expect(ran).rejects.toMatchObject({ code: 'GATE_UNAVAILABLE', retryable, reasons: [reason] })
  }

  it.each([
    ['hangs', 'hangs', true],
    ['resets', 'resets', true],
    ['is overloaded', { status: 503 }, true],
    ['fails', { status: 500 }, true],
    ['talks nonsense', 'nonsense', false],
    ['answers another question', { status: 200, body: { hello: 1 } }, false],
    ['knows no gate', { status: 404 }, false],
    ['wants a key', { status: 401 }, false],
    ['does not understand', { status: 400, body: { error: { code: 'OUT_CALL_INVALID', field: 'model' } } }, false],
  ] as const)('the collector %s', async (_, manner, retryable) => {
    start(gate.url, choice)
    gate.answer = () => manner
    await expectChoice(retryable)
  })

  it('the collector is absent', async () => {
    start('http://127.0.0.1:1', choice)
    await expectChoice(true)
  })

  it('the address is none', async () => {
    start('not an address', choice)
    await expectChoice(false)
  })

  it('after the shutdown', async () => {
    await start(gate.url, choice).shutdown()
    await expectChoice(false)
    expect(gate.checks).toEqual([])
  })

  it('delegations and raw checks follow it too', async () => {
    start('http://127.0.0.1:1', choice)
    const verdict = await outrider.gate.check({ kind: 'tool', tool: { name: 't' } })
    expect(verdict).toMatchObject({ decision: choice, reasons: [{ code: 'GATE_UNAVAILABLE' }] })
    const ran = outrider.run('w', () => outrider.agent('a', { budgetUsd: 1 }, () => outrider.guard(call, () => 'ran')))
    if (choice === 'allow') expect(await ran).toBe('ran')
    else await expect(ran).rejects.toMatchObject({ code: 'GATE_UNAVAILABLE' })
  })
})

describe('nothing chosen', () => {
  const missing = { name: 'SettingError', code: 'OUT_SETTING_MISSING', field: 'onUnavailable' }

  it('stops the first call of budgeted work, in words, and nothing else', async () => {
    start(gate.url, undefined)
    const guarded = () => outrider.guard(call, () => 1)
    await expect(outrider.run('w', { budgetUsd: 1 }, guarded)).rejects.toMatchObject(missing)
    await expect(outrider.run('w', () => outrider.agent('a', { budgetUsd: 1 }, guarded))).rejects.toMatchObject(missing)
    expect(gate.checks).toEqual([])
    expect(outrider.run('w', { budgetUsd: 1 }, () => outrider.model('m', () => 2))).toBe(2)
    expect(await guarded()).toBe(1)
  })

  it('stops other guarded calls when it is missing: when nobody answers', async () => {
    start('http://127.0.0.1:1', undefined)
    await expect(outrider.guard(call, () => 1)).rejects.toMatchObject(missing)
    await expect(outrider.gate.check({ kind: 'model' })).rejects.toMatchObject(missing)
  })

  it('is nobody’s concern before start', async () => {
    await start(gate.url, undefined).shutdown()
    expect(outrider.run('w', { budgetUsd: 1 }, () => 1)).toBe(1)
    expect(await outrider.guard(call, ({ model }) => model)).toBe('gpt-4o')
  })

  it('a word that is no choice was meant to be careful', async () => {
    start('http://127.0.0.1:1', 'maybe' as 'deny')
    await expect(outrider.guard(call, () => 1)).rejects.toMatchObject({ code: 'GATE_UNAVAILABLE' })
  })

  it.each([Number.NaN, -1, '1'])('a budget of %s is told, not ignored', async (budgetUsd) => {
    start(gate.url, 'allow')
    const options = { budgetUsd: budgetUsd as number }
    const wrong = { name: 'SettingError', code: 'OUT_SETTING_INVALID', field: 'budgetUsd' }
    const guarded = () => outrider.guard(call, () => 1)
    await expect(outrider.run('w', options, guarded)).rejects.toMatchObject(wrong)
    await expect(outrider.run('w', () => outrider.agent('a', options, guarded))).rejects.toMatchObject(wrong)
    expect(gate.checks).toEqual([])
  })
})

it('rides out a restart: the same question until there is an answer', async () => {
  start(gate.url, 'deny', 5000)
  gate.answer = () => (gate.checks.length < 3 ? { status: 503 } : { decision: 'allow' })
  expect(await outrider.guard(call, () => 'ran')).toBe('ran')
  expect(new Set(gate.checks.map(({ id }) => id)).size).toBe(1)
  expect(gate.checks).toHaveLength(3)
})

it('a denial that was heard is not asked again', async () => {
  start(gate.url, 'deny', 5000)
  gate.answer = () => DENIED
  await expect(outrider.guard(call, () => {})).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' })
  expect(gate.checks).toHaveLength(1)
})

it('waits for a collector that hangs once, not at every call', async () => {
  gate.answer = () => 'hangs'
  const client = createGateClient({ base: gate.url, headers: {} }, { answerMillis: 100 })
  const check = (id: string) => client.check({ id, traceId: 'a'.repeat(32), kind: 'model' })
  expect(await check('1')).toMatchObject({ kind: 'unavailable' })
  for (const id of ['2', '3', '4']) expect(await check(id)).toMatchObject({ kind: 'unavailable', retryable: true })
  expect(gate.checks.map(({ id }) => id)).toEqual(['1'])
})

it('gives back what may have been held without its hearing of it', async () => {
  start(gate.url, 'deny')
  gate.answer = () => 'hangs'
  await expect(outrider.guard(call, () => {})).rejects.toMatchObject({ code: 'GATE_UNAVAILABLE' })
  await gate.reached('releases', 1)
  expect(gate.releases).toEqual([{ holdId: gate.checks[0]?.id }])
})
