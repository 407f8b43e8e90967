/** A provider of chat completions that stops in the middle of its answer: it says nothing more, or hangs up. */
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Stalled extends AsyncDisposable {
  readonly url: string
  /** Breaks every answer that is under way. */
  hangUp(): void
}

export async function startStalled(): Promise<Stalled> {
  const open = new Set<ServerResponse>()
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const chunk = { id: 'chatcmpl-stalled', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o-2024-08-06' }
    const choices = [{ index: 0, delta: { role: 'assistant', content: 'It is ' }, finish_reason: null }]
    response.write(`data: ${JSON.stringify({ ...chunk, choices })}\n\n`)
    open.add(response.on('close', () => open.delete(response)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hangUp() {
      for (const response of open) response.destroy()
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
