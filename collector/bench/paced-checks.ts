/** Checks that begin on time, whether the ones before were answered or not, as those of many agents do. */
import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

export interface PacedSettings {
  readonly connections: number
  /** Checks a second. */
  readonly rate: number
  readonly seconds: number
  /** The body of the check with this ID. */
  body(id: string): string
}

/**
 * Milliseconds from the instant at which each check was due to its whole answer: waiting for a connection, or for a
 * sender that is late, counts.
 */
export async function pacedChecks(collectorUrl: string, settings: PacedSettings): Promise<readonly number[]> {
  const { connections, rate, seconds, body } = settings
  const url = new URL('/v1/gate/check', collectorUrl)
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const times: number[] = []

  const check = (due: number) =>
    new Promise<void>((resolve, reject) => {
      const text = body(randomUUID())
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
      const asked = request(url, { method: 'POST', agent, headers }, (answer) => {
        answer.resume()
        answer.on('error', reject).on('end', () => {
          if (answer.statusCode !== 200) return reject(new Error(`the gate answered ${answer.statusCode}`))
          times.push(performance.now() - due)
          resolve()
        })
      })
      asked.on('error', reject).end(text)
    })

  const began = performance.now()
  const all: Promise<void>[] = []
  try {
    while (all.length < rate * seconds) {
      const due = Math.min(rate * seconds, Math.floor(((performance.now() - began) / 1000) * rate))
      while (all.length < due) all.push(check(began + ((all.length + 1) / rate) * 1000))
      await sleep(1)
    }
    await Promise.all(all)
  } finally {
    agent.destroy()
  }
  return times
}
