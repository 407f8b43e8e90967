/** Guards a call whose stream belongs to a framework: parts go through unchanged, and what they tell settles the call. */
import { guard } from './guard.ts'
import type { GuardedModel, GuardedModelOptions } from './guarded-call.ts'

/** What one part says of its call, besides what `read` told the call itself. */
export type Said =
  /** Words of the answer: the first ones tell the time to the first chunk. */
  | 'content'
  /** The provider failed, and said so in the stream. */
  | { readonly failed: unknown }
  | undefined

/**
 * Asks the gate and opens the stream inside the guarded call, which ends when the stream is read to its end, fails or is
 * left. The parts that come out, and what is thrown, are the stream's own. Rejects as `guard` does.
 */
export async function tap<P>(
  options: GuardedModelOptions,
  open: (call: GuardedModel) => PromiseLike<AsyncIterator<P>> | AsyncIterator<P>,
  read: (part: P, call: GuardedModel) => Said,
): Promise<AsyncIterableIterator<P, undefined>> {
  let call!: GuardedModel
  let source!: AsyncIterator<P>
  let spoke = false
  let failure: { readonly thrown: unknown } | undefined
  let over = false
  const lane = await guard({ ...options, stream: true }, async (given) => {
    call = given
    source = await open(given)
    // the verbs watch an iterator: this one is stepped when there is something to tell
    const steps: AsyncIterableIterator<undefined, undefined> = {
      async next() {
        if (failure !== undefined) throw failure.thrown
        return over ? { done: true, value: undefined } : { done: false, value: undefined }
      },
      return: async () => ({ done: true, value: undefined }),
      [Symbol.asyncIterator]: () => steps,
    }
    return steps
  })
  const { signal } = call
  const end = async () => {
    over = true
    signal.removeEventListener('abort', stop)
    await lane.next().catch(() => {})
  }
  // who aborts a stream often reads no further: then nothing else tells its end
  const stop = () => {
    const { reason } = signal
    failure ??= { thrown: reason instanceof Error ? reason : new DOMException('aborted', 'AbortError') }
    void end()
  }
  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop)
  const note = (part: P) => {
    let said: Said
    try {
      said = read(part, call)
    } catch {
      return // a part of a shape that nobody knew: the application's stream goes on
    }
    if (said === undefined) return
    if (said !== 'content') failure ??= { thrown: said.failed }
    else if (!spoke) {
      spoke = true
      void lane.next().catch(() => {})
    }
  }
  const parts: AsyncIterableIterator<P, undefined> = {
    async next() {
      try {
        const result = await source.next()
        if (result.done) {
          await end()
          return { done: true, value: undefined }
        }
        note(result.value)
        return result
      } catch (thrown) {
        failure ??= { thrown }
        await end()
        throw thrown
      }
    },
    async return(reason?: unknown) {
      signal.removeEventListener('abort', stop)
      await lane.return?.()
      await source.return?.(reason)
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]: () => parts,
  }
  return parts
}
