import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Running, startCollector } from './collector.ts'

const KEY = 'a-key-for-everything'
const SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes, yes').toString('base64')}`
const dir = mkdtempSync(join(tmpdir(), 'outrider-approval-'))

interface Told {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}
const told: Told[] = []
/** Answers in turn; 200 after that. */
const answers: number[] = []
const receiver = createServer(async (request, response) => {
  told.push({ headers: request.headers, body: await text(request) })
  response.writeHead(answers.shift() ?? 200).end()
  receiver.emit('told')
})
const heard = async (count: number): Promise<Told> => {
  while (told.length < count) await once(receiver, 'told')
  return told[count - 1]!
}

let collector: Running
const start = () =>
  startCollector({
    OUTRIDER_CONFIG: join(dir, 'outrider.yaml'),
    OUTRIDER_DATA_DIR: join(dir, 'data'),
    OUTRIDER_API_KEY: KEY,
  })
beforeAll(async () => {
  receiver.listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  writeFileSync(join(dir, 'secret'), SECRET)
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`
  writeFileSync(
    join(dir, 'outrider.yaml'),
    [
      'alerts: { publicUrl: "https://outrider.example" }',
      'approvals:',
      '  require: [ { name: refunds, match: { tool: refund } } ]',
      `  notify: [ { type: webhook, url: "${url}", secretFile: ${join(dir, 'secret')}, allowPrivate: true } ]`,
    ].join('\n'),
  )
  collector = await start()
})
afterAll(async () => {
  await collector.stop()
  receiver.close()
  rmSync(dir, { recursive: true, force: true })
})

const send = async (path: string, body: object, key?: string) => {
  const headers = { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) }
  const response = await fetch(collector.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  return { status: response.status, body: (await response.json()) as { readonly [field: string]: unknown } }
}
const refund = (id: string) => ({
  ...{ id, traceId: 'a'.repeat(32), kind: 'tool', estimateUsd: 1, tool: { name: 'refund', args: { order: 17 } } },
})
const callbacksIn = ({ headers, body }: Told) => {
  const sent = new Webhook(SECRET).verify(body, headers as Record<string, string>) as {
    readonly data: { readonly callbacks: { readonly approve: string; readonly deny: string } }
  }
  const pathOf = (address: string) => address.replace('https://outrider.example', '')
  return { sent, approve: pathOf(sent.data.callbacks.approve), deny: pathOf(sent.data.callbacks.deny) }
}

test('a receiver is told until it takes it, signed, and its answer needs no key', async () => {
  answers.push(503)
  await send('/v1/gate/check', refund('a'), KEY)
  const first = await heard(1)
  const again = await heard(2)
  expect(again.headers['webhook-id']).toBe(first.headers['webhook-id'])
  const { sent, approve } = callbacksIn(again)
  expect(sent).toMatchObject({
    type: 'approval.requested',
    data: {
      approval: { callId: 'a', state: 'pending', toolName: 'refund', args: '{"order":17}', mostUsd: 1 },
      page: `https://outrider.example/runs/${'a'.repeat(32)}`,
    },
  })
  const yes = await send(approve, { by: 'dana', reason: 'fine' })
  expect(yes).toMatchObject({ status: 200, body: { state: 'approved', by: 'dana', reason: 'fine' } })
  expect(await send('/v1/gate/check', { ...refund('a'), id: yes.body.id }, KEY)).toMatchObject({
    body: { decision: 'allow' },
  })
})

test('only the word and the approval that were signed', async () => {
  const before = told.length
  await send('/v1/gate/check', refund('b'), KEY)
  const { approve, deny } = callbacksIn(await heard(before + 1))
  const refused = { status: 403, body: { error: { code: 'OUT_SIGNATURE_INVALID' } } }
  const query = deny.slice(deny.indexOf('?'))
  expect(await send(approve.replace(/\?.*/, query), {})).toMatchObject(refused)
  expect(await send(approve.replace(/apr_\w+/, 'apr_000000000000000000000000'), {})).toMatchObject(refused)
  expect(await send(approve.replace(/expires=\d+/, 'expires=99999999999'), {})).toMatchObject(refused)
  expect(await send(approve.replace(/\?.*/, ''), {})).toMatchObject(refused)
  expect((await fetch(collector.url + deny)).status).toBe(405)
  expect(await send(deny, { by: '' })).toMatchObject({ status: 400, body: { error: { field: 'by' } } })
  expect(await send(deny, {})).toMatchObject({ status: 200, body: { state: 'denied', by: 'webhook' } })
})

test('what still waits is told again after a restart, and its address is still good', async () => {
  const before = told.length
  await send('/v1/gate/check', refund('c'), KEY)
  const { deny } = callbacksIn(await heard(before + 1))
  await collector.stop('SIGKILL')
  collector = await start()
  expect((await heard(before + 2)).headers['webhook-id']).toBe(/apr_\w+/.exec(deny)?.[0])
  expect(await send(deny, {})).toMatchObject({ status: 200, body: { state: 'denied' } })
})
