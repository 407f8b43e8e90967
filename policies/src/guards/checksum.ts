/** Check digits that issuers of numbers use. Every function takes plain digits (and letters where it says so). */

export function luhn(digits: string): boolean {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48
    sum += i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2
  }
  return sum % 10 === 0
}

/** Sum of digit times weight. */
export function weighted(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, i) => sum + weight * (digits.charCodeAt(i) - 48), 0)
}

/** The remainder of a number of any length; letters count as 10 to 35. */
export function remainder(text: string, by: number): number {
  let rest = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const value = code <= 57 ? code - 48 : (code & ~32) - 55
    rest = (rest * (value > 9 ? 100 : 10) + value) % by
  }
  return rest
}

/** ISO 7064 mod 11,10: German tax number, Croatian OIB. */
export function mod1110(digits: string): boolean {
  let product = 10
  for (let i = 0; i < digits.length - 1; i++) {
    const sum = (digits.charCodeAt(i) - 48 + product) % 10 || 10
    product = (sum * 2) % 11
  }
  return (11 - product) % 10 === digits.charCodeAt(digits.length - 1) - 48
}

const d5 = '0123456789123406789523401789563401289567401239567859876043216598710432765982104387659321049876543210'
const p8 = '01234567891576283094580379614289160435279453126870428657390127938064157046913258'

export function verhoeff(digits: string): boolean {
  let check = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48
    const moved = p8.charCodeAt((i % 8) * 10 + digit) - 48
    check = d5.charCodeAt(check * 10 + moved) - 48
  }
  return check === 0
}
