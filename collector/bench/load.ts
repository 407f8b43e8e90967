/** The load: requests over connections that stay open, as exporters send them. */
import { Agent, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Load {
  /** Sends all bodies, as many at once as there are connections; resolves with the seconds until the last was acknowledged. */
  flood(bodies: readonly Buffer[], connections: number): Promise<number>
  /** Sends one body each `everyMs`, whether the ones before were answered or not; resolves when all are acknowledged. */
  pace(bodies: readonly Buffer[], everyMs: number): Promise<void>
  close(): void
}

/** Every answer but a 200 without refused spans ends the measurement. */
export function openLoad(collectorUrl: string): Load {
  const url = new URL('/v1/traces', collectorUrl)
  const agent = new Agent({ keepAlive: true })

  const post = async (body: Buffer): Promise<void> => {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { 'content-type': 'application/x-protobuf', 'content-length': body.length }
      request(url, { method: 'POST', agent, headers }, resolve).on('error', reject).end(body)
    })
    const said = await text(answer)
    if (answer.statusCode !== 200 || said !== '')
      throw new Error(`the collector answered ${answer.statusCode}: ${said}`)
  }

  return {
    async flood(bodies, connections) {
      const began = performance.now()
      let next = 0
      const one = async () => {
        while (next < bodies.length) await post(bodies[next++]!)
      }
      await Promise.all(Array.from({ length: connections }, one))
      return (performance.now() - began) / 1000
    },
    async pace(bodies, everyMs) {
      const began = performance.now()
      const sent: Promise<void>[] = []
      for (const [i, body] of bodies.entries()) {
        await sleep(Math.max(0, began + i * everyMs - performance.now()))
        sent.push(post(body))
      }
      await Promise.all(sent)
    },
    close: () => agent.destroy(),
  }
}
