/** Money and telemetry are one run: through the real process, its store and its command. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { aDataDir, failToStart, getRun, type Running, startCollector } from './collector.ts'
import { modelCall, newSpanId, newTraceId, postSpans } from './otlp.ts'
import { endAll, outrider } from './outrider.ts'

const data = aDataDir()
const config = join(data.dir, 'outrider.yaml')
const rules = (limitUsd: number, more = '') => {
  const each = '{ name: each, scope: user, match: { workflow: by-user }, limitUsd: 5 }'
  writeFileSync(config, `budgets: [ { name: cap, scope: run, limitUsd: ${limitUsd} }, ${each} ]\n${more}`)
}
let running: Running
beforeAll(async () => {
  rules(0.001)
  running = await startCollector({ OUTRIDER_DATA_DIR: data.dir, OUTRIDER_CONFIG: config })
})
afterAll(async () => {
  endAll()
  await running?.stop('SIGKILL')
  data.remove()
})

const post = async (path: string, body: unknown) => {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${running.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  return (await answer.json()) as Record<string, unknown>
}
const model = { kind: 'model', provider: 'openai', model: 'gpt-4o-mini', inputTokens: 1000, maxOutputTokens: 1000 }
// 0.00075 USD
const check = (id: string, traceId: string, rest = {}) => post('/v1/gate/check', { id, traceId, ...model, ...rest })
const listed = async (traceId: string) => {
  const answer = await fetch(`${running.url}/api/runs?q=${traceId}`)
  return ((await answer.json()) as { runs: Record<string, unknown>[] }).runs[0]
}
/** The run, once so many decisions are told as spans of it. */
const decided = (traceId: string, spans: number) => {
  return vi.waitFor(
    async () => {
      const run = await getRun(running.url, traceId)
      expect(run.spans.filter(({ kind }) => kind === 'gate')).toHaveLength(spans)
      return run as typeof run & { decisions: Record<string, unknown>[] }
    },
    { timeout: 20_000, interval: 100 },
  )
}

test.each(['before', 'after'])(
  'a refused call neither names nor fails its run, whose root comes %s it',
  async (when) => {
    const traceId = newTraceId()
    const [root, call] = [newSpanId(), newSpanId()]
    const attributes = { 'gen_ai.operation.name': 'invoke_workflow', 'gen_ai.workflow.name': 'refund-desk' }
    const span = { traceId, spanId: root, name: 'invoke_workflow refund-desk', attributes, durationMs: 1000 }
    const send = async () => expect((await postSpans(running.url, [span])).status).toBe(200)
    if (when === 'before') await send()
    await check(`a-${when}`, traceId, { agent: 'refunds', spanId: call, parentSpanId: root })
    await check(`b-${when}`, traceId)
    const alone = await decided(traceId, 2)
    expect(alone.run).toMatchObject(when === 'after' ? { name: null, rootSeen: false, errors: 0 } : { rootSeen: true })
    if (when === 'after') await send()
    const { run, decisions } = await getRun(running.url, traceId).then((answer) => answer as typeof alone)
    const whole = { name: span.name, workflow: 'refund-desk', rootSeen: true, errors: 0, status: run.status }
    expect(run).toMatchObject({ ...whole, stopReason: 'completed' })
    expect(await listed(traceId)).toMatchObject(whole)
    expect(decisions).toMatchObject([
      { id: `a-${when}`, decision: 'allow', state: 'open', heldUsd: 0.00075, agent: 'refunds', spanId: call },
      { id: `b-${when}`, decision: 'deny', state: 'refused', reasons: [{ rule: 'cap', code: 'BUDGET_EXCEEDED' }] },
    ])
    const shown = await outrider(['run', traceId], { OUTRIDER_URL: running.url })
    expect(shown.out).toContain('2 decisions · $0 spent · $0.00075 held · 1 refused')
    expect(shown.out).toContain('BUDGET_EXCEEDED: cap (run')
  },
)

test('spans of a client that never asks spend, and stop, a budget; told through two instrumentations they count once', async () => {
  const traceId = newTraceId()
  const [outer, inner] = [newSpanId(), newSpanId()]
  // 4,000 x 0.15 + 1,000 x 0.60 USD a million = 0.0012 USD
  const usage = modelCall({ 'gen_ai.usage.input_tokens': 4000, 'gen_ai.usage.output_tokens': 1000 })
  await postSpans(running.url, [{ traceId, spanId: inner, parentSpanId: outer, name: 'inner', attributes: usage }])
  await postSpans(running.url, [{ traceId, spanId: outer, name: 'outer', attributes: usage }])
  const budgets = (await (await fetch(`${running.url}/api/budgets`)).json()) as Record<string, unknown>[]
  expect(budgets.find(({ key }) => key === traceId)).toMatchObject({ spentUsd: 0.0012, ungovernedUsd: 0.0012 })
  expect(await check('late', traceId)).toMatchObject({
    decision: 'deny',
    reasons: [{ code: 'BUDGET_EXCEEDED' }, { code: 'SWITCH_TRIPPED' }],
  })
})

