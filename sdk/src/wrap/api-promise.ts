/**
 * Follows the promise that a client of Stainless' making returns (openai, @anthropic-ai/sdk and their like): the very
 * promise, whose own methods parse the response when somebody asks for it.
 */
import { isStream } from '../stream.ts'
import { define } from '../tap.ts'
import type { GovernedRequest } from './governed-request.ts'
import { guardedResponse } from './guarded-response.ts'
import { watchResponse } from './response.ts'

interface Props {
  readonly response: Response
  readonly controller?: AbortController
}

type Parse = (client: unknown, props: Props) => Promise<unknown>

/** What those clients' promises have had in every version so far. */
interface ApiPromise {
  responsePromise: Promise<Props>
  parseResponse: Parse
  asResponse(): Promise<Response>
  _thenUnwrap(transform: (data: unknown, props: Props) => unknown): ApiPromise
}

/** The same promise. One that has another shape is left alone, and its end is that of the promise. */
export function followPromise<P>(promise: P, request: GovernedRequest): P {
  if (!isApiPromise(promise)) {
    void Promise.resolve(promise).then(
      () => request.end('returned'),
      (thrown) => request.fail(thrown),
    )
    return promise
  }
  promise.responsePromise = promise.responsePromise.catch((thrown) => {
    throw request.fail(thrown)
  })
  hook(promise, promise.responsePromise, request, { parsed: false, seen: undefined })
  return promise
}

interface Seen {
  parsed: boolean
  /** What was made of the first value that was parsed: later ones are the same value again. */
  seen: { readonly guarding: Promise<void> | undefined } | undefined
}

function hook(promise: ApiPromise, arrival: Promise<Props>, request: GovernedRequest, state: Seen): void {
  const { parseResponse, asResponse, _thenUnwrap: unwrap } = promise
  promise.responsePromise = arrival

  const see = (data: unknown, props: Props) => {
    state.seen ??= { guarding: seen(data, props, request) }
    return state.seen.guarding
  }
  const parse: Parse = async (client, props) => {
    state.parsed = true
    let data: unknown
    try {
      data = await parseResponse.call(promise, client, props)
    } catch (thrown) {
      throw request.fail(thrown)
    }
    await see(data, props)
    return data
  }
  promise.parseResponse = parse

  define(promise, '_thenUnwrap', (transform: (data: unknown, props: Props) => unknown) => {
    const derived = unwrap.call(promise, (data, props) => {
      state.parsed = true
      const guarding = see(data, props)
      if (guarding === undefined) return transform(data, props)
      return guarding.then(() => named(transform(data, props), data))
    })
    hookDerived(derived)
    return derived
  })
  define(promise, 'asResponse', async () => {
    const response = await asResponse.call(promise)
    if (state.parsed) return response
    if (request.guarded()) return guardedResponse(response, request)
    watchResponse(response, request)
    return response
  })

  /** What was unwrapped has been seen on the way. */
  function hookDerived(derived: ApiPromise): void {
    const inner: Seen = { parsed: false, seen: { guarding: undefined } }
    hook(derived, arrival, request, inner)
    define(derived, 'asResponse', promise.asResponse)
  }
}

/** The client writes the request's ID on what it returns; where that is a promise of ours, it goes on to the value. */
function named(value: unknown, data: unknown): unknown {
  if (typeof value !== 'object' || value === null || typeof data !== 'object' || data === null) return value
  for (const id of ['_request_id']) {
    const told = Object.getOwnPropertyDescriptor(data, id)
    if (told !== undefined && !Object.hasOwn(value, id)) Object.defineProperty(value, id, told)
  }
  return value
}

/** A promise only where a guard has to be asked before the application gets the value. */
function seen(data: unknown, { response, controller }: Props, request: GovernedRequest): Promise<void> | undefined {
  if (data instanceof Response) {
    watchResponse(response, request)
    return undefined
  }
  if (!isStream(data)) return request.whole(data)
  watchStream(data as Iterated, controller, request)
  return undefined
}

interface Iterated extends AsyncIterable<unknown> {
  iterator?: () => AsyncIterator<unknown>
  readonly controller?: AbortController
}

/** These clients' streams make their iterator in one place, which everything else goes through: `tee` and helpers too. */
function watchStream(stream: Iterated, fallback: AbortController | undefined, request: GovernedRequest): void {
  const controller = stream.controller ?? fallback
  const { iterator } = stream
  const make = iterator ?? stream[Symbol.asyncIterator]
  const made = () =>
    request.pieces(
      make.call(stream),
      () => controller?.abort(),
      () => controller?.signal.aborted === true,
    )
  if (iterator === undefined) define(stream, Symbol.asyncIterator, made)
  else stream.iterator = made
  leftUnread(stream, request)
}

/** A stream that is thrown away unread has no end of its own; the garbage collector tells. */
const forgotten = new FinalizationRegistry<GovernedRequest>((request) => request.end('left'))

function leftUnread(stream: object, request: GovernedRequest): void {
  forgotten.register(stream, request)
}

function isApiPromise(value: unknown): value is ApiPromise {
  if (!(value instanceof Promise)) return false
  const { responsePromise, parseResponse, asResponse, _thenUnwrap } = value as Partial<ApiPromise>
  const methods = [parseResponse, asResponse, _thenUnwrap]
  return responsePromise instanceof Promise && methods.every((method) => typeof method === 'function')
}
