/** Two collectors on one store: one evaluates and tells, the other takes over where it goes away. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Engine, startEngine } from '../src/engine/engine.ts'
import { aDataDir, type Running, startCollector } from './collector.ts'
import { modelCall, newSpanId, newTraceId, postSpans } from './otlp.ts'
import { startReceiver } from './receiver.ts'

interface Notice {
  readonly data: { readonly alerts: readonly { readonly rule: string; readonly identity: string }[] }
}

const serverData = aDataDir()
const places = [aDataDir(), aDataDir()] as const
const hooks = [await startReceiver<Notice>(), await startReceiver<Notice>()] as const
const running: Running[] = []
let engine: Engine

beforeAll(async () => {
  engine = await startEngine({ dir: serverData.dir })
})
afterAll(async () => {
  for (const one of running) await one.stop()
  for (const hook of hooks) hook.close()
  await engine.close()
  for (const place of [serverData, ...places]) place.remove()
})

async function start(which: 0 | 1): Promise<Running> {
  const config = join(places[which].dir, 'outrider.yaml')
  writeFileSync(
    config,
    `alerts: { notify: [{ type: webhook, url: "${hooks[which].url}", allowPrivate: true, groupWaitMinutes: 0 }] }\n`,
  )
  const one = await startCollector({
    OUTRIDER_CONFIG: config,
    OUTRIDER_DATA_DIR: places[which].dir,
    CLICKHOUSE_URL: `http://writer:${engine.password}@127.0.0.1:${new URL(engine.url).port}/outrider`,
  })
  running[which] = one
  return one
}
const evaluates = async ({ url }: Running) => {
  const text = await (await fetch(`${url}/metrics`)).text()
  return /^outrider_alerts_evaluating 1$/m.test(text)
}
const open = async ({ url }: Running) => {
  const { open: found } = (await (await fetch(`${url}/api/alerts`)).json()) as { open: { rule: string }[] }
  return found.map(({ rule }) => rule)
}

it('one of them tells, and the other goes on where it left', async () => {
  const first = await start(0)
  await expect.poll(() => evaluates(first), { timeout: 60_000 }).toBe(true)
  const second = await start(1)

  // a loop, seen by the one that does not evaluate
  const traceId = newTraceId()
  const call = modelCall({ 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'search' })
  const same = {
    'gen_ai.tool.call.arguments': '{"q":1}',
    'gen_ai.tool.call.result': '[]',
    'gen_ai.agent.name': 'looper',
  }
  await postSpans(
    second.url,
    Array.from({ length: 6 }, () => ({ traceId, spanId: newSpanId(), attributes: { ...call, ...same } })),
  )
  const told = await hooks[0].until(() => true)
  expect(told.data.alerts).toMatchObject([{ rule: 'loop' }])
  expect(hooks[1].heard).toEqual([])
  expect(await evaluates(second)).toBe(false)
  expect(await open(second)).toEqual(['loop'])

  await first.stop()
  const again = await hooks[1].until(() => true)
  expect(again.data.alerts.map(({ identity }) => identity)).toEqual(told.data.alerts.map(({ identity }) => identity))
  expect(await evaluates(second)).toBe(true)

  // the one that was there first stands behind now
  const back = await start(0)
  await expect.poll(() => open(back), { timeout: 60_000 }).toEqual(['loop'])
  expect([await evaluates(back), await evaluates(second)]).toEqual([false, true])
  expect(hooks[0].heard).toHaveLength(1)
}, 180_000)
