/**
 * Watches a stream without replacing it: the object that the application returned is the one its caller gets, with every
 * method it had. Its iterator is patched in place, so that a span can end when the stream ends, breaks or is left.
 */
import { finished, Readable } from 'node:stream'
import type { Ending } from './live.ts'

interface Watcher {
  chunk(): void
  end(ending: Ending): void
  within<T>(fn: () => T): T
}

const returned: Ending = { how: 'returned' }
const left: Ending = { how: 'left' }

/** A stream that is thrown away unread has no end of its own; the garbage collector tells. Holds no stream alive. */
const forgotten = new FinalizationRegistry<Watcher['end']>((end) => end(left))

export function isStream(value: unknown): value is AsyncIterable<unknown> {
  try {
    return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
  } catch {
    return false
  }
}

/** False where the object cannot be watched (frozen): the caller then ends the span at once. */
export function watch(stream: AsyncIterable<unknown>, watcher: Watcher): boolean {
  try {
    if (isIterator(stream)) watchIterator(stream, watcher)
    else {
      const iterate = stream[Symbol.asyncIterator]
      const watched = function (this: AsyncIterable<unknown>, ...args: []) {
        return watchIterator(
          watcher.within(() => iterate.apply(this, args)),
          watcher,
        )
      }
      define(stream, Symbol.asyncIterator, watched)
    }
    if (stream instanceof ReadableStream) watchReaders(stream, watcher)
    // not `finished()`: its error listener would hide a stream error that the application never handles
    if (stream instanceof Readable) stream.once('close', () => watcher.end(endingOf(stream)))
    forgotten.register(stream, watcher.end)
    return true
  } catch {
    return false
  }
}

function watchIterator<I extends AsyncIterator<unknown>>(iterator: I, watcher: Watcher): I {
  const step = async (go: () => Promise<IteratorResult<unknown>>, whenDone: Ending) => {
    try {
      const result = await watcher.within(go)
      if (result.done) watcher.end(whenDone)
      else watcher.chunk()
      return result
    } catch (thrown) {
      watcher.end({ how: 'threw', thrown })
      throw thrown
    }
  }
  const { next, return: leave, throw: fail } = iterator
  define(iterator, 'next', (...args: []) => step(() => next.apply(iterator, args), returned))
  define(iterator, 'return', (value?: unknown) =>
    step(async () => leave?.call(iterator, value) ?? { done: true, value }, left),
  )
  if (fail) define(iterator, 'throw', (error?: unknown) => step(() => fail.call(iterator, error), left))
  return iterator
}

/** Web streams are also read by readers, pipes and tees: their end is told by Node, their first chunk by the reader. */
function watchReaders(stream: ReadableStream, watcher: Watcher): void {
  finished(stream, (error) => watcher.end(error ? { how: 'threw', thrown: error } : returned))
  const { getReader } = stream
  define(stream, 'getReader', (...args: []) => {
    const reader = getReader.apply(stream, args)
    const read = reader.read as (...views: []) => Promise<{ done: boolean }>
    define(reader, 'read', async (...views: []) => {
      const result = await read.apply(reader, views)
      if (!result.done) watcher.chunk()
      return result
    })
    return reader
  })
}

function endingOf({ errored, readableEnded }: Readable): Ending {
  if (errored) return { how: 'threw', thrown: errored }
  return readableEnded ? returned : left
}

export function isIterator(value: object): value is AsyncIterator<unknown> {
  return 'next' in value && typeof value.next === 'function'
}

export function define(target: object, key: PropertyKey, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, configurable: true, enumerable: false })
}
