import { isWord } from './finding.ts'

interface Shape {
  /** Tried only where a word begins so; of `named` in lower case, and matching any. */
  readonly prefix: string
  readonly shape: RegExp
}

/**
 * Shapes of secrets by the prefix that their vendors gave them. Each is tried only where a word begins with its prefix,
 * and every repetition has an end, so that the work is linear in the text whatever the text is.
 */
export const shapes: readonly Shape[] = [
  { prefix: 'sk-', shape: /sk-(?=[\w-]{0,199}\d)[A-Za-z0-9_-]{20,200}/y },
  { prefix: 'sk_', shape: /sk_(?:live|test)_[A-Za-z0-9]{16,200}/y },
  { prefix: 'rk_', shape: /rk_(?:live|test)_[A-Za-z0-9]{16,200}/y },
  { prefix: 'pk-lf-', shape: /pk-lf-[a-f0-9-]{36}/y },
  { prefix: 'whsec_', shape: /whsec_[A-Za-z0-9+/=]{24,200}/y },
  { prefix: 'ghp_', shape: /ghp_[A-Za-z0-9]{36,251}/y },
  { prefix: 'gho_', shape: /gho_[A-Za-z0-9]{36,251}/y },
  { prefix: 'ghu_', shape: /ghu_[A-Za-z0-9]{36,251}/y },
  { prefix: 'ghs_', shape: /ghs_[A-Za-z0-9]{36,251}/y },
  { prefix: 'ghr_', shape: /ghr_[A-Za-z0-9]{36,251}/y },
  { prefix: 'github_pat_', shape: /github_pat_[A-Za-z0-9_]{22,255}/y },
  { prefix: 'glpat-', shape: /glpat-[A-Za-z0-9_-]{20,200}/y },
  { prefix: 'gsk_', shape: /gsk_[A-Za-z0-9]{40,100}/y },
  { prefix: 'xai-', shape: /xai-[A-Za-z0-9]{60,200}/y },
  { prefix: 'xox', shape: /xox[abeoprs]-[A-Za-z0-9-]{10,250}/y },
  { prefix: 'xapp-', shape: /xapp-[A-Za-z0-9-]{20,250}/y },
  { prefix: 'hf_', shape: /hf_[A-Za-z0-9]{30,100}/y },
  { prefix: 'r8_', shape: /r8_[A-Za-z0-9]{37,100}/y },
  { prefix: 'pplx-', shape: /pplx-[A-Za-z0-9]{40,100}/y },
  { prefix: 'nvapi-', shape: /nvapi-[A-Za-z0-9_-]{40,200}/y },
  { prefix: 'tvly-', shape: /tvly-[A-Za-z0-9_-]{20,100}/y },
  { prefix: 'lsv2_', shape: /lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}/y },
  { prefix: 'pcsk_', shape: /pcsk_[A-Za-z0-9_]{40,200}/y },
  { prefix: 'npm_', shape: /npm_[A-Za-z0-9]{36}/y },
  { prefix: 'dop_v1_', shape: /dop_v1_[a-f0-9]{64}/y },
  { prefix: 'SG', shape: /SG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,128}/y },
  { prefix: 'AIza', shape: /AIza[A-Za-z0-9_-]{35}/y },
  { prefix: 'ya29', shape: /ya29\.[A-Za-z0-9_-]{20,1024}/y },
  { prefix: 'GOCSPX-', shape: /GOCSPX-[A-Za-z0-9_-]{20,64}/y },
  { prefix: 'AKIA', shape: /AKIA[A-Z2-7]{16}/y },
  { prefix: 'ASIA', shape: /ASIA[A-Z2-7]{16}/y },
  { prefix: 'eyJ', shape: /eyJ[A-Za-z0-9_-]{10,4096}\.eyJ[A-Za-z0-9_-]{4,16384}\.[A-Za-z0-9_-]{0,4096}/y },
]

