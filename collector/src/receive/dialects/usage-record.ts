import type { AttributeValue } from '../../span.ts'
import type { Told } from './dialect.ts'
import { count, isRecord, parsed } from './value.ts'

export type Fields = { readonly [key: string]: AttributeValue }

type Count = 'inputTokens' | 'outputTokens' | 'totalTokens' | 'cacheReadTokens' | 'cacheWriteTokens' | 'reasoningTokens'

/** How usage objects of providers and frameworks name their counts, most trusted first; a dot goes one object deeper. */
const names: { readonly [C in Count]: readonly string[] } = {
  inputTokens: ['input_tokens', 'inputTokens', 'prompt_tokens', 'promptTokens'],
  outputTokens: ['output_tokens', 'outputTokens', 'completion_tokens', 'completionTokens'],
  totalTokens: ['total_tokens', 'totalTokens'],
  cacheReadTokens: [
    'cache_read_input_tokens',
    'cached_input_tokens',
    'cached_prompt_tokens',
    'cachedContentTokens',
    'cachedInputTokens',
    'input_token_details.cache_read',
    'prompt_tokens_details.cached_tokens',
    'prompt_tokens_details.cache_read_tokens',
    'input_tokens_details.cached_tokens',
  ],
  cacheWriteTokens: [
    'cache_creation_input_tokens',
    'cache_write_input_tokens',
    'cache_creation_tokens',
    'input_token_details.cache_creation',
    'prompt_tokens_details.cache_creation_tokens',
    'input_tokens_details.cache_write_tokens',
  ],
  reasoningTokens: [
    'reasoning_tokens',
    'thoughtsTokens',
    'reasoningTokens',
    'output_token_details.reasoning',
    'completion_tokens_details.reasoning_tokens',
    'output_tokens_details.reasoning_tokens',
  ],
}
const counts = Object.keys(names) as Count[]

/** An object, or the JSON text of one; `null` for anything else. */
export function record(value: AttributeValue | undefined): Fields | null {
  const found = typeof value === 'string' ? (value.startsWith('{') ? parsed(value) : undefined) : value
  return isRecord(found) ? found : null
}

/** Tells the counts of a usage object, those that were not told before. A count that cannot be read is unknown. */
export function tellUsage(told: Told, usage: Fields | null): void {
  if (usage === null) return
  for (const fact of counts) told[fact] ??= countAt(usage, names[fact])
}

function countAt(usage: Fields, among: readonly string[]): number | null {
  for (const name of among) {
    const dot = name.indexOf('.')
    const inner = dot < 0 ? usage : usage[name.slice(0, dot)]
    const value = isRecord(inner) ? inner[dot < 0 ? name : name.slice(dot + 1)] : undefined
    const found = value === undefined || value === null ? undefined : count(value)
    if (found !== undefined) return found
  }
  return null
}
