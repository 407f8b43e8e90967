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
  const found = sensitiveIn(clean(text), secretsOnly ? secrets : all).filter((one) => !isKept(text, one))
  return redacted(text, found, () => replace)
}

function isKept(text: string, { type, start, end }: Finding): boolean {
  return kept.has(type) || (type === 'IP_ADDRESS' && inner.test(text.slice(start, end)))
}
