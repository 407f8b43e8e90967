import { isAlnum, isSpace } from '../chars.ts'

/** The head with the header lines of an encrypted key. */
const head =
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:(?:\s|\\{1,8}[nr]){1,16}[A-Z][A-Za-z-]{3,20}: [\w ,.()/-]{1,100}){0,4}/y
const tail = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/y

export interface Range {
  readonly start: number
  readonly end: number
}

/** A private key from its first line up to its end, or as far as it goes where the text was cut. */
export function pemAt(text: string, at: number): Range | null {
  head.lastIndex = at
  if (!head.test(text)) return null
  let end = head.lastIndex
  let lastLine = end
  while (end < text.length) {
    const start = end
    while (isBase64(text.charCodeAt(end))) end++
    // one line of prose may begin right after the head of an unfinished key, but not many words
    if (end > start && (end - start >= 32 || isLineEnd(text, start))) lastLine = end
    const space = spaceEnd(text, end)
    if (space === end) break
    end = space
  }
  tail.lastIndex = end
  return { start: at, end: tail.test(text) ? tail.lastIndex : lastLine }
}

function isBase64(code: number): boolean {
  return isAlnum(code) || code === 43 || code === 47 || code === 61
}

/** Past white space and line ends, also as escapes of a JSON text; never past a quote, so that JSON stays JSON. */
function spaceEnd(text: string, at: number): number {
  let end = at
  for (;;) {
    const code = text.charCodeAt(end)
    if (isSpace(code)) end++
    else if (code === 92) {
      let next = end
      while (text.charCodeAt(next) === 92) next++
      if (text[next] !== 'n' && text[next] !== 'r') return end
      end = next + 1
    } else return end
  }
}

function isLineEnd(text: string, at: number): boolean {
  const before = text[at - 1]
  return before === '\n' || before === '\r' || ((before === 'n' || before === 'r') && text[at - 2] === '\\')
}
