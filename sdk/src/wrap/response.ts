/** Reads along with an application that reads the provider's response itself: what it reads is what we read, no more. */
import { createEventParser } from '../event-stream.ts'
import { define } from '../tap.ts'
import type { GovernedRequest } from './governed-request.ts'

const METHODS = ['json', 'text', 'arrayBuffer', 'blob', 'bytes', 'formData'] as const

/** Patches the response's own readers in place. */
export function watchResponse(response: Response, request: GovernedRequest): void {
  const isEvents = /event-stream/.test(response.headers.get('content-type') ?? '')
  const isJson = /json/.test(response.headers.get('content-type') ?? '')
  const body = response.body
  if (body === null) {
    request.end('returned')
    return
  }

  const taker = isEvents ? eventTaker(request) : jsonTaker(request, isJson)
  for (const method of METHODS) {
    const read = response[method] as (() => Promise<unknown>) | undefined
    if (read === undefined) continue
    define(response, method, async () => {
      try {
        const value = await read.call(response)
        taker.take(textIn(value))
        taker.end()
        return value
      } catch (thrown) {
        throw request.fail(thrown)
      }
    })
  }
  watchBody(body, taker, request)
}

function textIn(value: unknown): string {
  if (typeof value === 'string') return value
  if (value instanceof ArrayBuffer) return new TextDecoder().decode(value)
  if (value instanceof Uint8Array) return new TextDecoder().decode(value)
  return value instanceof Blob || value instanceof FormData ? '' : (JSON.stringify(value) ?? '')
}

/** Readers, iteration, pipes and tees all begin with one of these. */
function watchBody(body: ReadableStream<Uint8Array>, taker: Taker, request: GovernedRequest): void {
  const decoder = new TextDecoder()
  const { getReader, cancel } = body
  const step = <R extends { readonly done: boolean; readonly value?: Uint8Array | undefined }>(result: R): R => {
    try {
      if (result.value instanceof Uint8Array) taker.take(decoder.decode(result.value, { stream: true }))
    } catch (thrown) {
      cancel.call(body).catch(() => {})
      throw request.fail(thrown)
    }
    if (result.done) taker.end()
    return result
  }
  const failed = (thrown: unknown): never => {
    throw request.fail(thrown)
  }
  define(body, 'getReader', (...args: []) => {
    const reader = getReader.apply(body, args) as ReadableStreamDefaultReader<Uint8Array>
    const { read, cancel: leave } = reader
    define(reader, 'read', (...views: []) => read.apply(reader, views).then(step, failed))
    define(reader, 'cancel', (reason?: unknown) => {
      request.end('left')
      return leave.call(reader, reason)
    })
    return reader
  })
  define(body, 'cancel', (reason?: unknown) => {
    request.end('left')
    return cancel.call(body, reason)
  })
  define(body, Symbol.asyncIterator, async function* () {
    const reader = body.getReader()
    let done = false
    try {
      for (;;) {
        const result = await reader.read()
        done = result.done
        if (result.done) return
        yield result.value
      }
    } finally {
      if (!done) await reader.cancel()
      reader.releaseLock()
    }
  })
  for (const method of ['tee', 'pipeTo', 'pipeThrough'] as const) {
    const original = body[method] as (...args: unknown[]) => unknown
    define(body, method, (...args: unknown[]) => {
      // read by the platform itself: what goes through is not seen, that it went is
      request.end('returned')
      return original.apply(body, args)
    })
  }
}

interface Taker {
  /** Throws where the answer is to be broken off. */
  take(text: string): void
  end(): void
}

function eventTaker(request: GovernedRequest): Taker {
  const take = createEventParser(({ data }) => {
    const piece = parsed(data)
    // the end mark is no JSON
    if (piece !== undefined) request.piece(piece)
  })
  return { take, end: () => request.end('returned') }
}

/** Kept until it is whole, up to a size that no answer of a model has. */
function jsonTaker(request: GovernedRequest, isJson: boolean): Taker {
  let kept = ''
  return {
    take(text) {
      if (isJson && kept.length <= MOST) kept += text
    },
    end() {
      const value = isJson ? parsed(kept) : undefined
      if (value === undefined) request.end('returned')
      else void request.whole(value)
    },
  }
}

const MOST = 4 * 1024 * 1024

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
