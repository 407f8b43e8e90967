/** One model call of a framework, from the question to the end of its answer: asked for, metered, guarded, settled. */
import { createAnswer, type Read } from './answer.ts'
import { type Begun, begin } from './guard.ts'
import type { GuardedModel, GuardedModelOptions } from './guarded-call.ts'
import type { Ending } from './live.ts'
import { tap } from './tap.ts'

export interface Reading {
  /** Reads the framework's own answers and pieces. */
  readonly read: Read
  /** What a piece of a stream says of a failure that is no exception to whoever reads on. */
  readonly failed?: ((piece: unknown) => { readonly thrown: unknown } | undefined) | undefined
  /** As `createAnswer` has it. */
  readonly copy?: ((piece: unknown) => unknown) | undefined
}

const returned: Ending = { how: 'returned' }
const left: Ending = { how: 'left' }

/**
 * Asks the gate and makes the call with what it allows. Resolves with the framework's own answer, changed in place where a
 * guard changes it. Rejects with a DeniedError where the gate says no, and with what `make` throws.
 */
export async function govern<V>(
  options: GuardedModelOptions,
  reading: (call: GuardedModel) => Reading,
  make: (call: GuardedModel) => PromiseLike<V>,
): Promise<V> {
  const begun = await begin(options, { unchosen: 'allow' })
  const answer = createAnswer(begun, { read: reading(begun.call).read })
  try {
    const value = await begun.within(() => make(begun.call))
    await answer.whole(value)
    answer.close(returned)
    return value
  } catch (thrown) {
    answer.close({ how: 'threw', thrown })
    throw begun.told(thrown)
  }
}

/** A stream that is thrown away unread has no end of its own; the garbage collector tells. Holds no stream alive. */
const forgotten = new FinalizationRegistry<() => void>((close) => close())

/**
 * As `govern`, for an answer in pieces: resolves with the stream that `open` gave, its iterator patched in place. The call
 * ends when the stream is read to its end, fails, is cut or left, and when it is aborted, read or not.
 */
export async function governStream<P>(
  options: GuardedModelOptions,
  reading: (call: GuardedModel) => Reading,
  open: (call: GuardedModel) => PromiseLike<AsyncIterator<P>> | AsyncIterator<P>,
): Promise<AsyncIterator<P>> {
  const begun = await begin({ ...options, stream: true }, { unchosen: 'allow' })
  const { call } = begun
  const { read, failed, copy } = reading(call)
  let failure: { readonly thrown: unknown } | undefined
  const inner = createAnswer(silent(begun), {
    read(piece) {
      failure ??= failed?.(piece)
      const said = read(piece)
      // what is said before the first words of the answer is no answer yet
      if (said.texts !== undefined && said.texts.length > 0) call.chunk()
      return said
    },
    copy,
  })
  const { signal } = call
  const answer = {
    ...inner,
    close(ending: Ending) {
      signal.removeEventListener('abort', stop)
      inner.close(failure !== undefined && ending.how === 'returned' ? { how: 'threw', ...failure } : ending)
    },
  }
  // who aborts a stream often reads no further: then nothing else tells its end
  const stop = () => answer.close({ how: 'threw', thrown: reasonOf(signal) })
  try {
    const iterator = await begun.within(() => open(call))
    const { within, told } = begun
    const tapped = tap(iterator, answer, { within, told })
    forgotten.register(tapped, () => answer.close(left))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop)
    return tapped
  } catch (thrown) {
    answer.close({ how: 'threw', thrown })
    throw begun.told(thrown)
  }
}

/** Tells the first chunk when there are words, not when there is a piece. */
const silent = (begun: Begun): Begun => ({ ...begun, call: { ...begun.call, chunk() {} } })

const reasonOf = ({ reason }: AbortSignal): unknown =>
  reason instanceof Error ? reason : new DOMException('The call was aborted.', 'AbortError')

/** The same stream, each of whose steps is run by `within`: a generator runs where it is stepped, not where it was made. */
export function stepped<P>(iterable: AsyncIterable<P>, within: <T>(fn: () => T) => T): AsyncIterator<P> {
  const iterator = within(() => iterable[Symbol.asyncIterator]())
  return {
    next: () => within(() => iterator.next()),
    return: async (value?: unknown) =>
      (await within(() => iterator.return?.(value))) ?? { done: true, value: undefined },
  }
}
