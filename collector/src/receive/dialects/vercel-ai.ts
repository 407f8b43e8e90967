import type { Kind } from '../../span.ts'
import type { RawSpan } from '../raw.ts'
import { type Dialect, extend, type Told } from './dialect.ts'
import { openinference } from './openinference.ts'
import { otelGenai } from './otel-genai.ts'
import { includeParts } from './usage.ts'
import { count, isRecord, parsed } from './value.ts'

/** `ai.telemetry.metadata` of versions 4 to 6, the runtime context of version 7 where it is exported. */
const metadata = (...keys: string[]) =>
  keys.flatMap((key) => [`ai.telemetry.metadata.${key}`, `ai.settings.context.${key}`])

/**
 * Vercel AI SDK: `ai.*` of versions 4 to 6 and of version 7's legacy mode, also with OpenInference's names added, and the
 * GenAI names of `@ai-sdk/otel`. Only `doGenerate`, `doStream` and `doEmbed` are calls; what is around them repeats sums.
 */
export const vercelAi: Dialect = {
  name: 'vercel-ai',
  detects: ({ attributes, scope }) => attributes['ai.operationId'] !== undefined || scope.name === 'gen_ai',
  names: extend(openinference.names, {
    operation: ['ai.operationId'],
    provider: ['ai.model.provider'],
    agent: ['ai.telemetry.functionId'],
    requestModel: ['ai.model.id'],
    responseModel: ['ai.response.model'],
    responseId: ['ai.response.id'],
    finishReasons: ['ai.response.finishReason', 'ai.finishReason'],
    ttftMs: ['ai.response.msToFirstChunk', 'ai.stream.msToFirstChunk'],
    inputTokens: ['ai.usage.inputTokens', 'ai.usage.promptTokens', 'ai.usage.tokens'],
    outputTokens: ['ai.usage.outputTokens', 'ai.usage.completionTokens'],
    totalTokens: ['ai.usage.totalTokens'],
    cacheReadTokens: ['ai.usage.inputTokenDetails.cacheReadTokens', 'ai.usage.cachedInputTokens'],
    cacheWriteTokens: ['ai.usage.inputTokenDetails.cacheWriteTokens'],
    reasoningTokens: ['ai.usage.outputTokenDetails.reasoningTokens', 'ai.usage.reasoningTokens'],
    input: ['ai.prompt.messages', 'ai.prompt', 'ai.value', 'ai.values'],
    output: ['ai.response.text', 'ai.response.object', 'ai.response.toolCalls', 'ai.toolCall.result'],
    toolName: ['ai.toolCall.name'],
    toolCallId: ['ai.toolCall.id'],
    toolArgs: ['ai.toolCall.args', 'ai.toolCall.input'],
    sessionId: metadata('sessionId', 'session_id', 'threadId', 'thread_id'),
    userId: metadata('userId', 'user_id'),
    tenantId: metadata('tenantId', 'tenant_id'),
  }),
  kind(told, raw) {
    const operation = raw.attributes['ai.operationId']
    return typeof operation === 'string' ? kindOf(operation, told) : otelGenai.kind(told, raw)
  },
  mend(told, raw, warnings) {
    const operation = raw.attributes['ai.operationId']
    if (typeof operation === 'string') {
      if (/doStream$/.test(operation)) told.streaming ??= true
      readMetadata(told, raw)
    }
    includeParts(told, raw, warnings)
  },
  loses: ({ name }) => [
    'Each call of the SDK is a trace of its own, unless the application has a span around them; give all the same sessionId.',
    'Embeddings do not tell the served model.',
    ...(name === 'gen_ai'
      ? [
          'Reasoning tokens are not sent unless the integration is made with `usage: true`; they are part of the output.',
          'Session and user are sent only where the runtime context is: `new OpenTelemetry({ runtimeContext: true })` and `includeRuntimeContext`.',
          'Retries are hidden in the span of their call.',
        ]
      : []),
  ],
}

function kindOf(operation: string, told: Told): Kind {
  if (/\.(?:doGenerate|doStream)$/.test(operation)) return 'llm'
  if (operation.endsWith('.doEmbed')) return 'embedding'
  if (operation.endsWith('.doRerank')) return 'retrieval'
  if (operation === 'ai.toolCall') return 'tool'
  if (/^ai\.(?:generate|stream)(?:Text|Object)$/.test(operation)) return told.agent === null ? 'chain' : 'agent'
  return operation.startsWith('ai.') ? 'chain' : 'other'
}

/** Where each provider writes the parts of its usage, in the metadata that the SDK hands on as JSON. */
const parts = {
  cacheReadTokens: ['cachedPromptTokens', 'cacheReadInputTokens', 'cache_read_input_tokens', 'cachedContentTokenCount'],
  cacheWriteTokens: ['cacheCreationInputTokens', 'cacheWriteInputTokens', 'cache_creation_input_tokens'],
  reasoningTokens: ['reasoningTokens', 'thoughtsTokenCount'],
} as const

/** Versions 4 and 5 tell cache and reasoning in the provider's metadata only, and Anthropic's input without its cache. */
function readMetadata(told: Told, { attributes }: RawSpan): void {
  const text = attributes['ai.response.providerMetadata']
  const all = typeof text === 'string' && text.includes('oken') ? parsed(text) : undefined
  if (!isRecord(all)) return
  for (const [provider, told_] of Object.entries(all)) {
    if (!isRecord(told_)) continue
    const usage = isRecord(told_.usage) ? told_.usage : isRecord(told_.usageMetadata) ? told_.usageMetadata : {}
    for (const [fact, names] of Object.entries(parts) as [keyof typeof parts, readonly string[]][]) {
      for (const name of names) told[fact] ??= count(told_[name] ?? usage[name] ?? null) ?? null
    }
    if (provider !== 'anthropic' && provider !== 'bedrock') continue
    // the provider's own count, without the cache: handed on as it is, or counted again by a later version
    const own = usage.input_tokens ?? usage.inputTokens
    const isWhole = attributes['ai.usage.inputTokenDetails.noCacheTokens'] !== undefined
    if (told.inputTokens !== null && !isWhole && (own === undefined || own === told.inputTokens)) {
      told.inputTokens += (told.cacheReadTokens ?? 0) + (told.cacheWriteTokens ?? 0)
    }
  }
}
