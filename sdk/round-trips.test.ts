/** What a wrapped call waits for: one question before it, and nothing after it, unless answers are judged in the call. */
import { once } from 'node:events'
import { request as ask, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import OpenAI from 'openai'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { outrider } from './src/index.ts'
import { type Collector, startCollector } from './test/collector.ts'
import { type ProviderStub, startProviderStub } from './test/provider-stub.ts'

let collector: Collector
let provider: ProviderStub
beforeAll(async () => {
  ;[collector, provider] = await Promise.all([startCollector('guards: { redact: stored }\n'), startProviderStub()])
})
afterAll(async () => {
  for (const each of [collector, provider]) await each?.[Symbol.asyncDispose]()
})

/** Before the collector: notes what it is asked, and answers settles only when it is let. */
async function startDoor(to: string) {
  const asked: string[] = []
  const { promise: opened, resolve: open } = Promise.withResolvers<void>()
  const server = createServer(async (incoming, outgoing) => {
    const path = incoming.url ?? ''
    asked.push(path)
    if (path === '/v1/gate/settle') await opened
    const { method, headers } = incoming
    incoming.pipe(
      ask(new URL(path, to), { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(outgoing)
      }).on('error', () => outgoing.destroy()),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Questions of calls: not the spans, and not the stream of switches. */
    asked: () => asked.filter((path) => path !== '/v1/traces' && path !== '/v1/gate/stream'),
    open,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

it.each([
  ['an answer', false],
  ['a stream', true],
] as const)('with `redact: stored`, %s: one question, and its settle is waited for by nobody', async (_, stream) => {
  const door = await startDoor(collector.url)
  const telemetry = outrider.start({ service: 'trips', collector: door.url, onUnavailable: 'deny' })
  try {
    const client = outrider.wrap(new OpenAI({ apiKey: 'none', baseURL: `${provider.url}/v1` }))
    provider.words = ['Write to max.miller@example.org']
    const asked = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'Who helps?' }] }
    let text = ''
    if (stream)
      for await (const { choices } of await client.chat.completions.create({ ...asked, stream }))
        text += choices[0]?.delta.content ?? ''
    else text = (await client.chat.completions.create(asked)).choices[0]?.message.content ?? ''
    expect(text).toBe('Write to max.miller@example.org')
    // the settle may be on its way: it is not answered yet
    expect(door.asked().filter((path) => path !== '/v1/gate/settle')).toEqual(['/v1/gate/check'])
    door.open()
    await telemetry.flush()
    expect(door.asked()).toEqual(['/v1/gate/check', '/v1/gate/settle'])
  } finally {
    door.open()
    await telemetry.shutdown()
    await door.close()
  }
})
