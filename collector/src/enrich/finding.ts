/** A piece of text that should not be stored. */
export interface Finding {
  readonly start: number
  readonly end: number
  /** Presidio's entity name, or `SECRET`. */
  readonly type: string
}

export const isDigit = (code: number): boolean => code >= 48 && code <= 57
export const isUpper = (code: number): boolean => code >= 65 && code <= 90
export const isLetter = (code: number): boolean => isUpper(code & ~32)

const words = Uint8Array.from({ length: 128 }, (_, code) =>
  isLetter(code) || isDigit(code) || code === 95 || code === 45 ? 1 : 0,
)
/** A character that a token, an id or a word continues with. NaN, the end of the text, is none. */
export const isWord = (code: number): boolean => words[code] === 1
