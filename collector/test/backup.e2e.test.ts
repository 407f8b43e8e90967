/** The way that deploy/README.md names: stop, copy the directory, start. Runs, money and switches are those of before. */
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { aDataDir, getRun, type Running, startCollector } from './collector.ts'
import { modelCall, newSpanId, newTraceId, postSpans } from './otlp.ts'

const data = aDataDir()
const backup = aDataDir()
let running: Running | undefined
afterEach(async () => {
  await running?.stop('SIGKILL')
  data.remove()
  backup.remove()
})

it('a copy of a stopped collector’s directory is the collector', async () => {
  const config = join(backup.dir, 'outrider.yaml')
  writeFileSync(config, 'budgets: [{ name: cap, scope: global, limitUsd: 1 }]\n')
  const start = (dir: string) => startCollector({ OUTRIDER_DATA_DIR: dir, OUTRIDER_CONFIG: config })
  const send = async (method: string, path: string, body: unknown) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${running!.url}${path}`, { method, headers, body: JSON.stringify(body) })
    expect(answer.status).toBe(200)
    return answer.json()
  }
  const all = async (traceId: string) => ({
    run: await getRun(running!.url, traceId),
    budgets: (await (await fetch(`${running!.url}/api/budgets`)).json()) as readonly { spentUsd: number }[],
    switches: await (await fetch(`${running!.url}/api/switches`)).json(),
  })

  running = await start(data.dir)
  const traceId = newTraceId()
  await postSpans(running.url, [{ traceId, spanId: newSpanId(), attributes: modelCall() }])
  const call = {
    traceId: newTraceId(),
    kind: 'model',
    agent: 'a',
    provider: 'openai',
    model: 'gpt-4o-mini',
    inputTokens: 1000,
  }
  const asked = await send('POST', '/v1/gate/check', { id: 'call-1', ...call, maxOutputTokens: 100 })
  expect(asked).toMatchObject({ decision: 'allow' })
  await send('POST', '/v1/gate/settle', {
    holdId: 'call-1',
    usage: { inputTokens: 900, outputTokens: 50 },
    status: 'ok',
  })
  await send('PUT', '/api/switches/agent/refunds', { reason: 'month end', by: 'ops' })
  const before = await all(traceId)
  expect(before.budgets[0]!.spentUsd).toBeGreaterThan(0)
  expect(await running.stop('SIGTERM')).toBe(0)

  const copy = join(backup.dir, 'data')
  cpSync(data.dir, copy, { recursive: true })
  running = await start(copy)
  expect(await all(traceId)).toEqual(before)
})
