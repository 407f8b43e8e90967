import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, type Socket } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, expect, test } from 'vitest'
import { knownStore, span } from '../../test/known-runs.ts'
import { createLive } from '../pipeline/live.ts'
import { type ReadSettings, readRoutes } from './routes.ts'

const id = (n: number) => n.toString(16).padStart(32, '0')
const apps: FastifyInstance[] = []
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close()
})

async function start(settings: Partial<ReadSettings> = {}) {
  const app = Fastify()
  apps.push(app)
  const live = createLive()
  let subscribed = 0
  const subscribe: typeof live.subscribe = (tenant, listener) => {
    subscribed += 1
    const stop = live.subscribe(tenant, listener)
    return () => {
      subscribed -= 1
      stop()
    }
  }
  const tenantOf = (request: { headers: Record<string, unknown> }) => (request.headers['x-tenant'] as string) ?? null
  const same = <T>(all: T) => all
  const { store } = knownStore([])
  await app.register(
    readRoutes(
      {
        store,
        tenantOf,
        live: { subscribe },
        inherit: same,
        attachLogs: same,
        decisions: async () => [],
        correct: async () => [],
      },
      { everyMs: 5, ...settings },
    ),
  )
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  return { app, live, url: `http://127.0.0.1:${port}/api/runs/live`, port, subscribed: () => subscribed }
}

/** Events of the stream, one at a time. */
async function listen(url: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, { headers })
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const next = async (separator = '\n\n'): Promise<string | undefined> => {
    for (;;) {
      const end = text.indexOf(separator)
      if (end >= 0) {
        const event = text.slice(0, end)
        text = text.slice(end + separator.length)
        return event
      }
      const { value, done } = await reader.read()
      if (done) return undefined
      text += value
    }
  }
  expect(await next()).toBe(': connected')
  return { response, next, close: () => reader.cancel() }
}
const idsOf = (event: string | undefined) => JSON.parse(event?.split('data: ')[1] ?? 'null').traceIds

test('tells what changed, in events named runs', async () => {
  const { live, url } = await start()
  const { response, next, close } = await listen(url)
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  await live.accept([span({ traceId: id(1) }), span({ traceId: id(2) }), span({ traceId: id(1) })])
  expect(await next()).toBe(`event: runs\ndata: {"traceIds":["${id(1)}","${id(2)}"]}`)
  await close()
})

test('the first change at once, all that follow in the same time together', async () => {
  const { live, url } = await start({ everyMs: 50 })
  const { next, close } = await listen(url)
  for (const n of [1, 2, 3, 2]) await live.accept([span({ traceId: id(n) })])
  expect(idsOf(await next())).toEqual([id(1)])
  expect(idsOf(await next())).toEqual([id(2), id(3)])
  await close()
})

test('a caller that is bound to a tenant hears of that tenant only', async () => {
  const { live, url } = await start()
  const { next, close } = await listen(url, { 'x-tenant': 'acme' })
  await live.accept([span({ traceId: id(1), tenantId: 'other' })])
  await live.accept([span({ traceId: id(2), tenantId: 'acme' }), span({ traceId: id(3), tenantId: null })])
  expect(idsOf(await next())).toEqual([id(2)])
  await close()
})

test('comments keep a quiet stream open', async () => {
  const { url } = await start({ heartbeatMs: 5 })
  const { next, close } = await listen(url)
  expect(await next()).toBe(': heartbeat')
  expect(await next()).toBe(': heartbeat')
  await close()
})

test('a reader that leaves is forgotten', async () => {
  const { url, subscribed } = await start({ heartbeatMs: 5 })
  const { close } = await listen(url)
  expect(subscribed()).toBe(1)
  await close()
  await expect.poll(subscribed).toBe(0)
})

test('open streams end when the collector stops', async () => {
  const { app, url, subscribed } = await start()
  const { next } = await listen(url)
  await app.close()
  expect(await next()).toBeUndefined()
  expect(subscribed()).toBe(0)
})

test('a reader that takes nothing is cut off, and does not hold the others up', async () => {
  const { live, url, port, subscribed } = await start({ patience: 3, backlog: 1e9 })
  const stuck = connect(port, '127.0.0.1')
  await once(stuck, 'connect')
  stuck.write('GET /api/runs/live HTTP/1.1\r\nhost: x\r\n\r\n')
  stuck.pause()
  const { next, close } = await listen(url)
  await expect.poll(subscribed).toBe(2)
  const last = 'f'.repeat(32)
  const told = (async () => {
    for (let heard: string[] = []; !heard.includes(last); ) heard = idsOf(await next())
  })()
  await flood(live, stuck, () => subscribed() === 1)
  await live.accept([span({ traceId: last })])
  await told
  await close()
})

test('a reader that owes too much is cut off at once', async () => {
  const { live, port, subscribed } = await start({ patience: 1e9, backlog: 5000 })
  const stuck = connect(port, '127.0.0.1')
  await once(stuck, 'connect')
  stuck.write('GET /api/runs/live HTTP/1.1\r\nhost: x\r\n\r\n')
  stuck.pause()
  await expect.poll(subscribed).toBe(1)
  await flood(live, stuck, () => subscribed() === 0)
})

/** Changes without end, until the other side gives up. */
async function flood(live: ReturnType<typeof createLive>, stuck: Socket, over: () => boolean): Promise<void> {
  stuck.on('error', () => {})
  for (let n = 0; !over(); n++) {
    await live.accept(Array.from({ length: 2000 }, (_, at) => span({ traceId: id(n * 2000 + at) })))
    await new Promise((resolve) => setImmediate(resolve))
  }
  stuck.destroy()
}

test('there is no HEAD that would never end', async () => {
  const { app } = await start()
  expect((await app.inject({ method: 'HEAD', url: '/api/runs/live' })).statusCode).not.toBe(200)
})
