/** Counted once, priced, judged: through the real process, however the spans arrive. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aDataDir, getRun, type Running, startCollector } from './collector.ts'
import { modelCall, newSpanId, newTraceId, postSpans, type TestSpan } from './otlp.ts'
import { outrider } from './outrider.ts'

const data = aDataDir()
const config = join(data.dir, 'outrider.yaml')
const env = { OUTRIDER_DATA_DIR: data.dir, OUTRIDER_CONFIG: config }
let running: Running
beforeAll(async () => {
  writeFileSync(config, 'prices: [{ model: acme-1, inputUsdPerMTok: 1, outputUsdPerMTok: 2 }]\n')
  running = await startCollector(env)
})
afterAll(async () => {
  await running?.stop('SIGKILL')
  data.remove()
})

const get = async (path: string) => {
  const answer = await fetch(`${running.url}${path}`)
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}
const post = async (path: string, body: unknown) => {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${running.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}
const send = async (spans: readonly TestSpan[]) => expect((await postSpans(running.url, spans)).status).toBe(200)

/** An agent that calls a model through two instrumentations, three times; the agent tells the sum of it all. */
function twiceTold(): TestSpan[] {
  const traceId = newTraceId()
  const agent = newSpanId()
  const at = Date.now()
  const calls = [100, 200, 300].flatMap((tokens, n) => {
    const outer = newSpanId()
    const usage = modelCall({ 'gen_ai.usage.input_tokens': tokens })
    const common = { traceId, startMs: at + n }
    return [
      { ...common, spanId: outer, parentSpanId: agent, name: 'outer', attributes: usage },
      { ...common, spanId: newSpanId(), parentSpanId: outer, name: 'inner', attributes: usage },
    ]
  })
  const sum = { ...modelCall({ 'gen_ai.usage.input_tokens': 600 }), 'gen_ai.operation.name': 'invoke_agent' }
  return [{ traceId, spanId: agent, name: 'invoke_agent triage', startMs: at - 1, attributes: sum }, ...calls]
}

/** What a run adds up to: equal however it arrived. */
const totals = (run: Readonly<Record<string, unknown>>) => {
  const { traceId: _id, startTime: _at, ...rest } = run
  return rest
}

async function listed(traceId: string) {
  const { body } = await get(`/api/runs?q=${traceId}`)
  return (body.runs as Record<string, unknown>[])[0]
}

describe('a run counts once', () => {
  it.each<[string, (spans: TestSpan[]) => TestSpan[][]]>([
    ['at once', (spans) => [spans]],
    ['outer spans first, each alone', (spans) => spans.map((span) => [span])],
    ['inner spans first, each alone', (spans) => spans.toReversed().map((span) => [span])],
    [
      'outer spans before all inner ones',
      (spans) => [spans.filter(({ name }) => name !== 'inner'), spans.filter(({ name }) => name === 'inner')],
    ],
    ['agent last', (spans) => [spans.slice(1, 4), spans.slice(4), spans.slice(0, 1)]],
    ['twice', (spans) => [spans, spans.toReversed(), spans.slice(2, 5)]],
    ['each alone and then all again', (spans) => [...spans.map((span) => [span]), spans]],
  ])('%s', async (_name, split) => {
    const spans = twiceTold()
    for (const request of split(spans)) await send(request)
    const traceId = spans[0]!.traceId
    const { run, spans: shown } = await getRun(running.url, traceId)
    expect(run).toMatchObject({ spanCount: 7, llmCalls: 3, inputTokens: 600, outputTokens: 60 })
    expect(shown.filter(({ counted, kind }) => counted && kind === 'llm').map(({ name }) => name)).toEqual(
      Array(3).fill('inner'),
    )
    const { scores, ...detail } = run
    expect([await listed(traceId), scores]).toEqual([detail, []])
    const spent = await get('/api/spend?by=workflow')
    expect(spent.status).toBe(200)
  })

  it('and all of them spend as much as the same spans in perfect order', async () => {
    const runs = (await get('/api/runs?limit=500')).body.runs as Record<string, unknown>[]
    const first = totals(runs[0]!)
    for (const run of runs) expect(totals(run)).toEqual(first)
    const { rows, totalUsd } = (await get('/api/spend?by=model')).body as Record<string, unknown>
    expect(rows).toMatchObject([
      { key: 'gpt-4o-mini-2024-07-18', calls: 3 * runs.length, inputTokens: 600 * runs.length },
    ])
    expect(totalUsd).toBeCloseTo((runs[0]!.costUsd as number) * runs.length, 9)
    const metrics = await (await fetch(`${running.url}/metrics`)).text()
    const input = metrics.matchAll(/^outrider_tokens_total\{.*type="input".*\} (\d+)$/gm)
    expect([...input].reduce((sum, [, value]) => sum + Number(value), 0)).toBe(600 * runs.length)
  })

  it('when requests race each other', async () => {
    const spans = twiceTold()
    await Promise.all([...spans, ...spans.toReversed()].map((span) => send([span])))
    const { run } = await getRun(running.url, spans[0]!.traceId)
    expect(run).toMatchObject({ spanCount: 7, llmCalls: 3, inputTokens: 600 })
    expect(await listed(spans[0]!.traceId)).toMatchObject({ llmCalls: 3, inputTokens: 600 })
  })
})

