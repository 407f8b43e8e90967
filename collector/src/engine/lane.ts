import type { Answer, Chdb, Connection } from './chdb.ts'
import { Refusal } from './failure.ts'
import type { Gate } from './gate.ts'
import { cancelled, createSlots } from './slots.ts'
import { prelude, type Statement } from './statement.ts'

export interface LaneSettings {
  /** Statements that may run at the same time. */
  readonly width: number
  /** The engine settings that every statement of the lane starts with. */
  readonly settings: Readonly<Record<string, string | number>>
  /** Statements that may wait; the next is refused. @default 512 */
  readonly queue?: number
  /** Judges each statement before it runs. @default none: whoever has the lane's password is trusted */
  readonly gate?: Gate
}

/** A queue in front of the engine: statements of one lane wait for each other, statements of different lanes do not. */
export interface Lane {
  /**
   * Runs one statement on a connection of its own. When `signal` fires, a waiting statement is dropped and a running one
   * is killed; the promise then rejects.
   */
  run(statement: Statement, signal: AbortSignal): Promise<Answer>
  /** Milliseconds by which the slowest running statement exceeds its own time limit; 0 when none does. */
  overdueMs(now: number): number
  /** Refuses what waits and what comes, gives running statements the time, then kills them. Resolves when none runs. */
  close(graceMs: number): Promise<void>
}

let serial = 0

/** @param kill asks the engine to stop the statement whose `log_comment` starts with the tag; may be repeated. */
export function createLane(chdb: Chdb, kill: (tag: string) => void, lane: LaneSettings): Lane {
  const slots = createSlots(lane.width, lane.queue ?? 512)
  const running = new Set<Run>()
  const closing = new AbortController()
  const ending = new AbortController()

  async function execute(statement: Statement, signal: AbortSignal, deadline: Deadline): Promise<Answer> {
    const tag = `q${++serial}.`
    const comment = statement.settings.get('log_comment')
    const settings = new Map(statement.settings)
    if (comment !== undefined) settings.set('log_comment', tag + comment)
    let again: NodeJS.Timeout | undefined
    const cancel = () => {
      kill(tag)
      // a statement that is still being parsed is not listed yet: ask until it is gone
      again = setInterval(() => kill(tag), 200)
    }
    const cancellable = (on: Connection, sql: string) => {
      if (signal.aborted) throw cancelled()
      signal.addEventListener('abort', cancel, { once: true })
      return on.query(sql, statement.format)
    }
    let connection: Connection | undefined
    try {
      connection = chdb.connect({ ...lane.settings, log_comment: tag })
      const { statements, reads } = await connection.classify(statement.sql)
      if (lane.gate !== undefined) {
        deadline.at = Date.now() + timeLimitMs({ settings: new Map() }, lane)
        const sql = await lane.gate(connection, statement, { statements, reads })
        return await cancellable(connection, sql)
      }
      if (statements > 1) throw new Refusal(62, 'SYNTAX_ERROR', 'Multi-statements are not allowed')
      // the engine keeps to its limit in reads and inserts; alterations and backups may take their time
      if (reads || statement.sql.startsWith('INSERT')) deadline.at = Date.now() + timeLimitMs(statement, lane)
      for (const sql of prelude({ ...statement, settings })) await connection.query(sql, 'Null')
      return await cancellable(connection, statement.sql)
    } finally {
      clearInterval(again)
      signal.removeEventListener('abort', cancel)
      connection?.close()
    }
  }

  return {
    async run(statement, signal) {
      await slots.enter(AbortSignal.any([signal, closing.signal]))
      const deadline = { at: Number.POSITIVE_INFINITY }
      const answer = execute(statement, AbortSignal.any([signal, ending.signal]), deadline)
      const run = { answer, deadline }
      running.add(run)
      try {
        return await answer
      } finally {
        running.delete(run)
        slots.leave()
      }
    },
    overdueMs: (now) => Math.max(0, ...[...running].map((run) => now - run.deadline.at)),
    async close(graceMs) {
      closing.abort()
      const grace = setTimeout(() => ending.abort(), graceMs)
      await Promise.allSettled([...running].map((run) => run.answer))
      clearTimeout(grace)
    },
  }
}

/** When a statement's own time limit ends, ms since 1970. */
interface Deadline {
  at: number
}

interface Run {
  readonly answer: Promise<Answer>
  readonly deadline: Deadline
}

function timeLimitMs(statement: Pick<Statement, 'settings'>, lane: LaneSettings): number {
  const seconds = Number(statement.settings.get('max_execution_time') ?? lane.settings.max_execution_time ?? 0)
  return seconds > 0 ? seconds * 1000 : Number.POSITIVE_INFINITY
}
