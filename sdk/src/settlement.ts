import type { ModelOptions, Usage } from './call.ts'
import { failureOf } from './failure.ts'
import type { Ending } from './live.ts'
import type { SettledUsage, SettleRequest } from './wire.ts'

/** How a call ended, for its money. */
export type Settlement =
  /** The provider was not called, or it refused: nothing is owed. */
  { readonly kind: 'unused' } | ({ readonly kind: 'used' } & Omit<SettleRequest, 'holdId'>)

/** What a call told of itself while it ran. */
export interface Told {
  usage: Usage | undefined
  costUsd: number | undefined
  finishReason: string | undefined
  streamedTokens: number | undefined
  unused: boolean
}

export function settlementOf(ending: Ending, told: Told, operation?: ModelOptions['operation']): Settlement {
  const usage = usageOf(told.usage, operation)
  const numbers = {
    ...(usage === undefined ? {} : { usage }),
    ...(told.costUsd === undefined ? {} : { costUsd: told.costUsd }),
    ...(told.finishReason === undefined ? {} : { finishReason: told.finishReason.slice(0, 256) }),
    ...(usage === undefined && isCount(told.streamedTokens) ? { streamedTokens: told.streamedTokens } : {}),
  }
  const silent = usage === undefined && told.costUsd === undefined && told.streamedTokens === undefined
  if (silent && told.unused) return { kind: 'unused' }
  if (ending.how === 'returned') return { kind: 'used', status: 'ok', ...numbers }
  if (ending.how === 'left') return { kind: 'used', status: 'cancelled', ...numbers }
  if (silent && neverCalled(ending.thrown)) return { kind: 'unused' }
  const { stop } = failureOf(ending.thrown)
  return { kind: 'used', status: stop === 'error' ? 'error' : 'cancelled', ...numbers }
}

/** What is not a count was not counted. An answer without a word of its output (embeddings) has none. */
function usageOf(usage: Usage | undefined, operation: ModelOptions['operation']): SettledUsage | undefined {
  if (usage === undefined) return undefined
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens } = usage
  const out = outputTokens ?? (operation === 'embeddings' ? 0 : undefined)
  if (!isCount(inputTokens) || !isCount(out)) return undefined
  return {
    inputTokens,
    outputTokens: out,
    ...(isCount(cacheReadTokens) ? { cacheReadTokens } : {}),
    ...(isCount(cacheWriteTokens) ? { cacheWriteTokens } : {}),
    ...(isCount(reasoningTokens) ? { reasoningTokens } : {}),
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

const NOT_REACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

/** No connection came about, or the provider answered with an error status: both bill nothing. A time-out may bill all. */
function neverCalled(thrown: unknown, depth = 0): boolean {
  try {
    if (typeof thrown !== 'object' || thrown === null) return false
    const { status, statusCode, code, cause } = thrown as Readonly<Record<string, unknown>>
    if ([status, statusCode].some((each) => typeof each === 'number' && each >= 400 && each < 600)) return true
    if (typeof code === 'string' && NOT_REACHED.has(code)) return true
    return depth < 4 && neverCalled(cause, depth + 1)
  } catch {
    return false
  }
}
