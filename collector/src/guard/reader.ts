/**
 * Reads texts in a thread of its own, so that long ones hold up neither the gate nor the receiver. What the gate asks
 * comes before what telemetry asks. The thread is started by the first text, and again when it dies.
 */
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { GuardScope, GuardSettings } from '../guard-policy.ts'
import type { AskedText, JudgedTexts, JudgeSettings } from './text-judge.ts'

export interface Asked {
  readonly texts: readonly AskedText[]
  readonly scope: GuardScope
  readonly judge: JudgeSettings
  /** Without personal data and secrets: they are known already. */
  readonly rest: boolean
  /** This pack instead of what is configured. */
  readonly pack?: string
}

export interface Order extends Asked {
  readonly id: number
}
export interface Report {
  readonly id: number
  /** Null: the thread cannot judge at all. */
  readonly judged: JudgedTexts | null
}

export interface Reader {
  /** Null where it could not be read: the thread died of it or took longer than `patienceMs`, or is closed. */
  read(asked: Asked, isUrgent: boolean): Promise<JudgedTexts | null>
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
  readonly done: (judged: JudgedTexts | null) => void
}

export function createReader(first: GuardSettings, { hashKey, patienceMs = 30_000 }: ReaderSettings): Reader {
  let settings = first
  let worker: Worker | null = null
  let running: Job | null = null
  let timer: NodeJS.Timeout | undefined
  let isClosed = false
  let count = 0
  const urgent: Job[] = []
  const patient: Job[] = []

  function start(): Worker {
    const file = fileURLToPath(new URL('./thread.ts', import.meta.url))
    // the environment holds keys; the thread needs none
    const started = new Worker(file, { workerData: { settings, hashKey }, env: {}, stderr: true })
    started.on('message', ({ id, judged }: Report) => {
      if (worker === started && running?.order.id === id) finish(judged)
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

  function finish(judged: JudgedTexts | null): void {
    clearTimeout(timer)
    const job = running
    running = null
    job?.done(judged)
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

  /** Whoever waits for this text hears that it was not read; the others go on in another thread. */
  function stop(): void {
    const stuck = worker
    worker = null
    void stuck?.terminate()
    finish(null)
  }

  return {
    read(asked, isUrgent) {
      if (isClosed) return Promise.resolve(null)
      return new Promise((done) => {
        const job = { order: { ...asked, id: count++ }, done }
        ;(isUrgent ? urgent : patient).push(job)
        next()
      })
    },
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
