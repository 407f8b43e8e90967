/** Prometheus' own checker reads `/metrics`. Needs Debian's package `prometheus`; says so when it is not there. */
import { spawnSync } from 'node:child_process'
import { afterAll, expect, it } from 'vitest'
import { aDataDir, startCollector } from './collector.ts'
import { modelCall, newSpanId, newTraceId, postSpans } from './otlp.ts'

const found = spawnSync('promtool', ['--version']).status === 0
const required = process.env.OUTRIDER_TEST_PEERS === 'required'
const data = aDataDir()
afterAll(() => data.remove())

it.runIf(found || required)('promtool finds nothing wrong with /metrics', async () => {
  const running = await startCollector({ OUTRIDER_DATA_DIR: data.dir })
  try {
    const hostile = { 'gen_ai.agent.name': 'a"b\\c\nd', 'gen_ai.operation.name': 'invoke_agent' }
    const traceId = newTraceId()
    await postSpans(running.url, [
      { traceId, spanId: newSpanId(), attributes: modelCall() },
      { traceId, spanId: newSpanId(), attributes: hostile },
    ])
    const input = await (await fetch(`${running.url}/metrics`)).text()
    const checked = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' })
    expect(checked.stderr + checked.stdout).toBe('')
    expect(checked.status).toBe(0)
  } finally {
    await running.stop()
  }
})

// said, and not counted as passed
if (!found && !required) it.skip('promtool is not installed: /metrics is not checked by it', () => {})
