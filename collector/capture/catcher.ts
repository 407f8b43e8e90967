import { createServer, type IncomingMessage } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { listening } from './provider.ts'

/** One OTLP/HTTP request as it was sent, unpacked. */
interface Caught {
  readonly path: string
  readonly contentType: string
  readonly body: Buffer
}

export interface Catcher {
  readonly url: string
  readonly requests: readonly Caught[]
  close(): void
}

/** Takes every POST for OTLP, keeps it in order, and answers that all is well. */
export async function createCatcher(): Promise<Catcher> {
  const requests: Caught[] = []
  const server = createServer((request, response) => {
    bytes(request)
      .then((sent) => {
        const contentType = (request.headers['content-type'] ?? '').replace(/;.*/, '')
        const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent
        if (request.method === 'POST') requests.push({ path: request.url ?? '', contentType, body })
        const isJson = contentType === 'application/json'
        response.writeHead(200, { 'content-type': isJson ? contentType : 'application/x-protobuf' })
        response.end(isJson ? '{}' : '')
      })
      .catch(() => response.writeHead(400).end())
  })
  return {
    url: await listening(server),
    requests,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

async function bytes(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}
