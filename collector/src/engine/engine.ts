/**
 * The embedded ClickHouse. This room knows how to keep one engine process alive on one data directory, and how to speak
 * ClickHouse's HTTP interface for it; it refuses to know what is stored.
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { BoundSocket } from 'node:net'
import { totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { OutriderError } from '../errors.ts'
import { type Claim, claimDirectory } from './owner.ts'
import { type Start, startWorker, type Worker } from './worker.ts'

export interface EngineSettings {
  /** The engine's directory, made if missing (mode 0700). One process owns it. */
  readonly dir: string
  /** What queries, merges and caches may take together. @default a quarter of the machine's memory, 2 GB at most */
  readonly memoryBytes?: number
  /** @default silent */
  readonly log?: Log
  /** Time between two heartbeats; three missed ones in a row end the child. @default 1000 */
  readonly heartbeatMs?: number
}

interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export interface Engine {
  /**
   * `http://127.0.0.1:PORT`, the same for the whole life, restarts of the child included. Requests that are in flight when
   * the child dies are reset; later ones wait in the socket until the next child answers.
   */
  readonly url: string
  /** For the users `writer`, `reader` and `alerts`: one lane each. Random per start. */
  readonly password: string
  /** How often the child was started again. */
  readonly restarts: () => number
  readonly pid: () => number | undefined
  /** Resolves when the child answers, at once if it does; rejects with `OUT_STOPPING` once the engine is closed. */
  readonly ready: () => Promise<void>
  /** Running inserts get 5 s to finish, other statements are killed; after 10 s the child is. Idempotent. */
  close(): Promise<void>
}

const openLimitMs = 60_000
const stopLimitMs = 10_000
const backoffMs = [0, 250, 500, 1000, 2000, 5000]

/**
 * Starts the engine and resolves when it answers.
 *
 * @throws OutriderError `OUT_DATA_LOCKED` (another process holds the directory), `OUT_ENGINE_MISSING` (`chdb` is not
 * installed or has no binary for this platform), `OUT_STORE_UNAVAILABLE` (the data cannot be opened). The data is not
 * touched in any of them.
 */
export async function startEngine(settings: EngineSettings): Promise<Engine> {
  if (BoundSocket === undefined) throw new OutriderError('OUT_ENGINE_MISSING', 'The embedded engine needs Node 26.4.')
  const directory = resolve(settings.dir)
  if (/[*?{}]/.test(directory)) {
    const message = `The data directory may not contain * ? { or }, the engine takes them for patterns: ${directory}`
    throw new OutriderError('OUT_CONFIG_INVALID', message, { field: 'dir' })
  }
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new OutriderError('OUT_CONFIG_INVALID', `The data directory cannot be made: ${cause}`, {
      field: 'dir',
      cause,
    })
  }
  const claim = claimDirectory(directory)
  // bound once and kept by this process: no other can take the port, and see the password, while the child restarts
  const socket = new BoundSocket({ host: '127.0.0.1', port: 0 })
  const password = randomBytes(24).toString('base64url')
  const memoryBytes = settings.memoryBytes ?? Math.min(Math.floor(totalmem() / 4), 2_000_000_000)
  const start = (signal: AbortSignal) =>
    startWorker(socket.fd(), { directory, password, memoryBytes }, openLimitMs, signal, claim.engine)

  const first = await patiently(() => start(new AbortController().signal))
  if (first.state !== 'ready') {
    socket.close()
    claim.release()
    throw startError(first, directory)
  }
  const url = `http://127.0.0.1:${socket.address().port}`
  return supervise(first.worker, { url, password, start, socket, claim, settings })
}

/** The kernel takes a moment to drop the lock of a process that was just killed. */
async function patiently(start: () => Promise<Start>): Promise<Start> {
  for (const pause of [100, 300, 1000]) {
    const started = await start()
    if (started.state !== 'locked') return started
    await sleep(pause)
  }
  return await start()
}

interface Parts {
  readonly url: string
  readonly password: string
  readonly start: (signal: AbortSignal) => Promise<Start>
  readonly socket: BoundSocket
  readonly claim: Claim
  readonly settings: EngineSettings
}

function supervise(first: Worker, parts: Parts): Engine {
  const { url, password, start, socket, claim } = parts
  const { log, heartbeatMs = 1000 } = parts.settings
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
  let closed: Promise<void> | undefined

  async function shut(): Promise<void> {
    closing.abort()
    answering.reject(new OutriderError('OUT_STOPPING', 'The engine is closed.'))
    answering.promise.catch(() => {})
    socket.close()
    const life = worker
    life?.stop()
    const watchdog = setTimeout(() => {
      log?.warn({ pid: life?.pid }, 'the engine did not stop in time: killing it')
      life?.kill()
    }, stopLimitMs)
    await watching
    // a child that was being started when the call came
    worker?.kill()
    await worker?.ended
    clearTimeout(watchdog)
    claim.release()
  }

  return {
    url,
    password,
    restarts: () => restarts,
    pid: () => worker?.pid,
    ready: () => answering.promise,
    close() {
      closed ??= shut()
      return closed
    },
  }
}

/** Calls `lost` after three misses in a row, and goes on until the signal. */
async function heartbeat(url: string, everyMs: number, signal: AbortSignal, lost: () => void): Promise<void> {
  for (let missed = 0; !signal.aborted; ) {
    await sleep(everyMs, undefined, { signal }).catch(() => {})
    if (signal.aborted) return
    const answered = await ping(url, AbortSignal.any([signal, AbortSignal.timeout(everyMs)]))
    missed = answered ? 0 : missed + 1
    if (missed >= 3 && !signal.aborted) lost()
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

function startError(start: Exclude<Start, { state: 'ready' }>, directory: string): OutriderError {
  const cause = new Error(start.message)
  if (start.state === 'missing') {
    return new OutriderError('OUT_ENGINE_MISSING', `The embedded engine cannot be loaded: ${start.message}`, { cause })
  }
  if (start.state === 'locked') {
    return new OutriderError('OUT_DATA_LOCKED', `${directory} is held by ${holder(directory)}.`, { cause })
  }
  return new OutriderError('OUT_STORE_UNAVAILABLE', `The engine cannot open ${directory}: ${start.message}`, { cause })
}

/** The engine writes its process number into its lock file. */
function holder(directory: string): string {
  try {
    const status = readFileSync(join(directory, 'data', 'status'), 'utf8')
    return `process ${/PID: (\d+)/.exec(status)?.[1] ?? 'unknown'}`
  } catch {
    return 'another process'
  }
}
