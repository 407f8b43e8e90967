/** What LangChain's chat models answer, whoever the provider is. */
import type { ModelCall, Usage } from '../call.ts'

export interface UsageMetadata {
  readonly input_tokens?: number
  readonly output_tokens?: number
  readonly input_token_details?: { readonly cache_read?: number; readonly cache_creation?: number }
  readonly output_token_details?: { readonly reasoning?: number }
}

export interface AnswerMessage {
  readonly id?: string
  readonly content?: unknown
  readonly tool_calls?: readonly { readonly id?: string; readonly name: string; readonly args: unknown }[]
  readonly usage_metadata?: UsageMetadata | undefined
  readonly response_metadata?: Readonly<Record<string, unknown>>
}

export interface Generation {
  readonly text?: string
  readonly message?: AnswerMessage
  readonly generationInfo?: Readonly<Record<string, unknown>>
}

export interface Generations {
  readonly generations: readonly (readonly Generation[])[]
}

/** Of several choices the first one speaks. */
export function tellGenerations(call: ModelCall, { generations }: Generations): void {
  const first = generations[0]?.[0]
  const message = first?.message
  if (message === undefined) {
    call.output(first?.text)
    return
  }
  call.responded(respondedOf(message))
  if (message.usage_metadata !== undefined) call.usage(usageOf(message.usage_metadata))
  const reason = reasonOf(first ?? {})
  if (reason !== undefined) call.finish(reason)
  call.output(outputOf(message))
}

export function respondedOf({ id, response_metadata: told = {} }: AnswerMessage) {
  // LangChain's own name of a run is not the provider's of an answer
  const own = id?.startsWith('run-') || id?.startsWith('lc_run-') ? undefined : id
  return { model: textAt(told, 'model_name') ?? textAt(told, 'model'), id: textAt(told, 'id') ?? own }
}

/** LangChain adds cached tokens to the input of every provider. */
export function usageOf(usage: UsageMetadata): Usage {
  return {
    inputTokens: usage.input_tokens,
    outputTokens: usage.output_tokens,
    cacheReadTokens: usage.input_token_details?.cache_read,
    cacheWriteTokens: usage.input_token_details?.cache_creation,
    reasoningTokens: usage.output_token_details?.reasoning,
  }
}

export function reasonOf({ message, generationInfo = {} }: Generation): string | undefined {
  const told = { ...generationInfo, ...message?.response_metadata }
  return textAt(told, 'finish_reason') ?? textAt(told, 'stop_reason') ?? textAt(told, 'status')
}

function outputOf({ content, tool_calls = [] }: AnswerMessage): unknown {
  if (tool_calls.length === 0 && typeof content === 'string') return content
  const text = typeof content === 'string' ? (content === '' ? [] : [{ type: 'text', content }]) : content
  const calls = tool_calls.map(({ id, name, args }) => ({ type: 'tool_call', id, name, arguments: args }))
  return { role: 'assistant', parts: [...(Array.isArray(text) ? text : [text]), ...calls] }
}

function textAt(fields: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = fields[key]
  return typeof value === 'string' && value !== '' ? value : undefined
}
