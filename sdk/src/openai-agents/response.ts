/** What the models of the OpenAI Agents SDK answer: objects of the Responses API, or of chat completions. */
import type { ModelCall } from '../call.ts'

export interface ResponseObject {
  readonly id?: string
  readonly model?: string
  readonly status?: string
  readonly incomplete_details?: { readonly reason?: string } | null
  readonly output?: readonly object[]
  readonly choices?: readonly { readonly message?: unknown; readonly finish_reason?: string }[]
  readonly usage?: {
    readonly input_tokens?: number
    readonly output_tokens?: number
    readonly input_tokens_details?: { readonly cached_tokens?: number } | null
    readonly output_tokens_details?: { readonly reasoning_tokens?: number } | null
    readonly prompt_tokens?: number
    readonly completion_tokens?: number
    readonly prompt_tokens_details?: { readonly cached_tokens?: number } | null
    readonly completion_tokens_details?: { readonly reasoning_tokens?: number } | null
  } | null
}

export function tellResponse(call: ModelCall, answer: ResponseObject): void {
  const { id, model, usage } = answer
  call.responded({ id, model })
  if (usage)
    call.usage({
      inputTokens: usage.input_tokens ?? usage.prompt_tokens,
      outputTokens: usage.output_tokens ?? usage.completion_tokens,
      cacheReadTokens: (usage.input_tokens_details ?? usage.prompt_tokens_details)?.cached_tokens,
      reasoningTokens: (usage.output_tokens_details ?? usage.completion_tokens_details)?.reasoning_tokens,
    })
  const reason = answer.choices?.[0]?.finish_reason ?? answer.incomplete_details?.reason ?? answer.status
  if (reason !== undefined) call.finish(reason)
}

export const outputOf = ({ output, choices }: ResponseObject): unknown => output ?? choices?.[0]?.message
