import { clean, createOperator, type Finding, redacted, sensitiveIn } from '@outrider/policies/guards'

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

/** The same, of places that are known already. */
export function maskedBy(text: string, found: readonly Finding[]): string {
  const hidden = found.length === 0 ? found : found.filter((one) => isHidden(text, one))
  return redacted(text, hidden, () => replace)
}

/** Secrets and personal data of a text, also what only looks like it. */
export const sensitiveOf = (text: string) => sensitiveIn(clean(text), all)

/** Whether it is hidden where texts are kept. */
export function isHidden(text: string, { type, start, end }: Finding): boolean {
  return !kept.has(type) && !(type === 'IP_ADDRESS' && inner.test(text.slice(start, end)))
}
