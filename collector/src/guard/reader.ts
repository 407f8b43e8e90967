/**
 * Reads texts in a thread of its own, so that long ones hold up neither the gate nor the receiver. What the gate asks
 * comes before what telemetry asks. The thread is started by the first text, and again when it dies.
 */
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { type GuardScope, type GuardSettings, nativeRe2Path } from '../guard-policy.ts'
import type { Evidence } from '../guarding.ts'
import type { AskedText, JudgedTexts, JudgeSettings } from './text-judge.ts'
import type { RunOfTenant } from './vaults.ts'

interface Asked {
  readonly texts: readonly AskedText[]
  readonly scope: GuardScope
  readonly judge: JudgeSettings
  /** This pack instead of what is configured. */
  readonly pack?: string
  /** Whose vault hides what the policy wants to be given back. */
  readonly of: RunOfTenant
}

interface Looked extends Pick<Asked, 'texts' | 'scope' | 'judge'> {
  /** Judged by these settings instead of what is configured, personal data and secrets too. */
  readonly instead?: GuardSettings
}

/** What was found in one of the texts. */
interface Seen {
  /** Its place among them. */
  readonly at: number
  readonly evidence: readonly Evidence[]
}

export type Order = (Asked & { readonly verb: 'read' }) | (Looked & { readonly verb: 'look' })
/** Null: the thread cannot judge at all. */
export type Report = JudgedTexts | readonly Seen[] | null

export interface Reader {
  /** Null where it could not be read: the thread died of it or took longer than `patienceMs`, or is closed. */
  read(asked: Asked): Promise<JudgedTexts | null>
  /** Only what was found beside personal data and secrets, after everything that is urgent; null as above. */
  look(asked: Looked): Promise<readonly Seen[] | null>
  /** What is asked from now on is judged by other settings. */
  reload(settings: GuardSettings): void
  /** Texts that wait. */
  waiting(): number
  close(): Promise<void>
}

export interface ReaderSettings {
  readonly hashKey: string
  /** @default 30_000 */
  readonly patienceMs?: number
}

interface Job {
  readonly order: Order
  readonly done: (report: Report) => void
}

export function createReader(first: GuardSettings, { hashKey, patienceMs = 30_000 }: ReaderSettings): Reader {
  let settings = first
  let worker: Worker | null = null
  let running: Job | null = null
  let timer: NodeJS.Timeout | undefined
  let isClosed = false
  const urgent: Job[] = []
  const patient: Job[] = []

  function start(): Worker {
    const file = fileURLToPath(new URL('./thread.ts', import.meta.url))
    // the environment holds keys; the thread needs none
    const workerData = { settings, hashKey, re2: nativeRe2Path() }
    const started = new Worker(file, { workerData, env: {}, stderr: true })
    // one at a time: what it says is of what runs
    started.on('message', (report: Report) => {
      if (worker === started) finish(report)
    })
    const gone = () => {
      if (worker !== started) return
      worker = null
      finish(null)
    }
    started.on('error', gone)
    started.on('exit', gone)
    started.unref()
    return started
  }

  function finish(report: Report): void {
    clearTimeout(timer)
    const job = running
    running = null
    job?.done(report)
    next()
  }

  function next(): void {
    if (running !== null || isClosed) return
    running = urgent.shift() ?? patient.shift() ?? null
    if (running === null) {
      worker?.unref()
      return
    }
    worker ??= start()
    worker.ref()
    timer = setTimeout(stop, patienceMs)
    worker.postMessage(running.order)
  }

  function ask<T extends Report>(order: Order, queue: Job[]): Promise<T | null> {
    if (isClosed) return Promise.resolve(null)
    return new Promise((resolve) => {
      // the thread answers each verb with its own
      queue.push({ order, done: (report) => resolve(report as T | null) })
      next()
    })
  }

  /** Whoever waits for this text hears that it was not read; the others go on in another thread. */
  function stop(): void {
    const stuck = worker
    worker = null
    void stuck?.terminate()
    finish(null)
  }

  return {
    read: (asked) => ask({ ...asked, verb: 'read' }, urgent),
    look: (asked) => ask({ ...asked, verb: 'look' }, patient),
    reload(changed) {
      settings = changed
      const old = worker
      worker = null
      if (running === null) void old?.terminate()
      else {
        // what it reads now was asked under the old settings, and may be asked again
        urgent.unshift(running)
        running = null
        clearTimeout(timer)
        void old?.terminate()
        next()
      }
    },
    waiting: () => urgent.length + patient.length + (running === null ? 0 : 1),
    async close() {
      isClosed = true
      clearTimeout(timer)
      const last = worker
      worker = null
      for (const { done } of [...(running === null ? [] : [running]), ...urgent, ...patient]) done(null)
      running = null
      await last?.terminate()
    },
  }
}
