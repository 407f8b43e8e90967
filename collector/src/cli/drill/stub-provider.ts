/** A provider that answers nothing but takes its time, on loopback: a drill spends nobody's money. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface StubProvider {
  readonly url: string
  /** When each call arrived, by its name, milliseconds of `performance.now()`. */
  readonly arrived: ReadonlyMap<string, number>
  close(): Promise<void>
}

/** @param answerMs how long a call takes */
export async function startStubProvider(answerMs: number): Promise<StubProvider> {
  const arrived = new Map<string, number>()
  const server = createServer((request, response) => {
    arrived.set((request.url ?? '/').slice(1), performance.now())
    const timer = setTimeout(() => response.end('{}'), answerMs)
    // the caller hung up
    response.on('close', () => clearTimeout(timer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    arrived,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
