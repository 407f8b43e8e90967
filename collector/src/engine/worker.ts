import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Order, Report } from './child.ts'

/** One life of the child process. */
export interface Worker {
  readonly pid: number
  /** How it ended. Resolves once, whatever ended it. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
  /** Asks it to answer what it has and exit. */
  stop(): void
  /** Ends it and everything in its process group at once. */
  kill(): void
}

export type Start =
  | { readonly state: 'ready'; readonly worker: Worker }
  | { readonly state: 'missing' | 'locked' | 'failed'; readonly message: string }

/**
 * Starts a child on the given socket and resolves when it answers there, or when it says why it does not.
 *
 * @param fd the bound socket; it stays with the caller and is shared by all lives.
 * @param signal ends a start that is no longer wanted.
 * @param limitMs a child that is silent for so long is killed; loading tables after a crash takes a second or two.
 */
export async function startWorker(
  fd: number,
  order: Omit<Order, 'socket'>,
  limitMs: number,
  signal: AbortSignal,
  onSpawn: (pid: number) => void,
): Promise<Start> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./child.ts', import.meta.url))], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc', fd],
    // its own session: Ctrl-C in the terminal is for the parent, which drains first
    detached: true,
    // every running statement holds one thread of the pool, and files need some too. Nothing else is handed down:
    // the environment of a collector holds keys
    env: { UV_THREADPOOL_SIZE: '16', TZ: 'UTC' },
  })
  const said = tail(child)
  const ended = new Promise<Awaited<Worker['ended']>>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
    child.once('error', () => resolve({ code: null, signal: null }))
  })
  if (child.pid === undefined) return { state: 'failed', message: 'the engine process could not be started' }
  const pid = child.pid
  onSpawn(pid)
  const worker: Worker = {
    pid,
    ended,
    stop: () => {
      if (child.connected) child.send('stop', () => {})
    },
    kill: () => {
      // a number is soon another process's
      if (child.exitCode !== null || child.signalCode !== null) return
      try {
        process.kill(-pid, 'SIGKILL')
      } catch {
        // gone already
      }
    },
  }
  const reported = new Promise<Report>((resolve) => child.once('message', (report) => resolve(report as Report)))
  child.send({ ...order, socket: 4 } satisfies Order, () => {})
  const giveUp = AbortSignal.any([signal, AbortSignal.timeout(limitMs)])
  giveUp.addEventListener('abort', worker.kill)
  const report = await Promise.race([reported, ended])
  giveUp.removeEventListener('abort', worker.kill)
  if ('ready' in report) return { state: 'ready', worker }
  worker.kill()
  await ended
  if (!('failed' in report)) return { state: 'failed', message: `the engine ended while opening (${said()})` }
  if (report.failed === 'missing') return { state: 'missing', message: report.message }
  // the engine says only on stderr that another process holds the directory
  return { state: /Cannot lock file/.test(said()) ? 'locked' : 'failed', message: `${report.message} ${said()}`.trim() }
}

/** The last 2 kB of stderr. Kept to explain a failed start, never logged: a crash report quotes SQL. */
function tail(child: ChildProcess): () => string {
  let text = ''
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-2048)
  })
  return () => text.trim()
}
