/** With `CLICKHOUSE_URL`: the same collector over a server, which goes away and comes back. */
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Engine, startEngine } from '../src/engine/engine.ts'
import { aDataDir, getRun, type Running, startCollector } from './collector.ts'
import { modelCall, newSpanId, newTraceId, postSpans } from './otlp.ts'

const serverData = aDataDir()
const data = aDataDir()
let engine: Engine
let road: Awaited<ReturnType<typeof aRoad>>
let running: Running | undefined

/** A way to the server that can be cut. */
async function aRoad(to: number) {
  const sockets = new Set<Socket>()
  let server: Server
  let port = 0
  const open = () =>
    new Promise<void>((resolve) => {
      server = createServer((socket) => {
        const onward = connect(to, '127.0.0.1')
        for (const end of [socket, onward]) {
          sockets.add(end)
          end.on('error', () => {})
          end.on('close', () => sockets.delete(end))
        }
        socket.pipe(onward).pipe(socket)
      })
      server.listen(port, '127.0.0.1', () => {
        port = (server.address() as { port: number }).port
        resolve()
      })
    })
  const cut = () => {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    return closed
  }
  await open()
  return { port: () => port, open, cut }
}

beforeAll(async () => {
  engine = await startEngine({ dir: serverData.dir })
  road = await aRoad(Number(new URL(engine.url).port))
})
afterAll(async () => {
  await running?.stop('SIGKILL')
  await road.cut()
  await engine.close()
  serverData.remove()
  data.remove()
})

const aRun = () => [{ traceId: newTraceId(), spanId: newSpanId(), attributes: modelCall() }] as const

it('stores over HTTP, keeps spans while the server is away, also across a restart, and stores them when it is back', async () => {
  const env = {
    OUTRIDER_DATA_DIR: data.dir,
    CLICKHOUSE_URL: `http://writer:${engine.password}@127.0.0.1:${road.port()}/outrider`,
  }
  running = await startCollector(env)
  const [before] = aRun()
  expect((await postSpans(running.url, [before])).status).toBe(200)
  expect((await getRun(running.url, before.traceId)).run.spanCount).toBe(1)

  await road.cut()
  const [during] = aRun()
  expect((await postSpans(running.url, [during])).status).toBe(200)
  expect((await fetch(`${running.url}/readyz`)).status).toBe(200)
  expect((await fetch(`${running.url}/api/runs`)).status).toBe(503)
  expect(await (await fetch(`${running.url}/metrics`)).text()).toMatch(/^outrider_spool_spans 1$/m)
  expect(await running.stop('SIGTERM')).toBe(0)

  await road.open()
  running = await startCollector(env)
  const { url } = running
  await expect
    .poll(() => fetch(`${url}/api/runs/${during.traceId}`).then((answer) => answer.status), { timeout: 20_000 })
    .toBe(200)
  expect((await getRun(url, before.traceId)).run.spanCount).toBe(1)
  expect(await running.stop('SIGTERM')).toBe(0)
})

it('takes spans that correct earlier ones while the server is away, and they are right when it is back, unopened', async () => {
  const env = {
    OUTRIDER_DATA_DIR: data.dir,
    CLICKHOUSE_URL: `http://writer:${engine.password}@127.0.0.1:${road.port()}/outrider`,
  }
  running = await startCollector(env)
  const traceId = newTraceId()
  const [agent, outer, inner] = [newSpanId(), newSpanId(), newSpanId()]
  const startMs = Date.now()
  const name = `agent-${traceId}`
  const call = { traceId, parentSpanId: agent, spanId: outer, startMs, attributes: modelCall() }
  const late = [
    { traceId, parentSpanId: outer, spanId: inner, startMs, attributes: modelCall() },
    {
      traceId,
      spanId: agent,
      startMs,
      attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': name },
    },
  ]
  expect((await postSpans(running.url, [call])).status).toBe(200)
  await road.cut()
  for (const span of late) expect((await postSpans(running.url, [span])).status).toBe(200)
  const metrics = await (await fetch(`${running.url}/metrics`)).text()
  expect(Number(/^outrider_spool_corrections (\d+)$/m.exec(metrics)?.[1])).toBeGreaterThan(0)
  expect(await running.stop('SIGTERM')).toBe(0)

  await road.open()
  running = await startCollector(env)
  const { url } = running
  const spent = async () => {
    const { rows } = (await (await fetch(`${url}/api/spend?by=agent`)).json()) as { rows: { key: string | null }[] }
    return rows.filter(({ key }) => key === name)
  }
  await expect.poll(spent, { timeout: 20_000 }).toMatchObject([{ calls: 1, inputTokens: 100 }])
  const { runs } = (await (await fetch(`${url}/api/runs?agent=${name}`)).json()) as { runs: unknown[] }
  expect(runs).toMatchObject([{ traceId, spanCount: 3, llmCalls: 1, inputTokens: 100 }])
  expect(await running.stop('SIGTERM')).toBe(0)
})
