/**
 * A view of `@google/genai`'s client. Its `generateContent` may make several requests (automatic function calling,
 * continuation), each through one of the methods below: these are governed, where a view began the work.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { define } from '../tap.ts'
import type { Endpoint } from './endpoint.ts'
import { googleContent, googleEmbeddings } from './google-content.ts'
import { governRequest, requestUnderWay, type WrapOptions } from './governed-request.ts'
import { objectOf } from './json.ts'
import type { StainlessParts } from './stainless-client.ts'
import { sayUngoverned } from './ungoverned.ts'
import { viewOf } from './view.ts'

type Method = (params: unknown) => Promise<unknown>

interface Models {
  generateContent: Method
  generateContentStream: Method
}

export interface GoogleClient {
  readonly models: Models & object
  readonly vertexai?: unknown
  readonly apiClient?: { apiCall?: ApiCall }
}

export function isGoogleClient(client: object): client is GoogleClient {
  if (!('models' in client) || typeof client.models !== 'object' || client.models === null) return false
  return 'generateContent' in client.models && 'generateContentStream' in client.models
}

/** What a view offers, and what it ends in. */
const OUTER = ['generateContent', 'generateContentStream', 'embedContent'] as const
const INNER: Readonly<Record<string, Endpoint>> = {
  generateContentInternal: googleContent,
  generateContentStreamInternal: googleContent,
  embedContentInternal: googleEmbeddings,
}

interface Governing {
  readonly options: WrapOptions
  readonly provider: string
  /** Whether every try of the client is told. */
  readonly seen: boolean
}

const governing = new AsyncLocalStorage<Governing | undefined>()

export function googleView<C extends GoogleClient & object>(
  client: C,
  { ready }: StainlessParts,
  options: WrapOptions,
): C {
  governMethods(client.models)
  const seen = seeAttempts(client)
  const provider = options.provider ?? (client.vertexai === true ? 'gcp.vertex_ai' : 'gcp.gemini')
  const views = new Map<PropertyKey, object>()
  const methods = new Map<PropertyKey, Method>()

  const modelsInstead = (key: PropertyKey): unknown => {
    const name = OUTER.find((each) => each === key)
    const method = name === undefined ? undefined : (Reflect.get(client.models, name) as Method | undefined)
    if (typeof method !== 'function') return undefined
    const known = methods.get(key)
    if (known !== undefined) return known
    const made: Method = (params) => {
      ready()
      return governing.run({ options, provider, seen }, () => method.call(client.models, params))
    }
    methods.set(key, made)
    return made
  }
  const models = viewOf(client.models, { instead: modelsInstead, bound: false })

  return viewOf(client, {
    bound: true,
    instead(key) {
      if (key === 'models') return models
      sayUngoverned(key, options.gate)
      const chats = key === 'chats' ? Reflect.get(client, key) : undefined
      if (typeof chats !== 'object' || chats === null) return undefined
      const known = views.get(key)
      if (known !== undefined) return known
      // a chat is made with the models that its maker has
      const made = viewOf(chats, { instead: (inner) => (inner === 'modelsModule' ? models : undefined), bound: false })
      views.set(key, made)
      return made
    },
  })
}

const GOVERNED = Symbol.for('outrider.google.v1')

/** To everybody but views the methods are what they were. */
function governMethods(models: object): void {
  for (const [name, endpoint] of Object.entries(INNER)) {
    const method = Reflect.get(models, name) as Method | undefined
    if (typeof method !== 'function' || GOVERNED in method) continue
    const governed: Method = (params) => {
      const around = governing.getStore()
      return around === undefined || requestUnderWay() !== undefined
        ? method.call(models, params)
        : govern(endpoint, around, params, (sent) => method.call(models, sent))
    }
    define(governed, GOVERNED, true)
    define(models, name, governed)
  }
}

const SEEN = Symbol.for('outrider.google.attempts.v1')

/** The client's own tries, one `fetch` each. */
type ApiCall = (...args: [...call: unknown[], send: typeof fetch | undefined]) => Promise<Response>

/** Lets requests of views see the client's tries; false where it cannot. To everybody else they are what they were. */
function seeAttempts({ apiClient }: GoogleClient): boolean {
  const call = apiClient?.apiCall
  // the last of six is the `fetch` to use
  if (typeof call !== 'function' || apiClient === undefined) return false
  if (SEEN in call) return true
  if (call.length !== 6) return false
  const seen: ApiCall = (...args) => {
    const request = requestUnderWay()
    if (request === undefined) return call.apply(apiClient, args)
    const send = (args[5] as typeof fetch | undefined) ?? fetch
    return call.apply(apiClient, [
      ...args.slice(0, 5),
      (...sent: Parameters<typeof fetch>) => request.attempt(() => send(...sent)),
    ])
  }
  define(seen, SEEN, true)
  define(apiClient, 'apiCall', seen)
  return true
}

async function govern(endpoint: Endpoint, { options, provider, seen }: Governing, params: unknown, send: Method) {
  const body = objectOf(params) ?? {}
  const config = objectOf(body.config)
  const signal = config?.abortSignal instanceof AbortSignal ? config.abortSignal : undefined
  // the client's own word for it
  if (signal?.aborted) return await send(params)
  const request = governRequest(seen)
  const { abortSignal: _, ...counted } = config ?? {}
  const asked = config === undefined ? body : { ...body, config: counted }
  const opened = await request.open(endpoint, asked, { ...options, provider, signal })
  const stopper = new AbortController()
  const stop = opened.signal === undefined ? stopper.signal : AbortSignal.any([stopper.signal, opened.signal])
  const sent = { ...opened.body, config: { ...objectOf(opened.body.config), abortSignal: stop } }
  return await request.during(async () => {
    try {
      const answer = await request.within(() => send(sent))
      if (isIterator(answer))
        return request.pieces(
          answer,
          () => stopper.abort(),
          () => signal?.aborted === true,
        )
      await request.whole(answer)
      return answer
    } catch (thrown) {
      throw request.fail(thrown)
    }
  })
}

const isIterator = (value: unknown): value is AsyncIterator<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value
