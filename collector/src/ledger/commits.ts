import type { Batch } from './batch.ts'

export interface CommitParts {
  /** Hands over what has changed since the last time. */
  gather(): Batch
  /** Resolves when the batch is on the disk. */
  write(batch: Batch): Promise<void>
  /** Nothing of the batch, nor of what was gathered since, will be written: forget it. Returns what callers are told. */
  failed(cause: unknown): Error
}

/**
 * Group commit: while one batch is on its way to the disk the next one is gathered, and all who wait for it are answered
 * together. When a batch fails, so does the one after it, whose callers saw its effects.
 */
export interface Commits {
  /** The batch that is being gathered; what changes now is on the disk once `durable` has reached it. */
  readonly number: number
  readonly durable: number
  /** Resolves when that batch, or by default all that changed until now, is on the disk. */
  settled(number?: number): Promise<void>
}

export function createCommits({ gather, write, failed }: CommitParts): Commits {
  let number = 1
  let durable = 0
  let next = answer()
  let flying: { readonly number: number; readonly promise: Promise<void> } | undefined
  let asked = false

  const flush = () => {
    if (flying !== undefined || !asked) return
    asked = false
    const answered = next
    const mine = number
    flying = { number: mine, promise: answered.promise }
    number += 1
    next = answer()
    start(gather()).then(
      () => {
        durable = mine
        flying = undefined
        answered.resolve()
        flush()
      },
      (cause) => {
        const gathered = next
        next = answer()
        number += 1
        asked = false
        flying = undefined
        const error = failed(cause)
        answered.reject(error)
        gathered.reject(error)
      },
    )
  }
  const start = async (batch: Batch) => (batch.length === 0 ? undefined : write(batch))

  return {
    get number() {
      return number
    },
    get durable() {
      return durable
    },
    settled(wanted = number) {
      if (wanted <= durable) return Promise.resolve()
      if (wanted === flying?.number) return flying.promise
      if (!asked) {
        asked = true
        // once an iteration of the event loop, so that all requests that came in with it share the commit
        if (flying === undefined) setImmediate(flush)
      }
      return next.promise
    },
  }
}

function answer(): PromiseWithResolvers<void> {
  const resolvers = Promise.withResolvers<void>()
  // a batch may fail that nobody waits for
  resolvers.promise.catch(() => {})
  return resolvers
}
