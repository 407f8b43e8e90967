/** OpenAI's Responses API. */
import type { Piece, Read, Said } from '../answer.ts'
import type { Usage } from '../call.ts'
import type { Endpoint } from './endpoint.ts'
import { countOf, type Json, listOf, objectOf, put, textOf } from './json.ts'

export const openaiResponses: Endpoint = {
  operation: 'chat',
  question(body) {
    return {
      model: textOf(body.model),
      input:
        body.instructions === undefined
          ? body.input
          : [{ role: 'system', content: body.instructions }, ...itemsOf(body.input)],
      maxOutputTokens: countOf(body.max_output_tokens),
      stream: body.stream === true,
    }
  },
  allow(body, { model, maxOutputTokens }) {
    return {
      ...body,
      // a stored prompt may bring the model; then none is named
      ...(body.model === undefined ? {} : { model }),
      ...(maxOutputTokens === undefined ? {} : { max_output_tokens: maxOutputTokens }),
    }
  },
  read: (piece) => {
    const told = objectOf(piece) ?? {}
    if (told.object === 'response') return wholeOf(told)
    const reader = typeof told.type === 'string' && Object.hasOwn(events, told.type) ? events[told.type] : undefined
    return reader?.(told) ?? {}
  },
}

const itemsOf = (input: unknown): readonly unknown[] =>
  Array.isArray(input) ? input : [{ role: 'user', content: input }]

type Event = (event: Json) => Said

const delta =
  (kind: Piece['kind']): Event =>
  (event) => ({ texts: pieceOf(event, kind, 'delta') })

/** The text again, as a whole, when its pieces have come. */
const done =
  (kind: Piece['kind'], field: string): Event =>
  (event) => ({ texts: pieceOf(event, kind, field, true) })

function pieceOf(event: Json, kind: Piece['kind'], field: string, repeats?: true): Piece[] {
  const text = textOf(event[field])
  if (text === undefined) return []
  const key = keyOf(countOf(event.output_index), kind, countOf(event.content_index) ?? countOf(event.summary_index))
  return [{ key, kind, text, repeats, put: put(event, field) }]
}

const keyOf = (output = 0, kind: Piece['kind'], part = 0) => `${output} ${kind} ${part}`

const response: Event = (event) => wholeOf(objectOf(event.response) ?? {}, true)

const item: Event = (event) => {
  const told = objectOf(event.item)
  return told === undefined ? {} : { texts: textsOf(told, countOf(event.output_index) ?? 0, true) }
}

/** A call's name comes before its arguments. */
const added: Event = (event) => {
  const told = objectOf(event.item)
  if (told?.type !== 'function_call' && told?.type !== 'custom_tool_call') return {}
  const tool = { id: textOf(told.call_id), name: textOf(told.name) }
  const key = keyOf(countOf(event.output_index), 'arguments')
  return { texts: [{ key, kind: 'arguments', text: '', tool, put() {} }] }
}

const events: Readonly<Record<string, Event>> = {
  'response.created': ({ response: told }) => ({
    id: textOf(objectOf(told)?.id),
    model: textOf(objectOf(told)?.model),
  }),
  'response.output_text.delta': delta('text'),
  'response.refusal.delta': delta('text'),
  'response.reasoning_text.delta': delta('reasoning'),
  'response.reasoning_summary_text.delta': delta('reasoning'),
  'response.function_call_arguments.delta': delta('arguments'),
  'response.custom_tool_call_input.delta': delta('arguments'),
  'response.output_text.done': done('text', 'text'),
  'response.refusal.done': done('text', 'refusal'),
  'response.reasoning_text.done': done('reasoning', 'text'),
  'response.reasoning_summary_text.done': done('reasoning', 'text'),
  'response.function_call_arguments.done': done('arguments', 'arguments'),
  'response.custom_tool_call_input.done': done('arguments', 'input'),
  'response.content_part.done': (event) => {
    const part = objectOf(event.part)
    if (part === undefined) return {}
    const at = { output_index: event.output_index, content_index: event.content_index }
    const field = part.type === 'refusal' ? 'refusal' : 'text'
    const text = textOf(part[field])
    const kind = part.type === 'reasoning_text' ? 'reasoning' : 'text'
    if (text === undefined) return {}
    return {
      texts: [
        {
          key: keyOf(countOf(at.output_index), kind, countOf(at.content_index)),
          kind,
          text,
          repeats: true,
          put: put(part, field),
        },
      ],
    }
  },
  'response.output_item.added': added,
  'response.output_item.done': item,
  'response.completed': response,
  'response.incomplete': response,
  'response.failed': response,
}

function wholeOf(told: Json, repeats?: true): Said {
  const why = textOf(objectOf(told.incomplete_details)?.reason)
  return {
    id: textOf(told.id),
    model: textOf(told.model),
    usage: usageOf(objectOf(told.usage)),
    finish: why ?? textOf(told.status),
    texts: listOf(told.output).flatMap((each, index) => textsOf(each, index, repeats)),
  }
}

function textsOf(told: Json, output: number, repeats?: true): Piece[] {
  const of = (owner: Json, field: string, kind: Piece['kind'], part: number, tool?: Piece['tool']): Piece[] => {
    const text = textOf(owner[field])
    return text === undefined
      ? []
      : [{ key: keyOf(output, kind, part), kind, text, tool, repeats, put: put(owner, field) }]
  }
  switch (told.type) {
    case 'message':
      return listOf(told.content).flatMap((part, index) =>
        of(part, part.type === 'refusal' ? 'refusal' : 'text', 'text', index),
      )
    case 'reasoning':
      return [...listOf(told.summary), ...listOf(told.content)].flatMap((part, index) =>
        of(part, 'text', 'reasoning', index),
      )
    case 'function_call':
      return of(told, 'arguments', 'arguments', 0, { id: textOf(told.call_id), name: textOf(told.name) })
    case 'custom_tool_call':
      return of(told, 'input', 'arguments', 0, { id: textOf(told.call_id), name: textOf(told.name) })
    default:
      return []
  }
}

const usageOf = (usage: Json | undefined): Usage | undefined => {
  if (usage === undefined || countOf(usage.input_tokens) === undefined) return undefined
  return {
    inputTokens: countOf(usage.input_tokens),
    outputTokens: countOf(usage.output_tokens),
    cacheReadTokens: countOf(objectOf(usage.input_tokens_details)?.cached_tokens),
    cacheWriteTokens: countOf(objectOf(usage.input_tokens_details)?.cache_write_tokens),
    reasoningTokens: countOf(objectOf(usage.output_tokens_details)?.reasoning_tokens),
  }
}

/** Images and audio tell their usage in the same words. */
export const readUsage: Read = (piece) => {
  const told = objectOf(piece) ?? {}
  const text = textOf(told.text)
  const texts: Piece[] = text === undefined ? [] : [{ key: 'text', kind: 'text', text, put: put(told, 'text') }]
  return { model: textOf(told.model), usage: usageOf(objectOf(told.usage)), texts }
}
