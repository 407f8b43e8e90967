/** `fetch` behind the gate, for code that speaks to a model without a client. */
import { guard } from '../guard.ts'
import type { GuardedModel, GuardedModelOptions } from '../guarded-call.ts'
import { governRequest, type WrapOptions } from '../wrap/governed-request.ts'
import { guardedResponse } from '../wrap/guarded-response.ts'
import { type Json, objectOf } from '../wrap/json.ts'
import { watchResponse } from '../wrap/response.ts'
import { addressFor, endpointOf, type Spoken } from './endpoint-of.ts'

/** A request to a model whose wire nobody knows. */
export interface Asked {
  readonly url: URL
  /** Parsed, where it is JSON. */
  readonly body: unknown
}

export interface Described extends GuardedModelOptions {
  /** Reads the answer, parsed where it is JSON, and tells the call what it cost. */
  readonly answer?: ((call: GuardedModel, body: unknown) => void) | undefined
}

export interface FetchSettings extends WrapOptions {
  /** What sends the request. @default globalThis.fetch */
  readonly fetch?: typeof fetch | undefined
  /** Says what a request asks for that is of no known wire; undefined for one that is none of a model: it is sent as it is. */
  readonly describe?: ((asked: Asked) => Described | undefined) | undefined
}

/**
 * `const fetch = governedFetch()`: requests to OpenAI's, Anthropic's and Gemini's APIs, and to those that speak as they do,
 * ask the gate, are clamped to what was held, and settle on every ending. Known by the end of the address and a JSON body
 * that is a text; all others are sent as they are, or by `describe`. A refused request rejects with a DeniedError.
 */
export function governedFetch(settings: FetchSettings = {}): typeof fetch {
  const send: typeof fetch = (...args) => (settings.fetch ?? globalThis.fetch)(...args)
  return async (input, init) => {
    const url = input instanceof Request ? undefined : urlOf(input)
    const body = typeof init?.body === 'string' ? parsed(init.body) : undefined
    if (url === undefined || init === undefined || body === undefined) return await send(input, init)
    const spoken = endpointOf(url)
    const record = objectOf(body)
    if (spoken !== undefined && record !== undefined) return await spokenRequest(url, init, record, spoken)
    const described = settings.describe?.({ url, body })
    return described === undefined ? await send(input, init) : await describedRequest(url, init, described)
  }

  async function spokenRequest(url: URL, init: RequestInit, body: Json, spoken: Spoken): Promise<Response> {
    const { endpoint, model } = spoken
    const { provider = spoken.provider, priority } = settings
    const request = governRequest(true)
    const signal = init.signal ?? undefined
    let allowed = model
    const noting = {
      ...endpoint,
      allow: (...args: Parameters<typeof endpoint.allow>) => {
        allowed = args[1].model
        return endpoint.allow(...args)
      },
    }
    // a stream is asked for by the address where it is not by the body
    const isStream = /:streamGenerateContent$/.test(url.pathname) || body.stream === true
    const streaming = { ...noting, question: (asked: Json) => ({ ...endpoint.question(asked), stream: isStream }) }
    const opened = await request.open(streaming, body, { ...settings, provider, priority, signal, model })
    const address = addressFor(url, model, allowed ?? '')
    const sent = { ...init, body: JSON.stringify(opened.body), ...(opened.signal && { signal: opened.signal }) }
    let response: Response
    try {
      response = await request.attempt(() => send(address, sent))
    } catch (thrown) {
      throw request.fail(thrown)
    }
    if (!response.ok) {
      request.fail(Object.assign(new Error(`${response.status} ${response.statusText}`), { status: response.status }))
      return response
    }
    // what the application did not ask for is taken out of the stream again, which makes other bytes
    const isChanged = isStream && opened.body.stream_options !== body.stream_options
    if (request.guarded() || isChanged) return guardedResponse(response, request)
    watchResponse(response, request)
    return response
  }

  async function describedRequest(url: URL, init: RequestInit, described: Described): Promise<Response> {
    const { answer, ...asked } = described
    const signal = init.signal ?? asked.signal
    const make = async (call: GuardedModel): Promise<Response> => {
      const response = await send(url, { ...init, signal: call.signal })
      if (!response.ok) call.unused()
      else answer?.(call, parsed(await response.clone().text()))
      return response
    }
    return await guard({ ...settings, ...asked, signal }, make, { unchosen: 'allow' })
  }
}

function urlOf(input: string | URL): URL | undefined {
  return URL.canParse(String(input)) ? new URL(String(input)) : undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
