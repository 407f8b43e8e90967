/** What the language models of the Vercel AI SDK answer, in the versions 2 to 4 of its provider contract. */
import type { Piece, Read, Said } from '../answer.ts'
import type { Usage } from '../call.ts'
import { put } from '../wrap/json.ts'

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

type FinishReason = string | { readonly unified: string; readonly raw: string | undefined }
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
  readonly id?: string
  readonly text?: string
  readonly delta?: string
  readonly modelId?: string
  readonly toolCallId?: string
  readonly toolName?: string
  readonly input?: unknown
  readonly error?: unknown
  readonly usage?: AnsweredUsage
  readonly finishReason?: FinishReason
  readonly providerMetadata?: Metadata
}

/** An answer as one. */
export const readGenerated =
  (provider: string): Read =>
  (given) => {
    const { response, usage, finishReason, providerMetadata, content } = given as Generated
    return {
      id: response?.id,
      model: response?.modelId,
      usage: usageOf(usage, provider, providerMetadata),
      finish: wordOf(finishReason),
      texts: content.flatMap((part, at) => textIn(part as Part, `${at}`)),
    }
  }

/** The parts of a streamed answer. @param guarded then the provider's raw chunks, which nobody judges, are left out */
export const readPart =
  (provider: string, guarded: boolean): Read =>
  (given) => {
    const part = given as Part
    const { type, id, modelId } = part
    switch (type) {
      case 'text-delta':
      case 'reasoning-delta':
      case 'tool-input-delta':
        return { texts: [deltaOf(part)] }
      case 'tool-input-start':
        return { texts: [{ ...deltaOf({ ...part, delta: '' }), tool: { id, name: part.toolName } }] }
      case 'text-end':
      case 'reasoning-end':
      case 'tool-input-end':
        return { ends: [`${KINDS[type.replace('-end', '')]} ${id}`] }
      case 'tool-call':
        return { texts: textIn(part, `${part.toolCallId}`).map((each) => ({ ...each, repeats: true as const })) }
      case 'response-metadata':
        return { id, model: modelId }
      case 'finish':
        return { ...endOf(part, provider), ends: 'all' }
      case 'raw':
        return { hidden: guarded || undefined }
      default:
        return {}
    }
  }

export const failedPart = (given: unknown): { readonly thrown: unknown } | undefined =>
  (given as Part).type === 'error' ? { thrown: (given as Part).error } : undefined

const KINDS: Readonly<Record<string, Piece['kind']>> = {
  text: 'text',
  reasoning: 'reasoning',
  'tool-input': 'arguments',
}

function deltaOf(part: Part): Piece {
  const kind = KINDS[part.type.replace(/-(delta|start)$/, '')] ?? 'text'
  return {
    key: `${kind} ${part.id}`,
    kind,
    text: part.delta ?? '',
    put: put(part as object as Record<string, unknown>, 'delta'),
  }
}

function endOf({ usage, finishReason, providerMetadata }: Part, provider: string): Said {
  return {
    usage: usage === undefined ? undefined : usageOf(usage, provider, providerMetadata),
    finish: finishReason === undefined ? undefined : wordOf(finishReason),
  }
}

function textIn(part: Part, at: string): Piece[] {
  const { type, text = '', input, toolCallId: id, toolName: name } = part
  const fields = part as object as Record<string, unknown>
  if (type === 'text' || type === 'reasoning')
    return [{ key: `${type} ${at}`, kind: type, text, put: put(fields, 'text') }]
  if (type !== 'tool-call' || typeof input !== 'string') return []
  return [{ key: `arguments ${at}`, kind: 'arguments', text: input, tool: { id, name }, put: put(fields, 'input') }]
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
