/** Shannon entropy in bits a character. */
export function entropy(text: string): number {
  const counts = new Map<number, number>()
  for (let i = 0; i < text.length; i++) counts.set(text.charCodeAt(i), (counts.get(text.charCodeAt(i)) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}

/** Kinds of characters in it: small, capital, digit, other. */
export function kinds(text: string): number {
  return (
    Number(/[a-z]/.test(text)) +
    Number(/[A-Z]/.test(text)) +
    Number(/\d/.test(text)) +
    Number(/[^A-Za-z0-9]/.test(text))
  )
}

/** Some part without `-` and `_` in it mixes letters and digits, or capitals and small letters at random. */
export function isRandom(text: string): boolean {
  return text.split(/[-_.]/).some((part) => {
    if (part.length < 8) return false
    if (/\d/.test(part) && /[A-Za-z]/.test(part)) return true
    return part.length >= 16 && /[A-Z]/.test(part) && /[a-z]/.test(part) && entropy(part) > 3.5 && !isCamel(part)
  })
}

/** `aLongNameOfAThing`: capitals only where words begin, four letters a word or more. */
export const isCamel = (part: string): boolean => (part.match(/[A-Z]/g)?.length ?? 0) <= part.length / 4
