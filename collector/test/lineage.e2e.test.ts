/** What several spans tell together is right in every figure at once, through the real process, across restarts. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aDataDir, getRun, type Running, startCollector } from './collector.ts'
import { newSpanId, newTraceId, postSpans, type TestSpan } from './otlp.ts'

const data = aDataDir()
const env = { OUTRIDER_DATA_DIR: data.dir }
let running: Running
beforeAll(async () => {
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
const send = async (spans: readonly TestSpan[]) => expect((await postSpans(running.url, spans)).status).toBe(200)

async function listed(traceId: string) {
  const { body } = await get(`/api/runs?q=${traceId}`)
  return (body.runs as Record<string, unknown>[])[0]
}

/** Tokens of one kind in `/metrics`, over all labels. */
async function metered(type: 'input' | 'output'): Promise<number> {
  const text = await (await fetch(`${running.url}/metrics`)).text()
  const values = text.matchAll(new RegExp(`^outrider_tokens_total\\{.*type="${type}".*\\} (\\d+)$`, 'gm'))
  return [...values].reduce((sum, [, value]) => sum + Number(value), 0)
}

async function spentBy(by: string, key: string | null) {
  const { rows } = (await get(`/api/spend?by=${by}`)).body as { rows: Record<string, unknown>[] }
  return rows.find((row) => row.key === key)
}

/** An agent's call: the inner telling knows its tokens, the outer one the rest, and the agent who asked. */
function toldInHalves(outerTrace?: string) {
  const traceId = newTraceId()
  const [agent, outer, inner] = [newSpanId(), newSpanId(), newSpanId()]
  const user = `user-${traceId}`
  const name = `agent-${traceId}`
  const spans: TestSpan[] = [
    {
      traceId,
      spanId: agent,
      name: 'invoke_agent',
      attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': name, 'user.id': user },
    },
    {
      traceId,
      spanId: outer,
      parentSpanId: agent,
      name: 'outer',
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-4o-mini',
        'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
        'gen_ai.response.id': traceId,
        'gen_ai.response.finish_reasons': '["length"]',
        'gen_ai.usage.cache_read.input_tokens': 400,
        'gen_ai.usage.reasoning.output_tokens': 20,
        'gen_ai.response.time_to_first_chunk': 0.25,
      },
    },
    {
      traceId: outerTrace ?? traceId,
      spanId: inner,
      ...(outerTrace === undefined ? { parentSpanId: outer } : {}),
      name: 'inner',
      scope: 'another',
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.response.id': traceId,
        'gen_ai.usage.input_tokens': 1000,
        'gen_ai.usage.output_tokens': 100,
      },
    },
  ]
  const startMs = Date.now()
  return { traceId, name, user, spans: spans.map((span) => ({ ...span, startMs })) }
}

describe('a call that two spans tell in halves counts once and whole', () => {
  const orders: [string, (spans: TestSpan[]) => TestSpan[][]][] = [
    ['at once', (spans) => [spans]],
    ['parents first', (spans) => spans.map((span) => [span])],
    ['children first', (spans) => spans.toReversed().map((span) => [span])],
    ['agent last', ([agent, ...rest]) => [rest, [agent!]]],
    ['all again', (spans) => [...spans.map((span) => [span]), spans.toReversed()]],
  ]
  // 600 of input at 0.15, 400 cached at 0.075, 100 of output at 0.6 dollars a million
  const whole = { llmCalls: 1, inputTokens: 1000, outputTokens: 100, cacheReadTokens: 400, reasoningTokens: 20 }
  const costUsd = 0.00018

  for (const where of ['in one trace', 'in two traces'])
    it.each(orders)(`${where}, %s`, async (_name, split) => {
      const before = await metered('input')
      const { traceId, name, user, spans } = toldInHalves(where === 'in one trace' ? undefined : newTraceId())
      for (const request of split(spans)) await send(request)
      // nobody has opened it
      expect(await listed(traceId)).toMatchObject({ ...whole, costUsd, agents: [name], userId: user })
      expect(await spentBy('agent', name)).toMatchObject({ calls: 1, inputTokens: 1000, costUsd })
      expect(await spentBy('user', user)).toMatchObject({ calls: 1, costUsd })
      expect(((await get(`/api/runs?agent=${name}`)).body.runs as unknown[]).length).toBe(1)
      expect(await metered('input')).toBe(before + 1000)
      const { run, spans: shown } = await getRun(running.url, traceId)
      expect(run).toMatchObject({ ...whole, costUsd })
      const counted = shown.filter((span) => span.counted && span.kind === 'llm')
      expect(counted).toMatchObject([
        {
          agent: name,
          provider: 'openai',
          responseModel: 'gpt-4o-mini-2024-07-18',
          finishReason: 'length',
          ttftMs: 250,
          said: { agent: null },
        },
      ])
      // what each span said is there
      const { attributes } = shown.find((span) => span.name === 'outer')!
      expect(attributes).toMatchObject({ 'gen_ai.usage.cache_read.input_tokens': 400 })
      expect(attributes).not.toHaveProperty(['gen_ai.usage.input_tokens'])
      expect(await listed(traceId)).toMatchObject({ ...whole, costUsd })
    })
})

it.each<[string, (spans: TestSpan[]) => [TestSpan[], TestSpan[]]]>([
  ['children before', (spans) => [spans.slice(1).toReversed(), spans.slice(0, 1)]],
  ['outer before, inner after', (spans) => [spans.slice(0, 2), spans.slice(2)]],
  ['inner before, the rest after', (spans) => [spans.slice(2), spans.slice(0, 2)]],
])('runs told across a restart are right without being opened: %s', async (_name, split) => {
  const calls = [toldInHalves(), toldInHalves(newTraceId())]
  const start = await metered('input')
  for (const { spans } of calls) await send(split(spans)[0])
  const told = (await metered('input')) - start
  await running.stop('SIGTERM')
  running = await startCollector(env)
  for (const { traceId, name, spans } of calls) {
    await send(split(spans)[1])
    expect(await listed(traceId)).toMatchObject({
      llmCalls: 1,
      inputTokens: 1000,
      cacheReadTokens: 400,
      agents: [name],
    })
    expect(await spentBy('agent', name)).toMatchObject({ calls: 1, inputTokens: 1000 })
  }
  expect(told + (await metered('input'))).toBe(2000)
})
