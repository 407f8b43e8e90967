import { luhn } from '../checksum.ts'

/** Issuer and its name of these digits, or null: first digits and lengths that issuers use, then Luhn's check digit. */
export function cardIssuer(digits: string): string | null {
  const size = digits.length
  if (size < 12 || size > 19 || !luhn(digits) || same.test(digits)) return null
  const two = Number(digits.slice(0, 2))
  const three = Number(digits.slice(0, 3))
  const four = Number(digits.slice(0, 4))
  if (two >= 40 && two < 50 && (size === 13 || size === 16 || size === 19)) return 'Visa'
  if (((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) && size === 16) return 'Mastercard'
  if ((two === 34 || two === 37) && size === 15) return 'American Express'
  if (((three >= 300 && three <= 305) || two === 36 || two === 38 || two === 39) && size >= 14 && size <= 19)
    return 'Diners Club'
  if ((four === 6011 || two === 64 || two === 65) && size >= 16) return 'Discover'
  if (two === 62 && size >= 16) return 'UnionPay'
  if (four >= 3528 && four <= 3589 && size >= 16) return 'JCB'
  if ((four === 2131 || four === 1800) && size === 15) return 'JCB'
  if (/^(?:3088|3096|3112|3158|3337)/.test(digits) && size === 16) return 'JCB'
  if (/^(?:5018|5020|5038|5[678]\d\d|6304|6759|676[1-3]|0604|6390)/.test(digits)) return 'Maestro'
  return null
}

const same = /^(\d)\1+$/
/** Lengths of digit groups in which cards are written. */
const shapes = new Set([
  '4-4-4-4',
  '4-6-5',
  '4-6-4',
  '4-4-4-4-3',
  '4-4-4-4-2',
  '4-4-4-1',
  '4-4-4-2',
  '4-4-4',
  '4-4-5',
  '6-13',
  '6-10',
  '8-8',
  '5-4-4',
  '4-4-4-3',
  '4-5-6',
])

export const isCardShape = (groups: readonly number[]): boolean => groups.length === 1 || shapes.has(groups.join('-'))
