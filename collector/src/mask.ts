import {
  type AtRest,
  atRest,
  clean,
  createOperator,
  type Finding,
  type GuardPolicy,
  redacted,
  type Span,
  sensitiveIn,
} from '@outrider/policies/guards'

const replace = createOperator('replace')
const all = { pii: true, secrets: true, threshold: 0.4, wide: true }
const secrets = { pii: false, secrets: true, threshold: 0.5, wide: true }

/** Addresses that lead nowhere outside, or that people publish. They are what makes a trace readable. */
const kept: ReadonlySet<string> = new Set(['URL', 'VAT_ID', 'SWIFT_CODE'])
const inner = /^(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\./

/**
 * The text with secrets, and unless `secretsOnly` personal data, replaced by `<TYPE>`; the same string when there is
 * none. Linear in the text. A text that is JSON stays JSON.
 */
export function masked(text: string, secretsOnly = false): string {
  return maskedBy(text, secretsOnly ? sensitiveIn(clean(text), secrets) : sensitiveOf(text))
}

/** The same, of places that are known already, and of what a policy hides beside. */
export function maskedBy(text: string, found: readonly Finding[], rest: AtRest | null = null): string {
  return redacted(text, hiddenIn(text, found, rest), () => replace)
}

/** What is hidden of a text that is kept. */
export function hiddenIn(text: string, found: readonly Finding[], rest: AtRest | null): readonly Span[] {
  const hidden = found.length === 0 ? found : found.filter((one) => isHidden(text, one))
  const more = rest?.(text, found) ?? []
  return more.length === 0 ? hidden : [...hidden, ...more]
}

const rests = new WeakMap<GuardPolicy, AtRest | null>()

/** What a policy hides in texts that are kept, beside all that looks like personal data or a secret. */
export function atRestOf(policy: GuardPolicy): AtRest | null {
  const known = rests.get(policy)
  if (known !== undefined) return known
  const rest = atRest(policy, all.threshold)
  rests.set(policy, rest)
  return rest
}

/** Secrets and personal data of a text, also what only looks like it. */
export const sensitiveOf = (text: string) => sensitiveIn(clean(text), all)

/** Whether it is hidden where texts are kept. */
function isHidden(text: string, { type, start, end }: Finding): boolean {
  return !kept.has(type) && !(type === 'IP_ADDRESS' && inner.test(text.slice(start, end)))
}
