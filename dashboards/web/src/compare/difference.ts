/** What is different between two steps, or between two runs. Pure. */
import type { Span } from '../api.ts'
import type { Step } from './align.ts'

/** Durations are never the same: this much makes a difference that somebody would notice. */
const NOTICEABLE = { ratio: 1.5, ms: 100 } as const

export type What = 'only' | 'status' | 'model' | 'tokens' | 'cost' | 'duration' | 'text'

/** In words, for the line. */
export const WHAT_WORDS: Readonly<Record<What, string>> = {
  only: 'in one run only',
  status: 'status',
  model: 'model',
  tokens: 'tokens',
  cost: 'cost',
  duration: 'duration',
  text: 'texts',
}

export function differencesOf({ a, b }: Step): readonly What[] {
  if (a === null || b === null) return ['only']
  const [one, other] = [a.span, b.span]
  const differs: Readonly<Record<Exclude<What, 'only'>, boolean>> = {
    status:
      one.status !== other.status || one.stopReason !== other.stopReason || one.finishReason !== other.finishReason,
    model: modelOf(one) !== modelOf(other),
    tokens: one.inputTokens !== other.inputTokens || one.outputTokens !== other.outputTokens,
    cost: one.costUsd !== other.costUsd,
    duration: isNoticeable(one.durationMs, other.durationMs),
    text: TEXTS.some(([, read]) => read(one) !== read(other)),
  }
  return (Object.keys(differs) as (keyof typeof differs)[]).filter((what) => differs[what])
}

const modelOf = ({ responseModel, requestModel }: Span) => responseModel ?? requestModel

function isNoticeable(a: number, b: number): boolean {
  return Math.abs(a - b) >= NOTICEABLE.ms && Math.max(a, b) >= NOTICEABLE.ratio * Math.min(a, b)
}

/** The texts of a span, by what they are called. */
export const TEXTS: readonly (readonly [name: string, read: (span: Span) => string | null])[] = [
  ['Input', (span) => span.input],
  ['Output', (span) => span.output],
  ['Tool arguments', (span) => span.toolArgs],
  ['Query', (span) => span.retrieval?.query ?? null],
  ['Error', (span) => span.statusMessage],
]

/** @example change(2, 3) // '+50 %' */
export function change(a: number | null, b: number | null): string {
  if (a === null || b === null || a === b) return ''
  if (a === 0) return 'new'
  const percent = (100 * (b - a)) / a
  if (percent >= 1000) return `×${Math.round(b / a)}`
  const rounded = Math.abs(percent) < 1 ? percent.toFixed(1) : percent.toFixed(0)
  return `${percent > 0 ? '+' : '−'}${rounded.replace('-', '')} %`
}
