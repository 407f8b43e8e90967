import type { Call } from './call.ts'
import { globMatches } from './glob.ts'

/** What a rule may narrow itself to. */
export const MATCH_FIELDS = [
  'tenant',
  'user',
  'session',
  'workflow',
  'agent',
  'provider',
  'model',
  'tool',
  'kind',
  'priority',
] as const
export type MatchField = (typeof MATCH_FIELDS)[number]

/** Globs by field: every named field must match one of its globs. A call that lacks a named field is not meant. */
export type Match = Readonly<Partial<Record<MatchField, readonly string[]>>>

export function matches(match: Match, call: Call): boolean {
  return MATCH_FIELDS.every((field) => {
    const globs = match[field]
    if (globs === undefined) return true
    const text = fieldOf(call, field)
    return text !== null && globs.some((glob) => globMatches(glob, text))
  })
}

function fieldOf(call: Call, field: MatchField): string | null {
  switch (field) {
    case 'tenant':
      return call.tenantId
    case 'user':
      return call.userId
    case 'session':
      return call.sessionId
    case 'tool':
      return call.toolName
    default:
      return call[field]
  }
}
