/** An OTLP/HTTP receiver on a real socket: keeps what arrives, or misbehaves as told. Its gate and its guards allow everything. */
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { type CaughtSpan, spansOf } from './otlp.ts'

export type Manner = 'answers' | 'hangs' | 'resets' | 'nonsense' | 400 | 401 | 500 | 503

export interface Catcher extends AsyncDisposable {
  readonly url: string
  readonly spans: CaughtSpan[]
  readonly headers: IncomingMessage['headers'][]
  readonly paths: string[]
  span(name: string): CaughtSpan
  /** Resolves once a span of this name has come. */
  arrival(name: string): Promise<CaughtSpan>
}

export async function startCatcher(manner: Manner = 'answers'): Promise<Catcher> {
  const spans: CaughtSpan[] = []
  const headers: IncomingMessage['headers'][] = []
  const paths: string[] = []
  const sockets = new Set<Socket>()
  const waiting = new Set<() => void>()

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    headers.push(request.headers)
    paths.push(request.url ?? '')
    if (manner === 'hangs') return
    if (manner === 'resets') return request.socket.resetAndDestroy()
    if (manner === 'nonsense')
      return response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end('<html>\xff</html>')
    if (manner !== 'answers') return response.writeHead(manner, manner === 503 ? { 'retry-after': '60' } : {}).end('no')
    if (request.url === '/v1/traces') {
      const body = Buffer.concat(chunks)
      spans.push(...spansOf(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body))
      for (const wake of waiting) wake()
    }
    if (request.url === '/v1/guard/stream') {
      const { at, text } = JSON.parse(Buffer.concat(chunks).toString())
      return response.end(JSON.stringify({ action: 'allow', text, until: at + text.length, findings: [] }))
    }
    const asked = request.url?.startsWith('/v1/gate/')
      ? JSON.parse(Buffer.concat(chunks).toString() || '{}')
      : undefined
    if (asked === undefined) return response.writeHead(200).end()
    const expiresAt = new Date(Date.now() + 60_000).toISOString()
    const held = {
      holdId: asked.id ?? null,
      heldUsd: 0.01,
      spentUsd: 0,
      expiresAt,
      maxOutputTokens: asked.maxOutputTokens,
    }
    response.writeHead(200).end(JSON.stringify({ decision: 'allow', reasons: [], ...held }))
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    headers,
    paths,
    span(name) {
      const found = spans.find((span) => span.name === name)
      if (found === undefined) throw new Error(`no span ${name} among: ${spans.map((span) => span.name).join(', ')}`)
      return found
    },
    arrival(name) {
      const { promise, resolve } = Promise.withResolvers<CaughtSpan>()
      const look = () => {
        const found = spans.find((span) => span.name === name)
        if (found === undefined) return
        waiting.delete(look)
        resolve(found)
      }
      waiting.add(look)
      look()
      return promise
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
