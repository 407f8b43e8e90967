/** Anthropic's Messages API. */
import type { Piece, Said } from '../answer.ts'
import type { Usage } from '../call.ts'
import type { Endpoint } from './endpoint.ts'
import { countOf, type Json, listOf, objectOf, put, textOf } from './json.ts'

export const anthropicMessages: Endpoint = {
  operation: 'chat',
  question(body) {
    const messages = Array.isArray(body.messages) ? body.messages : []
    return {
      model: textOf(body.model),
      input: body.system === undefined ? body.messages : [{ role: 'system', content: body.system }, ...messages],
      maxOutputTokens: countOf(body.max_tokens),
      stream: body.stream === true,
    }
  },
  allow: (body, { model, maxOutputTokens }) => ({
    ...body,
    model,
    ...(maxOutputTokens === undefined ? {} : { max_tokens: maxOutputTokens }),
    ...thinkingWithin(objectOf(body.thinking), maxOutputTokens),
  }),
  read: (piece) => {
    const told = objectOf(piece) ?? {}
    if (told.type === 'message') return wholeOf(told)
    const reader = typeof told.type === 'string' && Object.hasOwn(events, told.type) ? events[told.type] : undefined
    return reader?.(told) ?? {}
  },
}

/** A budget for thinking must stay below the limit, or the provider refuses the request. */
function thinkingWithin(thinking: Json | undefined, most: number | undefined): Json {
  const budget = countOf(thinking?.budget_tokens)
  if (budget === undefined || most === undefined || budget < most) return {}
  return most > LEAST_THINKING
    ? { thinking: { ...thinking, budget_tokens: most - 1 } }
    : { thinking: { type: 'disabled' } }
}

const LEAST_THINKING = 1024

const events: Readonly<Record<string, (event: Json) => Said>> = {
  message_start(event) {
    const message = objectOf(event.message) ?? {}
    return { ...wholeOf(message), texts: [], finish: undefined }
  },
  content_block_start(event) {
    const block = objectOf(event.content_block) ?? {}
    const key = `${countOf(event.index) ?? 0}`
    return { texts: startOf(block, key) }
  },
  content_block_delta(event) {
    const delta = objectOf(event.delta) ?? {}
    const key = `${countOf(event.index) ?? 0}`
    const [field, kind] = DELTAS[String(delta.type)] ?? []
    const text = field === undefined ? undefined : textOf(delta[field])
    if (field === undefined || kind === undefined || text === undefined) return {}
    return { texts: [{ key, kind, text, put: put(delta, field) }] }
  },
  content_block_stop: (event) => ({ ends: () => [`${countOf(event.index) ?? 0}`] }),
  message_delta: (event) => ({
    usage: usageOf(objectOf(event.usage)),
    finish: textOf(objectOf(event.delta)?.stop_reason),
  }),
}

const DELTAS: Readonly<Record<string, readonly [string, Piece['kind']]>> = {
  text_delta: ['text', 'text'],
  thinking_delta: ['thinking', 'reasoning'],
  input_json_delta: ['partial_json', 'arguments'],
}

function startOf(block: Json, key: string): Piece[] {
  if (isCall(block)) {
    const tool = { id: textOf(block.id), name: textOf(block.name) }
    return [{ key, kind: 'arguments', text: '', tool, put() {} }]
  }
  const text = textOf(block.text)
  return text === undefined || text === '' ? [] : [{ key, kind: 'text', text, put: put(block, 'text') }]
}

const isCall = ({ type }: Json) => type === 'tool_use' || type === 'server_tool_use' || type === 'mcp_tool_use'

function wholeOf(message: Json): Said {
  return {
    id: textOf(message.id),
    model: textOf(message.model),
    usage: usageOf(objectOf(message.usage)),
    finish: textOf(message.stop_reason),
    texts: listOf(message.content).flatMap(textsOf),
  }
}

function textsOf(block: Json, index: number): Piece[] {
  const key = `${index}`
  const of = (field: string, kind: Piece['kind']): Piece[] => {
    const text = textOf(block[field])
    return text === undefined ? [] : [{ key, kind, text, put: put(block, field) }]
  }
  if (block.type === 'text') return of('text', 'text')
  if (block.type === 'thinking') return of('thinking', 'reasoning')
  if (!isCall(block)) return []
  const tool = { id: textOf(block.id), name: textOf(block.name) }
  const write = (text: string) => {
    ;(block as Record<string, unknown>).input = JSON.parse(text)
  }
  return [{ key, kind: 'arguments', text: JSON.stringify(block.input ?? {}), tool, put: write }]
}

/** Anthropic counts cache reads and writes beside the input; here they are part of it. */
function usageOf(usage: Json | undefined): Usage | undefined {
  if (usage === undefined) return undefined
  const input = countOf(usage.input_tokens)
  const reads = countOf(usage.cache_read_input_tokens)
  const writes = countOf(usage.cache_creation_input_tokens)
  return {
    ...(input === undefined ? {} : { inputTokens: input + (reads ?? 0) + (writes ?? 0) }),
    ...(reads === undefined || input === undefined ? {} : { cacheReadTokens: reads }),
    ...(writes === undefined || input === undefined ? {} : { cacheWriteTokens: writes }),
    ...(countOf(usage.output_tokens) === undefined ? {} : { outputTokens: countOf(usage.output_tokens) }),
  }
}
