import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import { afterEach, expect, test } from 'vitest'
import { type ClickhouseParts, clickhouseRoutes } from './routes.ts'
import { createServerVoice } from './server-voice.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function app(backend: ClickhouseParts['backend'], tenant: string | null = null) {
  const fastify = Fastify()
  await fastify.register(clickhouseRoutes({ backend, tenantOf: () => tenant }))
  closing.push(() => fastify.close())
  return fastify
}

test('while a server is away too', async () => {
  const voice = createServerVoice({
    ...{ url: 'http://127.0.0.1:9', username: 'x', password: 'x', database: 'outrider', views: 'outrider_views' },
  })
  const answer = await (await app(voice)).inject({ url: '/clickhouse?query=SELECT+1' })
  expect([answer.statusCode, answer.headers['x-clickhouse-exception-code']]).toEqual([503, '210'])
})

test('while the engine is away, clients hear that they may ask again', async () => {
  const answer = await (await app({ url: 'http://127.0.0.1:9', password: 'x' })).inject({
    url: '/clickhouse?query=SELECT+1',
  })
  expect([answer.statusCode, answer.headers['x-clickhouse-exception-code']]).toEqual([503, '210'])
})

test('what is passed on is the statement, the tenant and who asks; nothing that a caller may choose', async () => {
  const seen: unknown[] = []
  const engine = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const {
        'x-clickhouse-user': user,
        'x-clickhouse-key': key,
        'x-outrider-tenant': tenant,
        cookie,
      } = request.headers
      seen.push({ url: request.url, body: Buffer.concat(chunks).toString(), user, key, tenant, cookie })
      response.writeHead(200, { 'x-clickhouse-format': 'Native' }).end('answer')
    })
  })
  await new Promise<void>((resolve) => engine.listen(0, '127.0.0.1', resolve))
  closing.push(() => engine.close())
  const url = `http://127.0.0.1:${(engine.address() as AddressInfo).port}`
  const answer = await (await app({ url, password: 'ours' }, 'ünï/acme')).inject({
    method: 'POST',
    url: '/clickhouse?database=outrider&query_id=a',
    payload: 'SELECT 1',
    headers: {
      'content-type': 'text/plain',
      'x-clickhouse-user': 'writer',
      'x-clickhouse-key': 'theirs',
      'x-outrider-tenant': 'globex',
      cookie: 'a=b',
    },
  })
  expect([answer.statusCode, answer.body, answer.headers['x-clickhouse-format']]).toEqual([200, 'answer', 'Native'])
  const passed = { url: '/?database=outrider&query_id=a', body: 'SELECT 1', user: 'visitor', key: 'ours' }
  expect(seen).toEqual([{ ...passed, tenant: encodeURIComponent('ünï/acme'), cookie: undefined }])
})
