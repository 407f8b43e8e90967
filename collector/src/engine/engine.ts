/**
 * The embedded ClickHouse. This room knows how to keep one engine process alive on one data directory, and how to speak
 * ClickHouse's HTTP interface for it; it refuses to know what is stored.
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import net from 'node:net'
import { totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { OutriderError } from '../errors.ts'
import { claimDirectory } from './owner.ts'
import { type Log, type StartChild, supervise } from './supervisor.ts'
import { type Start, startWorker } from './worker.ts'

export interface EngineSettings {
  /** The engine's directory, made if missing (mode 0700). One process owns it. */
  readonly dir: string
  /** What queries, merges and caches may take together. @default a quarter of the machine's memory, 2 GB at most */
  readonly memoryBytes?: number
  /** @default silent */
  readonly log?: Log
  /** Time between two heartbeats; five in a row that are not answered within two of it end the child: 15 s. @default 1000 */
  readonly heartbeatMs?: number
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

/**
 * Starts the engine and resolves when it answers.
 *
 * @throws OutriderError `OUT_DATA_LOCKED` (another process holds the directory), `OUT_ENGINE_MISSING` (`chdb` is not
 * installed or has no binary for this platform), `OUT_STORE_UNAVAILABLE` (the data cannot be opened). The data is not
 * touched in any of them.
 */
export async function startEngine(settings: EngineSettings): Promise<Engine> {
  if (net.BoundSocket === undefined) {
    throw new OutriderError('OUT_ENGINE_MISSING', 'The embedded engine needs Node 26.4 or newer.')
  }
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
  const socket = new net.BoundSocket({ host: '127.0.0.1', port: 0 })
  const password = randomBytes(24).toString('base64url')
  const memoryBytes = settings.memoryBytes ?? Math.min(Math.floor(totalmem() / 4), 2_000_000_000)
  const start: StartChild = (signal) =>
    startWorker(socket.fd(), { directory, password, memoryBytes }, openLimitMs, signal, claim.engine)

  const first = await patiently(() => start(new AbortController().signal))
  if (first.state !== 'ready') {
    socket.close()
    claim.release()
    throw startError(first, directory)
  }
  const url = `http://127.0.0.1:${socket.address().port}`
  const { log, heartbeatMs = 1000 } = settings
  const life = supervise(first.worker, { url, start, log, heartbeatMs })
  let closed: Promise<void> | undefined
  return {
    url,
    password,
    restarts: life.restarts,
    pid: life.pid,
    ready: life.ready,
    close() {
      if (closed === undefined) {
        closed = life.close().finally(claim.release)
        // now, not at the end: whoever comes is refused, not left waiting
        socket.close()
      }
      return closed
    },
  }
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
