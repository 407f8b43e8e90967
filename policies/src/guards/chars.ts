export const isDigit = (code: number): boolean => code >= 48 && code <= 57
export const isUpper = (code: number): boolean => code >= 65 && code <= 90
export const isLetter = (code: number): boolean => isUpper(code & ~32) && code < 128
/** NaN, the end of the text, is none. */
export const isAlnum = (code: number): boolean => isDigit(code) || isLetter(code)
/** A character that an identifier goes on with. */
export const isWord = (code: number): boolean => isAlnum(code) || code === 95
export const isHex = (code: number): boolean => isDigit(code) || ((code | 32) >= 97 && (code | 32) <= 102 && code < 128)
export const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13)
