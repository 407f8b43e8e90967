import { isAlnum, isDigit } from '../chars.ts'

/** The character after a number that makes it something else: a letter, `_`, or a fraction. */
export function isTail(text: string, end: number): boolean {
  const code = text.charCodeAt(end)
  if (isAlnum(code) || code === 95 || code === 37) return true
  return code === 46 && isDigit(text.charCodeAt(end + 1))
}
