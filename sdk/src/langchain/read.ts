/** Reads what LangChain's chat models answer, as one or in chunks. */
import type { Piece, Read } from '../answer.ts'
import type { GuardedModel } from '../guarded-call.ts'
import { type Json, listOf, put, textOf } from '../wrap/json.ts'
import { type AnswerMessage, type Generation, reasonOf, respondedOf, type UsageMetadata, usageOf } from './answer.ts'

/** A `ChatResult`. */
export const readResult: Read = (value) => {
  const { generations } = value as { readonly generations: readonly Generation[] }
  const messages = generations.flatMap(({ message }) => (message === undefined ? [] : [message]))
  const usage = messages.find(({ usage_metadata: told }) => told !== undefined)?.usage_metadata
  return {
    ...(messages[0] && respondedOf(messages[0])),
    usage: usage && usageOf(usage),
    finish: generations[0] && reasonOf(generations[0]),
    texts: generations.flatMap((generation, at) => [
      ...contentIn(generation, `${at}`),
      ...(generation.message?.tool_calls ?? []).map((call, index) => toolIn(call, `${at} tool ${index}`)),
    ]),
  }
}

/** A `ChatGenerationChunk`. What is known of the answer comes in several of them. */
export function readChunk(call: GuardedModel, sum: UsageSum): Read {
  return (value) => {
    const chunk = value as Generation
    if (chunk.message === undefined) return readEvent(value as Json)
    call.responded(respondedOf(chunk.message))
    const tools = listOf((chunk.message as { readonly tool_call_chunks?: unknown }).tool_call_chunks)
    return {
      usage: sum.usage(),
      finish: reasonOf(chunk),
      texts: [...contentIn(chunk, '0'), ...tools.map((each, at) => toolChunkIn(each, at))],
    }
  }
}

/** An event of `streamEvents` in its newest version: deltas of content blocks. */
function readEvent(event: Json): ReturnType<Read> {
  const delta = event.delta as Json | undefined
  const text = textOf(delta?.text)
  if (delta === undefined || text === undefined) return {}
  return { texts: [{ key: `block ${String(event.index)}`, kind: 'text', text, put: put(delta, 'text') }] }
}

export interface UsageSum {
  usage(): ReturnType<typeof usageOf> | undefined
  /** The same chunks, counted as they pass: LangChain adds up what they tell. */
  of(chunks: AsyncIterable<object>): AsyncGenerator<object>
}

export function createUsageSum(): UsageSum {
  let sum: UsageMetadata | undefined
  const both = (a: number | undefined, b: number | undefined) =>
    a === undefined && b === undefined ? {} : { sum: (a ?? 0) + (b ?? 0) }
  const add = (told: UsageMetadata) => {
    const input = { ...sum?.input_token_details, ...told.input_token_details }
    const read = both(sum?.input_token_details?.cache_read, told.input_token_details?.cache_read).sum
    const written = both(sum?.input_token_details?.cache_creation, told.input_token_details?.cache_creation).sum
    const reasoning = both(sum?.output_token_details?.reasoning, told.output_token_details?.reasoning).sum
    sum = {
      input_tokens: (sum?.input_tokens ?? 0) + (told.input_tokens ?? 0),
      output_tokens: (sum?.output_tokens ?? 0) + (told.output_tokens ?? 0),
      input_token_details: {
        ...input,
        ...(read !== undefined && { cache_read: read }),
        ...(written !== undefined && { cache_creation: written }),
      },
      output_token_details: reasoning === undefined ? {} : { reasoning },
    }
  }
  return {
    usage: () => sum && usageOf(sum),
    async *of(chunks) {
      for await (const chunk of chunks) {
        const told = (chunk as Generation).message?.usage_metadata ?? (chunk as { usage?: UsageMetadata }).usage
        if (told !== undefined) add(told)
        yield chunk
      }
    },
  }
}

/** A chunk that carries what a guard kept back of this one, and tells nothing else again. */
export function copyChunk(value: unknown): unknown {
  const chunk = value as Generation & { readonly message?: object }
  if (chunk.message === undefined) return structuredClone(chunk)
  const { content, tool_call_chunks } = structuredClone({
    content: chunk.message.content,
    tool_call_chunks: (chunk.message as { readonly tool_call_chunks?: unknown }).tool_call_chunks ?? [],
  })
  const told = { content, tool_call_chunks, usage_metadata: undefined, response_metadata: {} }
  return like(chunk, { message: like(chunk.message, told), generationInfo: {} })
}

const like = <T extends object>(value: T, fields: object): T =>
  Object.assign(Object.create(Object.getPrototypeOf(value)), value, fields)

const RAW = ['output', 'output_text', 'tool_calls', 'function_call', 'reasoning', 'reasoning_content', 'refusal']

/** Takes out what repeats the provider's answer unread, where guards are to have the last word on it. */
export function withoutRaw(generation: Generation): void {
  const { message } = generation as { readonly message?: Readonly<Record<string, unknown>> }
  for (const field of ['response_metadata', 'additional_kwargs']) {
    const told = message?.[field]
    if (typeof told === 'object' && told !== null)
      for (const each of RAW) delete (told as Record<string, unknown>)[each]
  }
}

function contentIn(generation: Generation, at: string): Piece[] {
  const message = generation.message as (AnswerMessage & Json) | undefined
  if (message === undefined) return []
  const { content } = message
  if (typeof content === 'string') {
    if (content === '') return []
    const write = (text: string) => {
      Object.assign(generation, { text })
      Object.assign(message, { content: text })
    }
    return [{ key: `${at} text`, kind: 'text', text: content, put: write }]
  }
  return listOf(content).flatMap((block): Piece[] => {
    const place = `${at} block ${String(block.index ?? '')}`
    for (const field of ['text', 'reasoning', 'thinking']) {
      const text = textOf(block[field])
      if (text)
        return [
          { key: `${place} ${field}`, kind: field === 'text' ? 'text' : 'reasoning', text, put: put(block, field) },
        ]
    }
    return []
  })
}

function toolIn(call: NonNullable<AnswerMessage['tool_calls']>[number], key: string): Piece {
  const write = (text: string) => void Object.assign(call, { args: parsed(text) })
  const tool = { id: call.id, name: call.name }
  return { key, kind: 'arguments', text: JSON.stringify(call.args ?? {}), tool, put: write }
}

function toolChunkIn(chunk: Json, at: number): Piece {
  const tool = { id: textOf(chunk.id), name: textOf(chunk.name) }
  const key = `0 tool ${String(chunk.index ?? at)}`
  return { key, kind: 'arguments', text: textOf(chunk.args) ?? '', tool, put: put(chunk, 'args') }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
