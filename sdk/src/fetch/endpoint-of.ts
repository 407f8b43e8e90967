/** Which provider's wire a request speaks, by its address. */
import { anthropicMessages } from '../wrap/anthropic-messages.ts'
import type { Endpoint } from '../wrap/endpoint.ts'
import { openaiChat } from '../wrap/openai-chat.ts'
import { openaiCompletions, openaiEmbeddings } from '../wrap/openai-others.ts'
import { openaiResponses } from '../wrap/openai-responses.ts'
import { providerOf } from '../wrap/provider.ts'
import { gemini } from './gemini.ts'

export interface Spoken {
  readonly endpoint: Endpoint
  readonly provider: string
  /** Where the address says it: a deployment of Azure's, a model of Google's. */
  readonly model: string | undefined
}

const ENDPOINTS: readonly (readonly [RegExp, Endpoint, provider: string])[] = [
  [/\/chat\/completions$/, openaiChat, 'openai'],
  [/\/responses$/, openaiResponses, 'openai'],
  [/\/embeddings$/, openaiEmbeddings, 'openai'],
  [/\/completions$/, openaiCompletions, 'openai'],
  [/\/v1\/messages$/, anthropicMessages, 'anthropic'],
  [/\/models\/[^/]+:(streamG|g)enerateContent$/, gemini, 'gcp.gemini'],
]

export function endpointOf(url: URL): Spoken | undefined {
  const path = url.pathname
  const found = ENDPOINTS.find(([end]) => end.test(path))
  if (found === undefined) return undefined
  const [, endpoint, provider] = found
  const [, model] = /\/(?:models|deployments)\/([^/:]+)/.exec(path) ?? []
  return { endpoint, provider: providerOf(url.href, provider), model }
}

/** The same address for another model. */
export function addressFor(url: URL, asked: string | undefined, allowed: string): URL {
  if (asked === undefined || asked === allowed) return url
  const other = new URL(url)
  other.pathname = other.pathname.replace(/\/(models|deployments)\/[^/:]+/, `/$1/${encodeURIComponent(allowed)}`)
  return other
}
