/** A webhook receiver that keeps what it hears, and lets a test wait for it. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

export interface Receiver<Heard> {
  readonly url: string
  /** Resolves with the first that is like this, of what was heard and of what comes. */
  until(isIt: (heard: Heard) => boolean): Promise<Heard>
  /** Everything so far, in order. */
  readonly heard: readonly Heard[]
  close(): void
}

export async function startReceiver<Heard>(): Promise<Receiver<Heard>> {
  const heard: Heard[] = []
  const waiting = new Set<() => void>()
  const server = createServer(async (request, response) => {
    heard.push((await json(request)) as Heard)
    response.end()
    for (const look of waiting) look()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    heard,
    until(isIt) {
      const { promise, resolve } = Promise.withResolvers<Heard>()
      const look = () => {
        const found = heard.find(isIt)
        if (found === undefined) return
        waiting.delete(look)
        resolve(found)
      }
      waiting.add(look)
      look()
      return promise
    },
    close: () => void server.close(),
  }
}
