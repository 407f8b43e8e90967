/** A client that behaves: it asks again with the same ID until it has its answer, whoever dies meanwhile. */
import { setTimeout as after } from 'node:timers/promises'
import type { CheckRequest, SettleAnswer, SettleRequest, Verdict } from '@outrider/policies'
import { type Answer, check, release, settle } from './gate.ts'

export interface Client {
  /** The verdict. `cut`: hangs up in the middle of the first try, then asks again. */
  ask(body: CheckRequest, cut?: number): Promise<Verdict>
  settle(body: SettleRequest): Promise<SettleAnswer>
  release(holdId: string): Promise<SettleAnswer>
  /** Requests that were not answered at once: refused connections, broken ones, 503. */
  readonly unanswered: () => number
}

/** `urls`: the collectors that are there now; none while the only one is dead. */
export function createClient(urls: () => readonly string[]): Client {
  let turn = 0
  let unanswered = 0

  async function persist<T>(request: (url: string) => Promise<Answer<T>>): Promise<T> {
    for (let tries = 0; ; tries++) {
      const there = urls()
      const url = there[turn++ % Math.max(1, there.length)]
      const answer = url === undefined ? undefined : await request(url).catch(networkOnly)
      if (answer?.status === 200) return answer.body
      if (answer !== undefined && answer.status !== 503) {
        throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`)
      }
      if (tries === 0) unanswered++
      await after(20)
    }
  }

  return {
    unanswered: () => unanswered,
    async ask(body, cut) {
      if (cut !== undefined && urls().length > 0) {
        const hangUp = new AbortController()
        const first = check(urls()[0]!, body, hangUp.signal).catch(() => undefined)
        for (let i = 0; i < cut; i++) await new Promise((resolve) => setImmediate(resolve))
        hangUp.abort()
        await first
      }
      return await persist((url) => check(url, body))
    },
    settle: (body) => persist((url) => settle(url, body)),
    release: (holdId) => persist((url) => release(url, holdId)),
  }
}

/** `fetch` rejects with a TypeError where the network fails, and with nothing else. */
function networkOnly(cause: unknown): undefined {
  if (!(cause instanceof TypeError)) throw cause
}
