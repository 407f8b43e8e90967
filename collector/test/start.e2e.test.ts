/** The process: one line when ready, one line and an exit code when not, nothing lost and nothing damaged. */
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { aDataDir, failToStart, getRun, type Running, startCollector } from './collector.ts'
import { modelCall, newSpanId, newTraceId, postSpans } from './otlp.ts'

const data = aDataDir()
const env = { OUTRIDER_DATA_DIR: data.dir }
let running: Running | undefined
afterEach(async () => {
  await running?.stop('SIGKILL')
  running = undefined
})
afterAll(() => data.remove())

describe('a collector', () => {
  it('starts, takes spans, shows the run, stops with 0, and shows it again after a restart', async () => {
    running = await startCollector(env)
    expect((await fetch(`${running.url}/readyz`)).status).toBe(200)
    const traceId = newTraceId()
    const stored = await postSpans(running.url, [{ traceId, spanId: newSpanId(), attributes: modelCall() }])
    expect(stored.status).toBe(200)
    const before = await getRun(running.url, traceId)
    expect(before.run).toMatchObject({ traceId, llmCalls: 1, inputTokens: 100, outputTokens: 20, costUsd: 0.000027 })
    expect(await running.stop('SIGTERM')).toBe(0)

    running = await startCollector(env)
    expect(await getRun(running.url, traceId)).toEqual(before)
  })

  it('shows the same run after kill -9', async () => {
    running = await startCollector(env)
    const traceId = newTraceId()
    await postSpans(running.url, [{ traceId, spanId: newSpanId(), attributes: modelCall() }])
    await running.stop('SIGKILL')
    running = await startCollector(env)
    const { run } = await getRun(running.url, traceId)
    expect(run).toMatchObject({ traceId, spanCount: 1 })
  })

  it('tells its own health', async () => {
    running = await startCollector(env)
    await postSpans(running.url, [{ traceId: newTraceId(), spanId: newSpanId(), attributes: modelCall() }])
    const text = await (await fetch(`${running.url}/metrics`)).text()
    expect(text).toMatch(/^outrider_spans_received_total 1$/m)
    expect(text).toMatch(/^outrider_spans_stored_total 1$/m)
    expect(text).toMatch(/^outrider_calls_total\{[^}]*model="gpt-4o-mini-2024-07-18"[^}]*\} 1$/m)
    expect(text).toMatch(/^outrider_queue_spans 0$/m)
  })
})

describe('a collector that cannot start says one clear thing', () => {
  it('when the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as { port: number }
    const failed = await failToStart({ ...env, OUTRIDER_PORT: String(port) })
    other.close()
    expect(failed.code).toBe(1)
    expect(failed.stderr).toContain('OUT_PORT_TAKEN')
    expect(failed.stderr).toContain('OUTRIDER_PORT')
  })

  it('when another process owns the data, which goes on unharmed', async () => {
    running = await startCollector(env)
    const failed = await failToStart(env)
    expect(failed.code).toBe(1)
    expect(failed.stderr).toContain('OUT_DATA_LOCKED')
    expect((await fetch(`${running.url}/readyz`)).status).toBe(200)
  })

  it('when the configuration is wrong: every problem, with its line', async () => {
    const file = join(data.dir, 'bad.yaml')
    writeFileSync(file, 'content: everything\nretention: { days: 0 }\n')
    const failed = await failToStart({ ...env, OUTRIDER_CONFIG: file })
    expect(failed.code).toBe(3)
    expect(failed.stderr).toContain(`${file}:1: content`)
    expect(failed.stderr).toContain(`${file}:2: retention.days`)
  })

  it('when everybody could reach it and there are no keys', async () => {
    const failed = await failToStart({ ...env, OUTRIDER_HOST: '0.0.0.0' })
    expect(failed.code).toBe(3)
    expect(failed.stderr).toContain('OUTRIDER_API_KEY')
  })
})
