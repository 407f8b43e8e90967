import { NOTHING_SAID, type Span } from '../span.ts'

/** What a span tells of its call, and another telling of the same call may tell instead. The cost is the reported one. */
export type Word = Pick<Span, (typeof WORD)[number]>

/** What the attempts of a call have in common. */
const NAMES = ['provider', 'requestModel', 'responseModel'] as const
const AMOUNTS = [
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'reasoningTokens',
  'costNano',
] as const
export const WORD = [
  ...NAMES,
  'responseId',
  ...AMOUNTS,
  'finishReason',
  'finishReasonRaw',
  'ttftMs',
  'streaming',
] as const

/** What a span shows, whoever said it. */
export function shownWord(span: Span): Word {
  return {
    provider: span.provider,
    requestModel: span.requestModel,
    responseModel: span.responseModel,
    responseId: span.responseId,
    inputTokens: span.inputTokens,
    outputTokens: span.outputTokens,
    cacheReadTokens: span.cacheReadTokens,
    cacheWriteTokens: span.cacheWriteTokens,
    reasoningTokens: span.reasoningTokens,
    // what was priced is no word of the span's
    costNano: span.costSource === 'reported' ? span.costNano : null,
    finishReason: span.finishReason,
    finishReasonRaw: span.finishReasonRaw,
    ttftMs: span.ttftMs,
    streaming: span.streaming,
  }
}

/** What a span itself said. */
export function ownWord(span: Span): Word {
  const word = shownWord(span)
  const { said } = span
  if (said !== NOTHING_SAID) for (const field of WORD) if (field in said) Object.assign(word, { [field]: said[field] })
  return word
}

/** With what another telling knows and this one does not; the same object when that is nothing. */
export function filled(word: Word, other: Word, only: 'all' | 'names' = 'all'): Word {
  let more: Record<string, unknown> | null = null
  for (const field of only === 'names' ? NAMES : WORD) {
    // two spellings of one reason: they come from one telling
    const isKnown = word[field === 'finishReasonRaw' ? 'finishReason' : field] !== null
    if (isKnown || other[field] === null) continue
    more ??= { ...word }
    more[field] = other[field]
  }
  return (more as Word | null) ?? word
}

export function sameWord(a: Word, b: Word): boolean {
  return a === b || WORD.every((field) => a[field] === b[field])
}

/** Whether a price for the one is a price for the other. */
export function samePrice(a: Word, b: Word): boolean {
  return a === b || (NAMES.every((field) => a[field] === b[field]) && AMOUNTS.every((field) => a[field] === b[field]))
}
