import { setTimeout as sleep } from 'node:timers/promises'
import { OutriderError } from '../errors.ts'
import type { Start, Worker } from './worker.ts'

export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Starts the next life of the child; gives up when the signal fires. */
export type StartChild = (signal: AbortSignal) => Promise<Start>

interface Parts {
  readonly url: string
  readonly start: StartChild
  readonly log: Log | undefined
  readonly heartbeatMs: number
}

/** The lives of the child, one after the other. */
export interface Supervisor {
  readonly restarts: () => number
  readonly pid: () => number | undefined
  readonly ready: () => Promise<void>
  close(): Promise<void>
}

const stopLimitMs = 10_000
const backoffMs = [0, 250, 500, 1000, 2000, 5000]

/** Watches a child that answers, and starts the next one when it ends. */
export function supervise(first: Worker, parts: Parts): Supervisor {
  const { url, start, log, heartbeatMs } = parts
  const closing = new AbortController()
  let restarts = 0
  let worker: Worker | undefined = first
  let answering = Promise.withResolvers<void>()
  answering.resolve()

  async function watch(): Promise<void> {
    while (worker && !closing.signal.aborted) {
      const life = worker
      const since = Date.now()
      const heart = new AbortController()
      const beating = heartbeat(url, heartbeatMs, AbortSignal.any([heart.signal, closing.signal]), () => {
        log?.error({ pid: life.pid }, 'the engine does not answer: killing it')
        life.kill()
      })
      const end = await life.ended
      heart.abort()
      await beating
      if (closing.signal.aborted) return
      worker = undefined
      answering = Promise.withResolvers<void>()
      answering.promise.catch(() => {})
      log?.error({ pid: life.pid, ...end, upMs: Date.now() - since }, 'the engine ended: starting it again')
      worker = await again(Date.now() - since > 60_000 ? 0 : restarts)
      if (worker) answering.resolve()
    }
  }

  async function again(failures: number): Promise<Worker | undefined> {
    for (let attempt = failures; !closing.signal.aborted; attempt++) {
      await sleep(backoffMs[Math.min(attempt, backoffMs.length - 1)], undefined, { signal: closing.signal }).catch(
        () => {},
      )
      if (closing.signal.aborted) return undefined
      restarts++
      const next = await start(closing.signal)
      if (next.state === 'ready') {
        log?.info({ pid: next.worker.pid, restarts }, 'the engine answers again')
        return next.worker
      }
      log?.error({ state: next.state, reason: next.message, restarts }, 'the engine cannot be started')
    }
    return undefined
  }

  const watching = watch()

  return {
    restarts: () => restarts,
    pid: () => worker?.pid,
    ready: () => answering.promise,
    async close() {
      closing.abort()
      answering.reject(stopping())
      answering = Promise.withResolvers<void>()
      answering.promise.catch(() => {})
      answering.reject(stopping())
      const life = worker
      life?.stop()
      const watchdog = setTimeout(() => {
        log?.warn({ pid: life?.pid }, 'the engine did not stop in time: killing it')
        life?.kill()
      }, stopLimitMs)
      await watching
      // one that was being started when the call came
      worker?.kill()
      await worker?.ended
      clearTimeout(watchdog)
    },
  }
}

function stopping(): OutriderError {
  return new OutriderError('OUT_STOPPING', 'The engine is closed.')
}

/** A child that gets no processor for seconds is not dead: so many misses in a row, each of two beats, are. */
const MISSES = 5

/** Calls `lost` after five misses in a row, and goes on until the signal. */
async function heartbeat(url: string, everyMs: number, signal: AbortSignal, lost: () => void): Promise<void> {
  for (let missed = 0; !signal.aborted; ) {
    await sleep(everyMs, undefined, { signal }).catch(() => {})
    if (signal.aborted) return
    const answered = await ping(url, AbortSignal.any([signal, AbortSignal.timeout(2 * everyMs)]))
    missed = answered ? 0 : missed + 1
    if (missed >= MISSES && !signal.aborted) lost()
  }
}

async function ping(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(`${url}/ping`, { signal })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}
