/**
 * What runs added up to, written down while they are still, so that a month is read by runs and not by spans. A read takes
 * what is written down only where its `arrived`, a sum of hashes of all rows that ever came of the run, is what `runs` says now;
 * other runs are *live* and read from their spans, in the same statement, by the same text (`queries/run-*.sql`,
 * `spent-spans.sql`): a late span, an amend, a repeat counts at once. So nothing depends on how far this has come, or on where
 * it was cut off, and two collectors that do it at once write the same. Live for good are runs of several tenants and of absurd
 * starts. Who changes what such a text adds up empties `run_sums` in a migration.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { type Connection, composed, statement } from './connect.ts'
import { storeError } from './failure.ts'
import { WHOLE } from './live.ts'
import { createLooks } from './looks.ts'
import { timeText } from './row-json.ts'
import { tenantParams } from './runs.ts'
import type { LeaseStore } from './sample-store.ts'
import type { Log } from './writer.ts'

export interface RunSumsParts {
  readonly reading: Connection
  readonly writing: Connection
  /** Of several collectors on one store one does it. `null`: there is one. */
  readonly leases: LeaseStore | null
}

export interface RunSumsSettings {
  readonly now: () => number
  readonly log: Log
  /** How long nothing of a run has come when it is written down. @default 120_000 */
  readonly stillMs?: number
}

export interface RunSums {
  /** Writes down what is still; resolves with how many runs, 0 when all are. One at a time. */
  settle(): Promise<number>
  /** Does so once a minute from now on. */
  start(): void
  /** Resolves when nothing is under way. */
  stop(): Promise<void>
}

const sql = {
  due: composed('run-sums-due'),
  hide: statement('run-sums-hide'),
  sums: composed('run-sums'),
}

const EVERYONE = tenantParams(null)

/** A run that is still and not written down as it is; columns as in `run_sums`. */
interface Due {
  readonly day: string
  readonly trace_id: string
}

/** Runs that one look for them takes, which costs the same for one and for all. */
const AT_A_LOOK = 4000
/** In one statement: mostly it costs what it costs for a few, but spans that arrive wait until it is done. */
const AT_ONCE = 500
const BEAT_MS = 60_000
const MOST_WITHOUT = 100
const LEASE = 'write down runs'
/** Times as long as it took it rests: a tenth of the store's time at most. */
const PAUSE = 9

export function createRunSums({ reading, writing, leases }: RunSumsParts, settings: RunSumsSettings): RunSums {
  const { now, log, stillMs = 120_000 } = settings
  const holder = randomUUID()
  const sinceMs = now()
  const stopped = new AbortController()
  const looks = createLooks(now, stillMs)
  let last: Promise<unknown> = Promise.resolve()
  /** Names a claim: later than any before it. */
  let claimMs = 0
  let atOnce = AT_ONCE
  let found: readonly Due[] = []
  /** Runs that alone are too much for one statement: they are read from their spans. */
  const without: string[] = []

  /** What had arrived of them is noted before any span of theirs is read, and what is written down of them is hidden. */
  async function claim(
    runs: readonly Due[],
  ): Promise<{ readonly at: string; readonly fromDay: string; readonly toDay: string }> {
    claimMs = Math.max(now(), claimMs + 2)
    const at = timeText(BigInt(claimMs) * 1_000_000n).slice(0, -6)
    const rows = runs.map((run) => `${JSON.stringify({ ...run, made_at: at, gone: 1 })}\n`)
    const days = runs.map(({ day }) => day).sort()
    await writing
      .insert('run_sums', 'JSONEachRow', Buffer.from(rows.join('')), randomBytes(16).toString('hex'))
      .catch((cause: unknown) => {
        throw storeError(cause, 'Claiming runs')
      })
    return { at, fromDay: days[0]!, toDay: days.at(-1)! }
  }

  async function settleSome(): Promise<number> {
    if (found.length === 0) {
      const { sinceMs, fromDay } = looks.now()
      const which = { sinceMs, fromDay, sumsFromDay: fromDay, firstHour: 0, without, stillSinceMs: now() - stillMs }
      found = await reading.rows<Due>(sql.due, { ...EVERYONE, ...WHOLE, ...which, runs: AT_A_LOOK })
    }
    const runs = found.slice(0, atOnce)
    found = found.slice(atOnce)
    if (runs.length === 0) {
      looks.over()
      return 0
    }
    try {
      const claimed = await claim(runs)
      await writing.run(sql.hide, claimed)
      await writing.run(sql.sums, { ...EVERYONE, ...claimed })
    } catch (cause) {
      // fewer next time, until what is too much is alone
      if (runs.length === 1 && without.length < MOST_WITHOUT) without.push(runs[0]!.trace_id)
      atOnce = Math.ceil(runs.length / 4)
      found = []
      throw cause
    }
    atOnce = Math.min(AT_ONCE, 2 * atOnce)
    return runs.length
  }

  async function isMine(): Promise<boolean> {
    const bid = { name: LEASE, holder, sinceMs, alive: true, ttlMs: 3 * BEAT_MS }
    return leases === null || (await leases.bid(bid)) === holder
  }

  async function beat(): Promise<void> {
    for (;;) {
      if (!(await isMine())) return
      const began = performance.now()
      const runs = await settle()
      if (runs === 0 || stopped.signal.aborted) return
      await wait(PAUSE * (performance.now() - began), undefined, { signal: stopped.signal, ref: false }).catch(() => {})
    }
  }

  function settle(): Promise<number> {
    const mine = last.then(settleSome)
    last = mine.catch(() => {})
    return mine
  }

  let beating: NodeJS.Timeout | undefined
  let working: Promise<void> | undefined
  return {
    settle,
    start() {
      beating = setInterval(() => {
        working ??= beat()
          .catch((cause: unknown) => log.warn({ err: cause }, 'store: sums of runs could not be written down'))
          .finally(() => {
            working = undefined
          })
      }, BEAT_MS).unref()
    },
    async stop() {
      clearInterval(beating)
      stopped.abort()
      await working
      await last
    },
  }
}
