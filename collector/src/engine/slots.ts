import { Refusal } from './failure.ts'

/** Places for so many statements at a time; so many more may wait, in order. */
export interface Slots {
  /** Resolves when there is a place. Rejects with a Refusal when too many wait, or `signal` fires. */
  enter(signal: AbortSignal): Promise<void>
  leave(): void
}

export function createSlots(width: number, queue: number): Slots {
  const waiting: (() => void)[] = []
  let free = width
  return {
    async enter(signal: AbortSignal): Promise<void> {
      if (signal.aborted) throw cancelled()
      if (free > 0) {
        free--
        return
      }
      if (waiting.length >= queue) {
        throw new Refusal(202, 'TOO_MANY_SIMULTANEOUS_QUERIES', `${queue} statements are waiting in this lane`)
      }
      await new Promise<void>((resolve, reject) => {
        const giveUp = () => {
          waiting.splice(waiting.indexOf(go), 1)
          reject(cancelled())
        }
        const go = () => {
          signal.removeEventListener('abort', giveUp)
          resolve()
        }
        signal.addEventListener('abort', giveUp, { once: true })
        waiting.push(go)
      })
    },
    leave(): void {
      const next = waiting.shift()
      // a slot is handed over, never freed in between: nobody can slip in
      if (next) next()
      else free++
    },
  }
}

export function cancelled(): Refusal {
  return new Refusal(394, 'QUERY_WAS_CANCELLED', 'Query was cancelled before it started')
}
