/** What a first afternoon gives: a few expressions. The floor to stand beside. */
const pii: readonly (readonly [string, RegExp])[] = [
  ['EMAIL_ADDRESS', /[\w.+-]+@[\w-]+\.[\w.]+/g],
  ['PHONE_NUMBER', /\b\d{3}[-. ]?\d{3}[-. ]?\d{4}\b/g],
  ['CREDIT_CARD', /\b\d{4}[- ]?\d{4}[- ]?\d{4}[- ]?\d{4}\b/g],
  ['US_SSN', /\b\d{3}-\d{2}-\d{4}\b/g],
  ['IP_ADDRESS', /\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b/g],
  ['IBAN_CODE', /\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b/g],
  ['URL', /https?:\/\/\S+/g],
]
const secrets = [
  /sk-[A-Za-z0-9]{20,}/,
  /AKIA[0-9A-Z]{16}/,
  /gh[pousr]_[A-Za-z0-9]{36}/,
  /xox[baprs]-[A-Za-z0-9-]{10,}/,
  /AIza[\w-]{35}/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /eyJ[\w-]+\.[\w-]+\.[\w-]+/,
  /(?:password|secret|token|api_?key)\s*[:=]\s*\S{8,}/i,
]
const injection = [
  /ignore (?:all |any )?(?:previous|prior|above)/i,
  /disregard (?:all |the )?(?:previous|above|prior)/i,
  /system prompt/i,
  /you are now/i,
  /developer mode/i,
  /jailbreak/i,
  /do anything now/i,
  /reveal (?:your|the) (?:instructions|prompt)/i,
]

export interface Found {
  readonly type: string
  readonly start: number
  readonly end: number
}

export function naivePii(text: string): Found[] {
  return pii.flatMap(([type, shape]) =>
    [...text.matchAll(shape)].map((m) => ({ type, start: m.index, end: m.index + m[0].length })),
  )
}
export const naiveSecret = (text: string): boolean => secrets.some((shape) => shape.test(text))
export const naiveInjection = (text: string): boolean => injection.some((shape) => shape.test(text))