it('a run that was told across a restart is right when it is read, in the list too', async () => {
  const spans = twiceTold()
  const { traceId } = spans[0]!
  await send(spans.filter(({ name }) => name === 'inner'))
  await running.stop('SIGTERM')
  running = await startCollector(env)
  await send(spans.filter(({ name }) => name !== 'inner'))
  for (const _time of ['first', 'again']) {
    const { run, spans: shown } = await getRun(running.url, traceId)
    expect(run).toMatchObject({ spanCount: 7, llmCalls: 3, inputTokens: 600 })
    expect(shown.filter(({ counted, kind }) => counted && kind === 'llm')).toHaveLength(3)
    expect(await listed(traceId)).toMatchObject({ llmCalls: 3, inputTokens: 600 })
  }
})

describe('scores and outcomes', () => {
  it('are shown on run and span, also when they came first, and the examples of /docs work', async () => {
    const docs = (await get('/docs')).body as {
      paths: Record<string, { post: { requestBody: { content: never } } }>
    } & object
    const bodyOf = (path: string) => {
      const content = docs.paths[path]!.post.requestBody.content as Record<string, { schema: { anyOf: Properties[] } }>
      return exampleOf(content['application/json']!.schema.anyOf[0]!)
    }
    const score = bodyOf('/api/scores') as { traceId: string; spanId: string; value: number }
    const outcome = bodyOf('/api/outcomes') as { outcome: string }
    expect((await post('/api/scores', score)).body).toEqual({ stored: 1 })
    expect((await post('/api/scores', [score, { ...score, spanId: undefined, value: 0.25 }])).body).toEqual({
      stored: 2,
    })
    expect((await post('/api/outcomes', outcome)).body).toEqual({ stored: 1 })
    await send([{ traceId: score.traceId, spanId: score.spanId, attributes: modelCall() }])
    const { run, spans } = await getRun(running.url, score.traceId)
    expect(run).toMatchObject({ score: 0.25, outcome: outcome.outcome, scores: [{ name: 'helpfulness', value: 0.25 }] })
    expect(spans[0]).toMatchObject({ score: score.value, scores: [{ label: 'good', source: 'llm-judge' }] })
    expect(await listed(score.traceId)).toMatchObject({ score: 0.25, outcome: outcome.outcome })
  })

  it.each([
    ['/api/scores', null, 'body'],
    ['/api/scores', {}, 'traceId'],
    ['/api/scores', { traceId: 'xyz', name: 'a', value: 1 }, 'traceId'],
    ['/api/scores', { traceId: 'a'.repeat(32), value: 1 }, 'name'],
    ['/api/scores', { traceId: 'a'.repeat(32), name: 'a', value: '1' }, 'value'],
    ['/api/scores', { traceId: 'a'.repeat(32), name: 'a', value: 1, spanId: 'b' }, 'spanId'],
    ['/api/scores', { traceId: 'a'.repeat(32), name: 'a', value: 1, colour: 'red' }, 'colour'],
    ['/api/scores', [{ traceId: 'a'.repeat(32), name: 'a', value: 1 }, { name: 'a' }], '[1].traceId'],
    ['/api/outcomes', { traceId: 'a'.repeat(32) }, 'outcome'],
    ['/api/outcomes', { traceId: 'a'.repeat(32), outcome: '' }, 'outcome'],
    ['/api/reprice', {}, 'since'],
    ['/api/reprice', { since: 'yesterday' }, 'since'],
    ['/api/reprice', { since: '2026-11-01', dryRun: 'yes' }, 'dryRun'],
    ['/api/reprice', { since: '2026-11-01', until: 1 }, 'until'],
  ])('%s refuses %j and names the field', async (path, body, field) => {
    const answer = await post(path, body)
    expect([answer.status, answer.body.error]).toMatchObject([400, { code: 'OUT_FIELD_INVALID', field }])
  })

  it('does not take what JSON makes infinite, and stores nothing of it', async () => {
    const body = `{"traceId":"${'c'.repeat(32)}","name":"a","value":1e999}`
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${running.url}/api/scores`, { method: 'POST', headers, body })
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { field: 'value' } }])
  })
})

describe('reprice', () => {
  const traceId = newTraceId()
  const call = (model: string, more: Readonly<Record<string, string | number>> = {}): TestSpan => {
    const both = { 'gen_ai.provider.name': 'acme', 'gen_ai.request.model': model, 'gen_ai.response.model': model }
    return {
      traceId,
      spanId: newSpanId(),
      attributes: modelCall({ ...both, 'gen_ai.usage.output_tokens': 0, ...more }),
    }
  }

  it('gives stored calls the price of a changed configuration, once, and leaves reported costs alone', async () => {
    await send([call('acme-1'), call('acme-2'), call('acme-3'), call('acme-1', { 'outrider.cost_usd': 5 })])
    const before = (await getRun(running.url, traceId)).run
    expect(before).toMatchObject({ costUsd: 5.0001, unpricedCalls: 2 })
    expect((await get('/api/spend')).body.unpriced).toMatchObject([
      { provider: 'acme', model: 'acme-2', calls: 1, inputTokens: 100 },
      { provider: 'acme', model: 'acme-3', calls: 1 },
    ])
    await running.stop('SIGTERM')
    const price = (model: string, usd: number) => `{ model: ${model}, inputUsdPerMTok: ${usd}, outputUsdPerMTok: 0 }`
    writeFileSync(config, `prices: [${price('acme-1', 3)}, ${price('acme-2', 10)}]\n`)
    running = await startCollector(env)
    const command = async (...more: string[]) => {
      const { code, out } = await outrider(['reprice', '--since', '1h', '--json', '--url', running.url, ...more])
      expect(code).toBe(0)
      return JSON.parse(out) as Record<string, number>
    }
    const dry = await command('--dry-run')
    expect(dry).toMatchObject({ changed: 2, unpriced: [{ provider: 'acme', model: 'acme-3', calls: 1 }] })
    expect(dry.afterUsd! - dry.beforeUsd!).toBeCloseTo(0.0012, 9)
    expect((await getRun(running.url, traceId)).run).toEqual(before)
    expect(await command()).toMatchObject({ looked: dry.looked, changed: 2, afterUsd: dry.afterUsd })
    const { run, spans } = await getRun(running.url, traceId)
    expect(run).toMatchObject({ costUsd: 5.0013, unpricedCalls: 1 })
    expect(spans.map(({ costSource }) => costSource).sort()).toEqual(['priced', 'priced', 'reported', 'unpriced'])
    expect(await listed(traceId)).toMatchObject({ costUsd: 5.0013, unpricedCalls: 1 })
    expect(await command()).toMatchObject({ changed: 0, beforeUsd: dry.afterUsd, afterUsd: dry.afterUsd })
  })

  it('says in the terminal what changed and what has no price', async () => {
    const { code, out, err } = await outrider(['reprice', '--since', '1h', '--url', running.url])
    expect(code).toBe(0)
    expect(out).toMatch(
      /^\d+ calls looked at, 0 changed\n\$.* before, \$.* after \(config:.*\)\nstill unpriced: acme-3 \(acme\), 1 call\n$/,
    )
    expect(err).toContain('prices:')
    expect((await outrider(['reprice', '--since', 'monday', '--url', running.url])).code).toBe(2)
    expect((await outrider(['reprice', '--url', running.url])).code).toBe(2)
  })
})

it('says which dialects arrive, what they lose, and counts what could not be read', async () => {
  const bad = modelCall({ 'gen_ai.usage.input_tokens': 'many' })
  await send([{ traceId: newTraceId(), spanId: newSpanId(), attributes: bad }])
  const { status, body } = await get('/api/dialects')
  expect(status).toBe(200)
  expect(body.dialects).toMatchObject([
    {
      dialect: 'otel-genai',
      scope: { name: 'test', version: '1' },
      unpricedCalls: 2,
      observed: [expect.stringContaining('no price')],
      warnings: [{ name: 'bad_number:gen_ai.usage.input_tokens', spans: 1 }],
    },
  ])
  const metrics = await (await fetch(`${running.url}/metrics`)).text()
  expect(metrics).toMatch(
    /^outrider_field_problems_total\{dialect="otel-genai",field="gen_ai\.usage\.input_tokens"[^}]*\} 1$/m,
  )
})

interface Properties {
  readonly properties: Readonly<
    Record<string, { readonly example?: unknown; readonly allOf?: readonly { example?: unknown }[] }>
  >
}

function exampleOf({ properties }: Properties): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).map(([name, { example }]) => [name, example]))
}
