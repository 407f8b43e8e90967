/** Streams of texts, handed on as a guard leaves them. What came while the guards were asked goes to them as one. */
import { Readable } from 'node:stream'
import type { GuardStream } from './guard-stream.ts'
import { define, isIterator } from './stream.ts'

/** Read ahead of the guards at most, in chunks. */
const AHEAD = 64

/**
 * The very stream where it can be told to hand on guarded text, else one of its kind. Chunks that are no text go on as
 * they are, and `foreign` is told.
 */
export function guardedText(stream: AsyncIterable<unknown>, guard: GuardStream, foreign: () => void): unknown {
  const from = (source: AsyncIterable<unknown>) => texts(source[Symbol.asyncIterator](), guard, foreign)
  // their other readers (pipes, tees, events) know no iterator, so these are replaced
  if (stream instanceof ReadableStream) return ReadableStream.from(from(stream))
  if (stream instanceof Readable) return Readable.from(from(stream), { objectMode: true })
  try {
    patch(stream, guard, foreign)
    return stream
  } catch {
    return from(stream)
  }
}

function patch(stream: AsyncIterable<unknown>, guard: GuardStream, foreign: () => void): void {
  if (!isIterator(stream)) {
    const iterate = stream[Symbol.asyncIterator]
    const guarded = () => texts(iterate.call(stream), guard, foreign)
    define(stream, Symbol.asyncIterator, guarded)
    return
  }
  const { next, return: leave } = stream
  const source = { next: () => next.call(stream), return: () => leave?.call(stream) ?? END }
  const handed = texts(source, guard, foreign)
  define(stream, 'next', () => handed.next())
  define(stream, 'return', () => handed.return(undefined))
  define(stream, 'throw', (error?: unknown) => handed.throw(error))
}

const END = Promise.resolve({ done: true, value: undefined } as const)

type Step = { readonly result: IteratorResult<unknown> } | { readonly failure: unknown } | { readonly text: unknown }

async function* texts(source: AsyncIterator<unknown>, guard: GuardStream, foreign: () => void) {
  /** What is handed on next, in order. */
  const ahead: Promise<Step>[] = []
  let reading: Promise<Step> | undefined
  let last: Step | undefined
  try {
    while (last === undefined || ahead.length > 0) {
      if (last === undefined && ahead.length < AHEAD) reading ??= read(source)
      const step = await Promise.race([...ahead.slice(0, 1), ...(reading === undefined ? [] : [reading])])
      if ('text' in step) {
        ahead.shift()
        if (step.text !== '') yield step.text
        continue
      }
      reading = undefined
      if ('failure' in step || step.result.done) {
        last = step
        ahead.push(told(guard.end()))
      } else if (typeof step.result.value === 'string') ahead.push(told(guard.push(step.result.value)))
      else {
        foreign()
        ahead.push(told(Promise.resolve(step.result.value)))
      }
    }
    if ('failure' in last) throw last.failure
  } finally {
    // not waited for while it is being read: it may never say another word
    if (last === undefined) {
      const leaving = Promise.resolve(source.return?.()).catch(() => {})
      if (reading === undefined) await leaving
    }
  }
}

/** Never rejects: an error of the source comes after the text before it. */
const read = (source: AsyncIterator<unknown>): Promise<Step> =>
  source.next().then(
    (result) => ({ result }),
    (failure: unknown) => ({ failure }),
  )

function told(work: Promise<unknown>): Promise<Step> {
  const step = work.then((text): Step => ({ text }))
  step.catch(() => {})
  return step
}
