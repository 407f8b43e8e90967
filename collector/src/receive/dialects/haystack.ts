import type { Kind } from '../../span.ts'
import type { Told } from './dialect.ts'
import { record, tellUsage } from './usage-record.ts'
import { count, text } from './value.ts'

/** Whether a scope is the instrumentation of Haystack. */
export const isHaystack = (scope: string): boolean => scope.endsWith('haystack')

/** Where Python's own form of an answer says what the attributes leave out; what was said comes before it. */
const parts = {
  cacheReadTokens: /'cached_tokens': (\d+)/g,
  reasoningTokens: /'reasoning_tokens': (\d+)/g,
} as const

/** The provider's usage stands in the answer alone: as JSON of an embedding, in Python's form of a reply. */
export function tellHaystack(told: Told, kind: Kind | undefined): void {
  if (told.output === null) return
  if (kind === 'embedding') {
    const meta = record(record(told.output)?.meta)
    tellUsage(told, record(meta?.usage))
    told.responseModel ??= text(meta?.model ?? null) ?? null
    return
  }
  for (const [fact, pattern] of Object.entries(parts) as [keyof typeof parts, RegExp][]) {
    told[fact] ??= count(last(told.output, pattern) ?? null) ?? null
  }
  const reason = last(told.output, /'finish_reason': '([\w-]{1,32})'/g)
  told.finishReasons ??= reason === undefined ? null : [reason]
}

function last(output: string, pattern: RegExp): string | undefined {
  return [...output.matchAll(pattern)].at(-1)?.[1]
}