test('what a run’s root tells last decides whose money its calls spent', async () => {
  const traceId = newTraceId()
  const root = newSpanId()
  await postSpans(running.url, [{ traceId, spanId: newSpanId(), parentSpanId: root, attributes: modelCall() }])
  const attributes = {
    'gen_ai.operation.name': 'invoke_workflow',
    'gen_ai.workflow.name': 'by-user',
    'user.id': 'ann',
  }
  await postSpans(running.url, [{ traceId, spanId: root, name: 'invoke_workflow by-user', attributes }])
  await vi.waitFor(async () => {
    const budgets = (await (await fetch(`${running.url}/api/budgets`)).json()) as Record<string, unknown>[]
    // 100 x 0.15 + 20 x 0.60 USD a million
    expect(budgets.find(({ key }) => key === 'ann')).toMatchObject({ name: 'each', spentUsd: 0.000027 })
    expect(budgets.find(({ key }) => key === traceId)).toMatchObject({ name: 'cap', spentUsd: 0.000027 })
  })
})

test('new rules are in force without a gap, wrong ones never', async () => {
  const traceId = newTraceId()
  rules(-1)
  running.child.kill('SIGHUP')
  expect(await check('r1', traceId, { maxOutputTokens: 2000 })).toMatchObject({ decision: 'deny' })
  rules(1)
  running.child.kill('SIGHUP')
  await vi.waitFor(
    async () =>
      expect(await check(newSpanId(), newTraceId(), { maxOutputTokens: 2000 })).toMatchObject({ decision: 'allow' }),
    { timeout: 20_000, interval: 50 },
  )
})

test('a drill finds nothing granted after the stop, and leaves budgets as they were', async () => {
  const before = await (await fetch(`${running.url}/api/budgets`)).json()
  const env = { OUTRIDER_URL: running.url }
  const { code, out, err } = await outrider(['drill', '--json', '--rate', '100', '--seconds', '1'], env)
  expect(err).toBe('')
  expect(code).toBe(0)
  const report = JSON.parse(out) as { inFlight: { calls: number } } & Record<string, unknown>
  expect(report).toMatchObject({ grantedAfter: 0, heardMs: expect.any(Number) })
  expect(report.grantedBefore).toBeGreaterThan(0)
  expect(report.refusedAfter).toBeGreaterThan(0)
  expect(report.inFlight.calls).toBeGreaterThan(0)
  const after = (await (await fetch(`${running.url}/api/budgets`)).json()) as { spentUsd: number; key: string }[]
  expect(after.filter(({ spentUsd }) => spentUsd > 0)).toEqual(
    (before as typeof after).filter(({ spentUsd }) => spentUsd > 0),
  )
})

test('people stop and free from the terminal', async () => {
  const env = { OUTRIDER_URL: running.url }
  const held = await outrider(['hold', 'agent', 'refunds', '--reason', 'loops', '--by', 'dana'], env)
  expect(held).toMatchObject({ code: 0, out: 'agent/refunds is held: nothing of it is granted from now on.\n' })
  expect(await check('stopped', newTraceId(), { agent: 'refunds' })).toMatchObject({ decision: 'deny' })
  const listed = await outrider(['budgets'], env)
  expect(listed.out).toMatch(/cap +run/)
  expect(listed.out).toMatch(/agent\/refunds +held +dana +loops/)
  expect((await outrider(['free', 'agent', 'refunds'], env)).code).toBe(0)
  expect((await outrider(['free', 'agent', 'refunds'], env)).code).toBe(1)
  expect((await outrider(['hold', 'planet', 'x'], env)).code).toBe(1)
})

test('a ledger that can not be opened refuses the start, in words', async () => {
  const own = aDataDir()
  try {
    mkdirSync(join(own.dir, 'ledger.sqlite'))
    const { code, stderr } = await failToStart({ OUTRIDER_DATA_DIR: own.dir })
    expect(code).toBe(1)
    expect(stderr).toContain('OUT_LEDGER_UNAVAILABLE')
    expect(stderr).toContain('ledger.sqlite')
  } finally {
    own.remove()
  }
})
