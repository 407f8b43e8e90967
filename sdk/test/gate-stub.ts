/** The wire of a gate on a real socket, answering as the test says; spans are caught too. The real gate has its own test. */
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { buffer, json } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import type { CheckRequest, LeaseVerdict, SettleRequest, SwitchEvent } from '../src/wire.ts'
import { type CaughtSpan, spansOf } from './otlp.ts'

export type Body = Partial<CheckRequest & SettleRequest> & { readonly id: string }
type Said = Partial<LeaseVerdict> | { readonly status: number; readonly body?: unknown; readonly retryAfter?: number }
type Manner = 'hangs' | 'resets' | 'nonsense'

export interface GateStub extends AsyncDisposable {
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>[]
  readonly checks: Body[]
  readonly settles: Body[]
  readonly releases: Body[]
  readonly spans: CaughtSpan[]
  readonly streams: { readonly lastEventId: string | undefined }[]
  /** Resolves when this list has so many entries. */
  reached(list: 'checks' | 'settles' | 'releases' | 'streams', count: number): Promise<void>
  /** Tells everybody who listens, and who will. */
  tell(change: Partial<SwitchEvent> & Pick<SwitchEvent, 'scope' | 'name'>): void
  /** Ends every stream that is open. */
  hangUp(): void
  answer: (check: Body) => Said | Manner | Promise<Said>
}

export async function startGate(answer: GateStub['answer'] = () => ({})): Promise<GateStub> {
  const sockets = new Set<Socket>()
  const listeners = new Set<ServerResponse>()
  const waiting = new Set<() => void>()
  const standing: string[] = []
  const lists = {
    checks: [] as Body[],
    settles: [] as Body[],
    releases: [] as Body[],
    streams: [] as GateStub['streams'],
  }
  const headers: GateStub['headers'] = []
  const spans: CaughtSpan[] = []
  const note = <T>(list: T[], entry: T) => {
    list.push(entry)
    for (const wake of waiting) wake()
  }

  const server = createServer(async (request, response) => {
    const reply = (status: number, body: unknown, more: Record<string, string> = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...more }).end(JSON.stringify(body))
    if (request.url === '/v1/gate/stream') {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(`event: policy\ndata: {"version":"1","resumed":false}\n\n${standing.join('')}`)
      listeners.add(response.on('close', () => listeners.delete(response)))
      return note(lists.streams as unknown[], { lastEventId: request.headers['last-event-id'] })
    }
    if (request.url === '/v1/traces') {
      const body = await buffer(request)
      spans.push(...spansOf(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body))
      return reply(200, {})
    }
    if (!request.url?.startsWith('/v1/gate/')) return void request.resume().on('end', () => reply(200, {}))
    headers.push(request.headers)
    const body = (await json(request)) as Body
    if (request.url !== '/v1/gate/check') {
      note(request.url.endsWith('settle') ? lists.settles : lists.releases, body)
      return reply(200, { decision: 'allow', spentUsd: body.costUsd ?? 0, reasons: [] })
    }
    note(lists.checks, body)
    const said = await stub.answer(body)
    if (said === 'hangs') return
    if (said === 'resets') return request.socket.resetAndDestroy()
    if (said === 'nonsense') return response.writeHead(200).end('<html>')
    if ('status' in said)
      return reply(
        said.status,
        said.body ?? {},
        said.retryAfter === undefined ? {} : { 'retry-after': `${said.retryAfter}` },
      )
    const expiresAt = new Date(Date.now() + 60_000).toISOString()
    return reply(200, { decision: 'allow', holdId: body.id, heldUsd: 0.01, expiresAt, reasons: [], ...said })
  })
  server.on('connection', (socket) => sockets.add(socket.on('close', () => sockets.delete(socket))))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  const stub: GateStub = {
    ...lists,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    headers,
    spans,
    answer,
    reached(list, count) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const look = () => {
        if (lists[list].length < count) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
      return promise
    },
    tell(change) {
      const whole = { state: 'held', reason: 'enough', by: 'ada', since: new Date().toISOString(), ...change }
      const event = `id: ${standing.length + 1}\nevent: switch\ndata: ${JSON.stringify(whole)}\n\n`
      standing.push(event)
      for (const listener of listeners) listener.write(event)
    },
    hangUp() {
      for (const listener of listeners) listener.destroy()
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
  return stub
}

/** What a full budget says. */
export const DENIED = {
  decision: 'deny',
  holdId: null,
  heldUsd: 0,
  expiresAt: null,
  reasons: [
    {
      rule: 'run-cap',
      code: 'BUDGET_EXCEEDED',
      message: 'run-cap has 0.02 USD of 1.00 USD left.',
      scope: 'run',
      limitUsd: 1,
      spentUsd: 0.98,
      heldUsd: 0,
      retryable: false,
    },
  ],
} as const satisfies LeaseVerdict
