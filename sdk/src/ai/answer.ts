/** What the language models of the Vercel AI SDK answer, in the versions 2 to 4 of its provider contract. */
import type { ModelCall, Usage } from '../call.ts'
import type { Said } from '../governed-stream.ts'

type Count = number | undefined

/** Version 2 counts flat, 3 and 4 in parts. */
export type AnsweredUsage =
  | {
      readonly inputTokens: Count
      readonly outputTokens: Count
      readonly reasoningTokens?: Count
      readonly cachedInputTokens?: Count
    }
  | {
      readonly inputTokens: { readonly total: Count; readonly cacheRead: Count; readonly cacheWrite: Count }
      readonly outputTokens: { readonly total: Count; readonly reasoning: Count }
    }

export type FinishReason = string | { readonly unified: string; readonly raw: string | undefined }

type Metadata = Readonly<Record<string, unknown>> | undefined

export interface Generated {
  readonly content: readonly object[]
  readonly usage: AnsweredUsage
  readonly finishReason: FinishReason
  readonly providerMetadata?: Metadata
  readonly response?: { readonly id?: string | undefined; readonly modelId?: string | undefined } | undefined
}

interface Part {
  readonly type: string
  readonly text?: string
  readonly delta?: string
  readonly id?: string
  readonly modelId?: string
  readonly toolCallId?: string
  readonly toolName?: string
  readonly input?: unknown
  readonly error?: unknown
  readonly usage?: AnsweredUsage
  readonly finishReason?: FinishReason
  readonly providerMetadata?: Metadata
}

export function tellGenerated(call: ModelCall, provider: string, answer: Generated): void {
  const { response, usage, finishReason, providerMetadata } = answer
  call.responded({ id: response?.id, model: response?.modelId })
  call.usage(usageOf(usage, provider, providerMetadata))
  call.finish(wordOf(finishReason))
  call.output(messageOf(answer.content))
}

/** Reads the parts of one streamed answer in their order. */
export function reader(provider: string): (part: object, call: ModelCall) => Said {
  const content: Part[] = []
  let text = ''
  return (given, call) => {
    const part = given as Part
    switch (part.type) {
      case 'text-delta':
        text += part.delta ?? ''
        return 'content'
      case 'reasoning-delta':
      case 'tool-input-delta':
        return 'content'
      case 'tool-call':
        content.push(part)
        return 'content'
      case 'response-metadata':
        call.responded({ id: part.id, model: part.modelId })
        return undefined
      case 'error':
        return { failed: part.error }
      case 'finish':
        if (part.usage !== undefined) call.usage(usageOf(part.usage, provider, part.providerMetadata))
        if (part.finishReason !== undefined) call.finish(wordOf(part.finishReason))
        call.output(messageOf([{ type: 'text', text }, ...content]))
        return undefined
      default:
        return undefined
    }
  }
}

function usageOf(usage: AnsweredUsage, provider: string, metadata: Metadata): Usage {
  const { inputTokens, outputTokens } = usage
  if (typeof inputTokens === 'object' && inputTokens !== null && typeof outputTokens === 'object')
    return {
      inputTokens: inputTokens.total,
      cacheReadTokens: inputTokens.cacheRead,
      cacheWriteTokens: inputTokens.cacheWrite,
      outputTokens: outputTokens.total,
      reasoningTokens: outputTokens.reasoning,
    }
  const flat = usage as Extract<AnsweredUsage, { readonly inputTokens: Count }>
  const cacheReadTokens = flat.cachedInputTokens ?? undefined
  const cacheWriteTokens = writtenIn(metadata)
  // version 2 hands on what Anthropic and Bedrock count, which leaves cached tokens out
  const isApart = /^(anthropic|amazon-bedrock|google\.vertex\.anthropic|vertex\.anthropic)/.test(provider)
  const beside = isApart ? (cacheReadTokens ?? 0) + (cacheWriteTokens ?? 0) : 0
  return {
    inputTokens: flat.inputTokens === undefined ? undefined : flat.inputTokens + beside,
    cacheReadTokens,
    cacheWriteTokens,
    outputTokens: flat.outputTokens,
    reasoningTokens: flat.reasoningTokens,
  }
}

/** Where version 2 has no field for it. */
function writtenIn(metadata: Metadata): Count {
  const anthropic = metadata?.anthropic as { readonly cacheCreationInputTokens?: unknown } | undefined
  const bedrock = metadata?.bedrock as { readonly usage?: { readonly cacheWriteInputTokens?: unknown } } | undefined
  const written = anthropic?.cacheCreationInputTokens ?? bedrock?.usage?.cacheWriteInputTokens
  return typeof written === 'number' ? written : undefined
}

const wordOf = (reason: FinishReason) => (typeof reason === 'string' ? reason : (reason.raw ?? reason.unified))

/** One message in the shape of the GenAI conventions. */
export function messageOf(content: readonly object[]): object {
  const parts = (content as readonly Part[]).flatMap((part): object[] => {
    if (part.type === 'text') return part.text ? [{ type: 'text', content: part.text }] : []
    if (part.type !== 'tool-call') return []
    return [{ type: 'tool_call', id: part.toolCallId, name: part.toolName, arguments: part.input }]
  })
  return { role: 'assistant', parts }
}
