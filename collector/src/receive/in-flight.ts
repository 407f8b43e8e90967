import { OutriderError } from '../errors.ts'

/** Counts the decoded bytes of every request at work, so that many large ones are put off rather than held at once. */
export interface InFlight {
  /** A request's own share, empty at first. */
  enter(): Share
  readonly bytes: number
}

export interface Share {
  /** Throws `OUT_OVERLOADED` where the bytes do not fit; the share then stays as it was. */
  add(bytes: number): void
  /** Gives everything back. Idempotent. */
  leave(): void
}

export function createInFlight(most: number): InFlight {
  let total = 0
  return {
    get bytes() {
      return total
    },
    enter() {
      let own = 0
      return {
        add(bytes) {
          if (total + bytes > most) {
            throw new OutriderError('OUT_OVERLOADED', 'The collector is at work on as much as it may hold at once.', {
              retryAfter: 1,
            })
          }
          total += bytes
          own += bytes
        },
        leave() {
          total -= own
          own = 0
        },
      }
    },
  }
}
