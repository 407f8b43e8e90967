/**
 * What a model was told and what it said, read from the texts that instrumentations send: OpenTelemetry's
 * `{role, parts}`, OpenAI's `{role, content, tool_calls}`, Anthropic's content blocks, the AI SDK's, Gemini's. What is not
 * understood is shown as JSON, what is not JSON as text: nothing is left out.
 */
import type { Json } from '../api.ts'

export type Part =
  | { readonly type: 'text' | 'reasoning' | 'media' | 'json'; readonly text: string }
  | {
      readonly type: 'call' | 'result'
      readonly name: string | null
      readonly id: string | null
      readonly text: string
    }

export interface Message {
  readonly role: string
  readonly parts: readonly Part[]
}

export type Content =
  | { readonly form: 'messages'; readonly messages: readonly Message[] }
  | { readonly form: 'json' | 'text'; readonly text: string }

type Fields = { readonly [key: string]: Json }

export function parseContent(text: string): Content {
  const start = text.trimStart()[0]
  if (start !== '{' && start !== '[' && start !== '"') return { form: 'text', text }
  try {
    const value: Json = JSON.parse(text)
    if (typeof value === 'string') return { form: 'text', text: value }
    const messages = messagesOf(value)
    return messages === null ? { form: 'json', text: pretty(value) } : { form: 'messages', messages }
  } catch {
    // cut short, or nested too deep to be written out again
    return { form: 'text', text }
  }
}

/** Indented JSON; a text stays as it is. */
export function pretty(value: Json): string {
  return typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? '')
}

function messagesOf(value: Json): readonly Message[] | null {
  if (isList(value)) {
    return value.length > 0 && value.every(isMessage) ? value.map((item) => message(item as Fields)) : null
  }
  if (!isFields(value)) return null
  if (isMessage(value)) return [message(value)]
  if (isList(value.choices))
    return messagesOf(value.choices.map((choice) => (isFields(choice) ? choice.message : null) ?? null))
  const told = isList(value.messages) ? messagesOf(value.messages) : null
  if (told === null) return null
  return value.system === undefined ? told : [message({ role: 'system', content: value.system }), ...told]
}

function isMessage(value: Json): boolean {
  if (!isFields(value) || typeof value.role !== 'string') return false
  return 'content' in value || 'parts' in value || 'tool_calls' in value
}

function message(value: Fields): Message {
  const content = value.parts ?? value.content ?? null
  const parts = [...partsOf(content), ...(isList(value.tool_calls) ? value.tool_calls.map(part) : [])]
  const role = String(value.role)
  if (role === 'tool' && typeof value.tool_call_id === 'string' && typeof content === 'string') {
    return { role, parts: [{ type: 'result', name: string(value.name), id: value.tool_call_id, text: content }] }
  }
  return { role, parts }
}

function partsOf(content: Json): readonly Part[] {
  if (content === null || content === '') return []
  return isList(content) ? content.map(part) : [part(content)]
}

function part(value: Json): Part {
  if (typeof value === 'string') return { type: 'text', text: value }
  if (!isFields(value)) return { type: 'json', text: pretty(value) }
  const type = string(value.type)
  if (isFields(value.functionCall)) return call(value.functionCall)
  if (isFields(value.functionResponse)) return result(value.functionResponse)
  if (isFields(value.function)) return call({ id: value.id ?? null, ...value.function })
  switch (type) {
    case 'tool_call':
    case 'tool_use':
    case 'tool-call':
    case 'server_tool_use':
    case 'function_call':
      return call(value)
    case 'tool_call_response':
    case 'tool_result':
    case 'tool-result':
    case 'function_call_output':
      return result(value)
    case 'reasoning':
    case 'thinking':
      return {
        type: 'reasoning',
        text: string(value.content) ?? string(value.text) ?? string(value.thinking) ?? pretty(value),
      }
    case null:
    case 'text':
    case 'input_text':
    case 'output_text': {
      const text = string(value.text) ?? string(value.content)
      return text === null ? { type: 'json', text: pretty(value) } : { type: 'text', text }
    }
    case 'image':
    case 'image_url':
    case 'input_image':
    case 'input_audio':
    case 'audio':
    case 'file':
    case 'blob':
    case 'uri':
    case 'document':
      return { type: 'media', text: pretty(value) }
    default:
      return { type: 'json', text: pretty(value) }
  }
}

function call(value: Fields): Part {
  const args = value.arguments ?? value.args ?? value.input ?? null
  return {
    type: 'call',
    name: string(value.name) ?? string(value.toolName),
    id: string(value.id) ?? string(value.toolCallId) ?? string(value.call_id),
    text: args === null ? '' : reindented(args),
  }
}

function result(value: Fields): Part {
  const said = value.response ?? value.result ?? value.output ?? value.content ?? null
  return {
    type: 'result',
    name: string(value.name) ?? string(value.toolName),
    id: string(value.id) ?? string(value.tool_use_id) ?? string(value.toolCallId) ?? string(value.call_id),
    text: said === null ? '' : reindented(textBlocks(said)),
  }
}

/** `[{type: 'text', text}]` as its text. */
function textBlocks(value: Json): Json {
  if (!isList(value)) return value
  const parts = value.map(part)
  return parts.every((one) => one.type === 'text') ? parts.map((one) => one.text).join('\n') : value
}

/** Tool arguments are JSON inside a text more often than not. */
function reindented(value: Json): string {
  if (typeof value !== 'string') return pretty(value)
  const parsed = parseContent(value)
  return parsed.form === 'json' ? parsed.text : value
}

function isFields(value: Json | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

function string(value: Json | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
