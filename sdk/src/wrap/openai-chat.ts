/** Chat Completions, of OpenAI and everybody who speaks as they do. */
import type { Piece, Read, Said } from '../answer.ts'
import type { Usage } from '../call.ts'
import type { Endpoint } from './endpoint.ts'
import { countOf, type Json, listOf, objectOf, put, textOf } from './json.ts'

export const openaiChat: Endpoint = {
  operation: 'chat',
  question(body) {
    return {
      model: textOf(body.model),
      input: body.messages,
      maxOutputTokens: countOf(body.max_completion_tokens) ?? countOf(body.max_tokens),
      answers: countOf(body.n),
      stream: body.stream === true,
    }
  },
  allow(body, { provider, model, maxOutputTokens }) {
    return {
      ...body,
      model,
      ...(maxOutputTokens === undefined ? {} : { [limitOf(body, provider)]: maxOutputTokens }),
      ...usageAsked(body, provider),
    }
  },
  read: (piece) => readChat(objectOf(piece) ?? {}),
  readStream: (body, provider) => hidingUsage(body, provider, openaiChat.read),
}

/** The field that the application uses, else the one that the provider's newest models know. */
function limitOf(body: Json, provider: string): 'max_tokens' | 'max_completion_tokens' {
  if (body.max_completion_tokens != null) return 'max_completion_tokens'
  if (body.max_tokens != null) return 'max_tokens'
  return provider === 'openai' || provider.startsWith('azure') ? 'max_completion_tokens' : 'max_tokens'
}

/** Refuses fields that it does not know, and tells the usage of every stream. */
const STRICT: ReadonlySet<string> = new Set(['mistral_ai'])

/** Without it a stream tells no usage. What the application says about it itself stays. */
const wantsUsage = (body: Json, provider: string) =>
  body.stream === true && objectOf(body.stream_options)?.include_usage == null && !STRICT.has(provider)

export const usageAsked = (body: Json, provider: string): Json =>
  wantsUsage(body, provider) ? { stream_options: { ...objectOf(body.stream_options), include_usage: true } } : {}

/** The stream as it would have been without `usageAsked`: no last piece, and no empty field in the others. */
export function hidingUsage(body: Json, provider: string, read: Read): Read {
  if (!wantsUsage(body, provider)) return read
  return (piece) => {
    const said = read(piece)
    const told = objectOf(piece) as { usage?: unknown; choices?: unknown } | undefined
    if (told?.usage === null) delete told.usage
    const isExtra = objectOf(told?.usage) !== undefined && Array.isArray(told?.choices) && told.choices.length === 0
    return isExtra ? { ...said, hidden: true } : said
  }
}

function readChat(piece: Json): Said {
  const choices = listOf(piece.choices)
  const finish = choices.map((choice) => textOf(choice.finish_reason)).find((reason) => reason !== undefined)
  return {
    id: textOf(piece.id),
    model: textOf(piece.model),
    usage: usageOfChat(objectOf(piece.usage)),
    finish,
    texts: choices.flatMap(textsOf),
    ends: () => choices.filter(({ finish_reason: reason }) => reason != null).flatMap(keysOf),
  }
}

function textsOf(choice: Json): Piece[] {
  const at = countOf(choice.index) ?? 0
  const told = objectOf(choice.delta) ?? objectOf(choice.message)
  if (told === undefined) return []
  const pieces: Piece[] = []
  const add = (kind: Piece['kind'], field: string) => {
    const text = textOf(told[field])
    if (text !== undefined && text !== '') pieces.push({ key: `${at} ${field}`, kind, text, put: put(told, field) })
  }
  add('reasoning', 'reasoning_content')
  add('reasoning', 'reasoning')
  add('text', 'content')
  add('text', 'refusal')
  listOf(told.tool_calls).forEach((call, index) => {
    const made = objectOf(call.function) ?? objectOf(call.custom)
    const field = made?.arguments === undefined ? 'input' : 'arguments'
    const text = textOf(made?.[field])
    if (made === undefined || text === undefined) return
    const key = `${at} tool ${countOf(call.index) ?? index}`
    const tool = { id: textOf(call.id), name: textOf(made.name) }
    pieces.push({ key, kind: 'arguments', text, tool, put: put(made, field) })
  })
  return pieces
}

/** Every content stream of a choice that is at its end; those that never began are passed over. */
function keysOf(choice: Json): string[] {
  const at = countOf(choice.index) ?? 0
  const tools = Array.from({ length: TOOLS }, (_, index) => `${at} tool ${index}`)
  return [...['reasoning_content', 'reasoning', 'content', 'refusal'].map((field) => `${at} ${field}`), ...tools]
}

/** More calls at once than any model makes; what is beyond ends with the stream. */
const TOOLS = 32

export function usageOfChat(usage: Json | undefined): Usage | undefined {
  if (usage === undefined || countOf(usage.prompt_tokens) === undefined) return undefined
  const input = objectOf(usage.prompt_tokens_details)
  const output = objectOf(usage.completion_tokens_details)
  return {
    inputTokens: countOf(usage.prompt_tokens),
    outputTokens: countOf(usage.completion_tokens),
    cacheReadTokens: countOf(input?.cached_tokens) ?? countOf(usage.prompt_cache_hit_tokens),
    cacheWriteTokens: countOf(input?.cache_write_tokens),
    reasoningTokens: countOf(output?.reasoning_tokens),
  }
}