/** The value after its name, where the value itself has no shape of its own. The last group is the secret. */
export const named: readonly Shape[] = [
  { prefix: 'bearer', shape: /bearer[ \t]{1,4}((?=[\w.~+/-]{0,255}\d)[\w.~+/-]{16,4096}={0,2})/iy },
  { prefix: 'basic', shape: /basic[ \t]{1,4}([A-Za-z0-9+/]{8,1024}={0,2})/iy },
  { prefix: 'aws', shape: /aws_?secret_?access_?key["'\\]{0,4}\s{0,4}[:=]\s{0,4}["'\\]{0,4}([A-Za-z0-9/+]{40})/iy },
  { prefix: 'secret', shape: /secret_?access_?key["'\\]{0,4}\s{0,4}[:=]\s{0,4}["'\\]{0,4}([A-Za-z0-9/+]{40})/iy },
  { prefix: 'hooks.', shape: /hooks\.slack\.com\/services\/([A-Za-z0-9/]{20,100})/iy },
]

/** The head with the header lines of an encrypted key. */
const pemHead =
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:(?:\s|\\{1,8}[nr]){1,4}[A-Z][A-Za-z-]{3,20}: [\w ,.()/-]{1,100}){0,4}/y
const pemTail = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/y

/** By the code of the first letter, for every word of every text is looked at. */
const byLetter = tabled(shapes, (letter) => [letter])
const namedByLetter = tabled(named, (letter) => [letter, letter.toUpperCase()])

function tabled(all: readonly Shape[], letters: (first: string) => readonly string[]): readonly (readonly Shape[])[] {
  const table: Shape[][] = Array.from({ length: 128 }, () => [])
  for (const each of all)
    for (const letter of letters(each.prefix[0] as string)) table[letter.charCodeAt(0)]?.push(each)
  return table
}

export interface Range {
  readonly start: number
  readonly end: number
}

/** The secret that begins with the word at `at`, or that the word names. */
export function secretAt(text: string, at: number): Range | null {
  const first = text.charCodeAt(at)
  for (const { prefix, shape } of byLetter[first] ?? []) {
    if (!text.startsWith(prefix, at)) continue
    shape.lastIndex = at
    if (shape.test(text) && !isWord(text.charCodeAt(shape.lastIndex))) return { start: at, end: shape.lastIndex }
  }
  for (const { prefix, shape } of namedByLetter[first] ?? []) {
    if (!begins(text, at, prefix)) continue
    shape.lastIndex = at
    const value = shape.exec(text)?.[1]
    if (value === undefined || (prefix === 'basic' && !isCredentials(value))) continue
    return { start: shape.lastIndex - value.length, end: shape.lastIndex }
  }
  return first === 45 ? pemAt(text, at) : null
}

function begins(text: string, at: number, prefix: string): boolean {
  for (let i = 1; i < prefix.length; i++)
    if ((text.charCodeAt(at + i) | 32) !== (prefix.charCodeAt(i) | 32)) return false
  return true
}

/** `user:password`, and not a word that happens to be base64. */
function isCredentials(value: string): boolean {
  const decoded = Buffer.from(value, 'base64').toString('latin1')
  return /^[\x20-\x7e]{1,1024}$/.test(decoded) && decoded.includes(':')
}

/** A private key up to its end, or as far as it goes where the text was cut. */
function pemAt(text: string, at: number): Range | null {
  pemHead.lastIndex = at
  if (!pemHead.test(text)) return null
  let end = pemHead.lastIndex
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
  pemTail.lastIndex = end
  return { start: at, end: pemTail.test(text) ? pemTail.lastIndex : lastLine }
}

function isBase64(code: number): boolean {
  return (isWord(code) && code !== 45 && code !== 95) || code === 43 || code === 47 || code === 61
}

/** Past white space and line ends, also as escapes of a JSON text; never past a quote, so that JSON stays JSON. */
function spaceEnd(text: string, at: number): number {
  let end = at
  for (;;) {
    const code = text.charCodeAt(end)
    if (code === 32 || (code >= 9 && code <= 13)) end++
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

/** The user and password of an address, from after `://`. */
export function credentialsAt(text: string, at: number): Range | null {
  let colon = -1
  for (let end = at; end < text.length && end < at + 256; end++) {
    const code = text.charCodeAt(end)
    if (code === 64) return colon > at - 1 && end > colon + 1 ? { start: at, end } : null
    if (code === 58) colon = colon === -1 ? end : colon
    // white space, quotes, brackets, a slash, a question mark, a backslash: no longer the user's part
    else if (code <= 32 || '"\'<>/?#\\{}[]'.includes(text[end] as string)) return null
  }
  return null
}
