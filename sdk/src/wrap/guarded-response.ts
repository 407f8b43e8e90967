import { createEventParser, type ServerEvent } from '../event-stream.ts'
import type { GovernedRequest } from './governed-request.ts'

/**
 * The provider's response with what guards leave of it, for an application that reads it itself. Only where a policy asks
 * for it: then the bytes are others, so the response is another one, with the same status, headers and address.
 */
export function guardedResponse(response: Response, request: GovernedRequest): Response {
  const type = response.headers.get('content-type') ?? ''
  const { body } = response
  if (body === null || !/event-stream|json/.test(type)) return response
  const guarded = /event-stream/.test(type) ? eventsOf(body, request) : wholeOf(response, request)
  const headers = new Headers(response.headers)
  // of other bytes, and those that fetch has decoded already
  for (const name of ['content-length', 'content-encoding']) headers.delete(name)
  const { status, statusText } = response
  const made = new Response(ReadableStream.from(guarded), { status, statusText, headers })
  return Object.defineProperty(made, 'url', { value: response.url })
}

const encoder = new TextEncoder()

async function* wholeOf(response: Response, request: GovernedRequest): AsyncGenerator<Uint8Array> {
  let text: string
  try {
    text = await response.text()
  } catch (thrown) {
    throw request.fail(thrown)
  }
  const value = parsed(text)
  if (value === undefined) {
    request.end('returned')
    yield encoder.encode(text)
    return
  }
  await request.whole(value)
  yield encoder.encode(JSON.stringify(value))
}

async function* eventsOf(body: ReadableStream<Uint8Array>, request: GovernedRequest): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder()
  const arrived: ServerEvent[] = []
  const parse = createEventParser((event) => arrived.push(event))
  let done = false
  try {
    for await (const bytes of body) {
      parse(decoder.decode(bytes, { stream: true }))
      for (const event of arrived.splice(0)) {
        const piece = parsed(event.data)
        if (piece === undefined) {
          // the end mark: what guards kept back comes before it
          for (const rest of await request.rest()) yield written(rest, event)
          yield written(event.data, event)
        } else for (const out of await request.piece(piece)) yield written(out, event)
      }
    }
    for (const rest of await request.rest()) yield written(rest, undefined)
    done = true
  } catch (thrown) {
    throw request.fail(thrown)
  } finally {
    request.end(done ? 'returned' : 'left')
  }
}

function written(piece: unknown, like: ServerEvent | undefined): Uint8Array {
  const own = typeof piece === 'object' && piece !== null && 'type' in piece ? String(piece.type) : undefined
  const name = like === undefined || like.event === 'message' ? '' : `event: ${own ?? like.event}\n`
  return encoder.encode(`${name}data: ${typeof piece === 'string' ? piece : JSON.stringify(piece)}\n\n`)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
