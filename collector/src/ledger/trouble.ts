/** What is wrong with the journal, said once, in words, and typed for callers: nothing is granted while it is. */
import { OutriderError } from '../errors.ts'
import type { Reading } from './reading.ts'
import { NotWritten } from './writer.ts'

export interface LedgerLog {
  info(fields: object, text: string): void
  warn(fields: object, text: string): void
  error(fields: object, text: string): void
}

const SQLITE_BUSY = 5
const SQLITE_LOCKED = 6
const SQLITE_FULL = 13
const SQLITE_CONSTRAINT = 19

export function createTrouble(file: string, log?: LedgerLog) {
  let writing = true
  let fault: string | undefined

  const unavailable = (why: string, cause?: unknown) =>
    new OutriderError('OUT_LEDGER_UNAVAILABLE', `The ledger grants nothing: ${why}`, { cause, retryAfter: 1 })
  const breaks = (why: string) => {
    if (fault === undefined) log?.error({ file, fault: why }, 'the ledger does not add up; it grants nothing')
    fault ??= `its books do not add up (${why}).`
  }

  return {
    /** Runs it, and makes what SQLite throws a failure that callers know. */
    guard<T>(verb: () => T): T {
      try {
        return verb()
      } catch (cause) {
        if (cause instanceof OutriderError) throw cause
        log?.error({ err: cause, file }, 'the ledger can not be read')
        throw unavailable(`${file} can not be read (${(cause as Error).message}).`, cause)
      }
    },
    /** A batch was not written. */
    unwritten(cause: unknown): OutriderError {
      const code = cause instanceof NotWritten ? cause.code & 0xff : 0
      if (code === SQLITE_CONSTRAINT) breaks((cause as Error).message)
      const error = unavailable(`${file} can not be written: ${reasonOf(code, cause)}.`, cause)
      if (writing) log?.error({ err: cause, file }, error.message)
      writing = false
      return error
    },
    /** A batch was written. */
    over(): void {
      if (!writing) log?.info({ file }, 'the ledger can be written again')
      writing = true
    },
    broken(why: string): never {
      breaks(why)
      throw unavailable(fault!)
    },
    refuseIfBroken(): void {
      if (fault !== undefined) throw unavailable(fault)
    },
    /** Accounts hold what their holds reserve, or nothing is granted. */
    check(reading: Reading): void {
      const sums = new Map<number, number>()
      for (const { accounts, reserve } of reading.reserving()) {
        for (const n of accounts) sums.set(n, (sums.get(n) ?? 0) + reserve)
      }
      for (const { n, held } of reading.held()) {
        const open = sums.get(n) ?? 0
        if (open !== held) breaks(`account ${n} holds ${held}, and its open holds ${open}`)
        sums.delete(n)
      }
      for (const [n, open] of sums) if (open > 0) breaks(`account ${n} holds nothing, and its open holds ${open}`)
    },
  }
}

function reasonOf(code: number, cause: unknown): string {
  if (code === SQLITE_FULL) return 'the disk is full'
  if (code === SQLITE_BUSY || code === SQLITE_LOCKED) return 'another process has locked it'
  return (cause as Error).message
}
