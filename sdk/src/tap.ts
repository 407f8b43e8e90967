/** Sends a stream through an answer without replacing the stream: its iterator's own methods are patched in place. */
import type { Answer } from './answer.ts'
import type { Ending } from './live.ts'

export interface TapSettings {
  within<T>(fn: () => T): T
  /** What the application gets in place of what was thrown. */
  told(thrown: unknown): unknown
  /** Breaks off what the iterator reads from: a `return` alone waits for a provider that is silent. */
  abort?(): void
  /** True where the application broke it off by other means than the iterator. */
  isLeft?(): boolean
}

const returned: Ending = { how: 'returned' }
const left: Ending = { how: 'left' }

/** The same iterator, which hands on what the answer lets through. Steps run one after the other, as a generator's do. */
export function tap<I extends AsyncIterator<unknown>>(iterator: I, answer: Answer, settings: TapSettings): I {
  const { within, told, abort, isLeft } = settings
  const { next, return: leave, throw: fail } = iterator
  const waiting: unknown[] = []
  let over: { readonly value: unknown } | undefined
  let last: Promise<unknown> = Promise.resolve()
  let steps = 0

  const inTurn = <T>(step: () => Promise<T>): Promise<T> => {
    steps += 1
    const mine = steps === 1 ? step() : last.then(step, step)
    last = mine.finally(() => {
      steps -= 1
    })
    last.catch(() => {})
    return mine
  }

  async function step(): Promise<IteratorResult<unknown>> {
    for (;;) {
      if (waiting.length > 0) return { done: false, value: waiting.shift() }
      if (over !== undefined) return { done: true, value: over.value }
      let result: IteratorResult<unknown>
      try {
        result = await within(() => next.call(iterator))
      } catch (thrown) {
        answer.close({ how: 'threw', thrown })
        throw told(thrown)
      }
      try {
        // awaited only where there is something to wait for: a stream has many pieces
        const out = result.done ? answer.rest() : answer.piece(result.value)
        waiting.push(...(out instanceof Promise ? await out : out))
      } catch (thrown) {
        over = { value: undefined }
        answer.close({ how: 'threw', thrown })
        abort?.()
        await within(async () => leave?.call(iterator)).catch(() => {})
        throw thrown
      }
      // a client makes the quiet end of an abort; who stopped it is for the application to know
      const denial = result.done ? told(undefined) : undefined
      if (denial !== undefined) {
        over = { value: undefined }
        answer.close({ how: 'threw', thrown: denial })
        throw denial
      }
      if (result.done) {
        over = { value: result.value }
        answer.close(isLeft?.() ? left : returned)
      }
    }
  }

  async function finish(go: () => Promise<IteratorResult<unknown>> | undefined, value: unknown) {
    waiting.length = 0
    over ??= { value: undefined }
    try {
      return (await within(go)) ?? { done: true, value }
    } finally {
      answer.close(left)
    }
  }

  define(iterator, 'next', () => inTurn(step))
  define(iterator, 'return', (value?: unknown) => inTurn(() => finish(() => leave?.call(iterator, value), value)))
  if (fail)
    define(iterator, 'throw', (error?: unknown) => inTurn(() => finish(() => fail.call(iterator, error), error)))
  return iterator
}

export function define(target: object, key: PropertyKey, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, configurable: true, enumerable: false })
}
