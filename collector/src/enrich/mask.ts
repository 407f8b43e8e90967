import { type Finding, isDigit, isUpper, isWord } from './finding.ts'
import { emailAround, ibanAt, numberAt, phoneAt } from './pii.ts'
import { credentialsAt, secretAt } from './secret.ts'

/**
 * The text with secrets, and unless `secretsOnly` personal data, replaced by `<TYPE>`; the same string when there is
 * none. One pass: each place is looked at once and nothing looks further than a fixed distance. A text that is JSON
 * stays JSON.
 */
export function masked(text: string, secretsOnly = false): string {
  const isJson = text[0] === '{' || text[0] === '['
  const parts: string[] = []
  let done = 0
  /** Nothing may begin before: the end of the last finding, or of an escape that must stay whole. */
  let floor = 0
  let inWord = false
  let inString = false

  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    let found: Finding | null = null
    if (isWord(code)) {
      if (!inWord) found = wordAt(text, at, code, secretsOnly)
      inWord = true
    } else {
      inWord = false
      if (code === BACKSLASH) {
        at = floor = escapeEnd(text, at)
        at--
      } else if (code === QUOTE) inString = !inString
      else if (code === AT && !secretsOnly) found = emailAround(text, at, floor)
      else if (code === PLUS && !secretsOnly && isDigit(text.charCodeAt(at + 1))) found = phoneAt(text, at)
      else if (code === COLON && text.startsWith('//', at + 1)) found = typed(credentialsAt(text, at + 3))
    }
    if (found === null) continue
    const bare = isJson && !inString
    parts.push(text.slice(done, found.start), bare ? `"<${found.type}>"` : `<${found.type}>`)
    done = floor = found.end
    at = found.end - 1
    inWord = false
  }
  return done === 0 ? text : parts.join('') + text.slice(done)
}

const QUOTE = 34
const PLUS = 43
const COLON = 58
const AT = 64
const BACKSLASH = 92

function wordAt(text: string, at: number, code: number, secretsOnly: boolean): Finding | null {
  const secret = typed(secretAt(text, at))
  if (secret !== null || secretsOnly) return secret
  if (isDigit(code)) return numberAt(text, at)
  return isUpper(code) ? ibanAt(text, at) : null
}

function typed(range: { readonly start: number; readonly end: number } | null): Finding | null {
  return range === null ? null : { ...range, type: 'SECRET' }
}

const hex = /^[0-9a-f]{4}$/i

/** Past an escape of JSON, also of JSON inside JSON: a word may begin right after it. */
function escapeEnd(text: string, at: number): number {
  let end = at
  while (text.charCodeAt(end) === BACKSLASH) end++
  const isOdd = (end - at) % 2 === 1
  const next = text[end]
  if (next === '"') return isOdd ? end + 1 : end
  if (next === 'u' && hex.test(text.slice(end + 1, end + 5))) return end + 5
  return next !== undefined && 'nrtbf'.includes(next) ? end + 1 : end
}
