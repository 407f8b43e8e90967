/**
 * Views of the clients that Stainless makes: openai, @anthropic-ai/sdk and their like. Every method of theirs ends in
 * `client.post(path, options)`, and its result is that promise: this is where calls are governed.
 */
import { define } from '../tap.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import { followPromise } from './api-promise.ts'
import type { Endpoint } from './endpoint.ts'
import { type GovernedRequest, governRequest, requestUnderWay, type WrapOptions } from './governed-request.ts'
import { type Json, objectOf, textOf } from './json.ts'
import { openaiChat } from './openai-chat.ts'
import {
  openaiCompletions,
  openaiEmbeddings,
  openaiImages,
  openaiSpeech,
  openaiTranscriptions,
} from './openai-others.ts'
import { openaiResponses } from './openai-responses.ts'
import { providerOf } from './provider.ts'
import { sayUngoverned } from './ungoverned.ts'
import { NONE, viewOf } from './view.ts'

/** Everything that is governed, by the end of its path. All else goes to the client as it is. */
const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  '/chat/completions': openaiChat,
  '/responses': openaiResponses,
  '/completions': openaiCompletions,
  '/embeddings': openaiEmbeddings,
  '/images/generations': openaiImages,
  '/images/edits': openaiImages,
  '/audio/speech': openaiSpeech,
  '/audio/transcriptions': openaiTranscriptions,
  '/audio/translations': openaiTranscriptions,
  '/v1/messages': anthropicMessages,
}

/** Where those methods stand. Other resources keep the client itself. */
const RESOURCES: ReadonlySet<PropertyKey> = new Set([
  'chat',
  'completions',
  'responses',
  'embeddings',
  'images',
  'audio',
  'speech',
  'transcriptions',
  'translations',
  'messages',
  'beta',
])

type Post = (path: string, options?: unknown) => unknown

export interface StainlessClient {
  post: Post
  withOptions?: (options: object) => object
  readonly baseURL?: unknown
  /** Of Azure's client. */
  readonly deploymentName?: unknown
  fetch?: typeof fetch
}

export function isStainlessClient(client: object): client is StainlessClient {
  return 'post' in client && typeof client.post === 'function' && ('chat' in client || 'messages' in client)
}

export interface StainlessParts {
  /** Called before every call. */
  readonly ready: () => void
}

export function stainlessView<C extends StainlessClient & object>(
  client: C,
  parts: StainlessParts,
  options: WrapOptions,
): C {
  const seen = seeAttempts(client)
  const resources = new WeakMap<object, object>()
  const otherwise = 'messages' in client && !('chat' in client) ? 'anthropic' : 'openai'
  const deployment = textOf(client.deploymentName)

  const post: Post = (path, asked) => {
    const endpoint = typeof path === 'string' ? endpointOf(path) : undefined
    if (endpoint === undefined) return client.post(path, asked)
    parts.ready()
    const request = governRequest(seen)
    const provider = options.provider ?? providerOf(client.baseURL, otherwise)
    const settings = { ...options, provider, model: deployment }
    return request.during(() => followPromise(client.post(path, opened(request, endpoint, asked, settings)), request))
  }

  const instead = (key: PropertyKey): unknown => {
    if (key === 'post') return post
    // the spans that the client makes itself would tell the same call a second time
    if (key === '_tracer') return NONE
    if (key === 'withOptions' && client.withOptions !== undefined)
      return (other: object) => stainlessView(client.withOptions?.(other) as C, parts, options)
    return resourceOf(key, client)
  }

  function resourceOf(key: PropertyKey, owner: object): unknown {
    if (key === '_client') return view
    sayUngoverned(key, options.gate)
    const resource = RESOURCES.has(key) ? Reflect.get(owner, key) : undefined
    if (typeof resource !== 'object' || resource === null) return undefined
    const known = resources.get(resource)
    if (known !== undefined) return known
    const made = viewOf(resource, { instead: (inner) => resourceOf(inner, resource), bound: false })
    resources.set(resource, made)
    return made
  }

  const view = viewOf(client, { instead, bound: true })
  return view
}

function endpointOf(path: string): Endpoint | undefined {
  if (Object.hasOwn(ENDPOINTS, path)) return ENDPOINTS[path]
  const bare = path.split('?', 1)[0] ?? ''
  const found = Object.keys(ENDPOINTS).find((end) => bare.endsWith(end))
  return found === undefined ? undefined : ENDPOINTS[found]
}

type Settings = Omit<Parameters<GovernedRequest['open']>[2], 'signal'>

/** The options as the client waits for them: once the gate has answered, or the application does not want them any more. */
async function opened(
  request: GovernedRequest,
  endpoint: Endpoint,
  asked: unknown,
  settings: Settings,
): Promise<unknown> {
  const options = objectOf(await asked) ?? {}
  const body = bodyOf(options.body)
  if (body === undefined) return options
  const signal = options.signal instanceof AbortSignal ? options.signal : undefined
  // the client's own word for it
  if (signal?.aborted) return options
  const open = request.open(endpoint, body, { ...settings, signal })
  const gone = signal === undefined ? open : Promise.race([open, aborted(signal)])
  const answer = await gone
  if (answer === undefined) {
    open.then(
      () => request.fail(signal?.reason),
      () => {},
    )
    return options
  }
  const sent = options.body instanceof FormData ? options.body : answer.body
  return { ...options, body: sent, ...(answer.signal === undefined ? {} : { signal: answer.signal }) }
}

/** A form is read, and sent as it is. */
function bodyOf(body: unknown): Json | undefined {
  if (body instanceof FormData) return Object.fromEntries([...body].filter(([, value]) => typeof value === 'string'))
  return objectOf(body)
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }))
}

const SEEN = Symbol.for('outrider.attempts.v1')

/** Lets requests of views see their tries; false where it cannot. To everybody else `fetch` is what it was. */
function seeAttempts(client: StainlessClient): boolean {
  const { fetch: send } = client
  if (typeof send !== 'function') return false
  if (SEEN in send) return true
  const seen: typeof fetch = (...args) => {
    const request = requestUnderWay()
    return request === undefined ? send(...args) : request.attempt(() => send(...args))
  }
  define(seen, SEEN, true)
  const own = Object.getOwnPropertyDescriptor(client, 'fetch')
  if (own?.configurable !== true) return false
  Object.defineProperty(client, 'fetch', { ...own, value: seen })
  return true
}
