import { base64 } from '@scure/base'
import { entropy, isRandom, kinds } from './entropy.ts'
import type { Range } from './pem.ts'
import { isPlaceholder, isReference } from './placeholder.ts'

const bearer = /bearer["']?[ \t:=]{1,4}["']?([\w.~+/=-]{16,4096})/iy
const basic = /basic[ \t]{1,4}([A-Za-z0-9+/]{8,1024}={0,2})/iy
const jwt = /eyJ[A-Za-z0-9_-]{10,4096}\.eyJ[A-Za-z0-9_-]{4,16384}\.[A-Za-z0-9_-]{0,4096}/y

export function bearerAt(text: string, at: number, wide: boolean): Range | null {
  bearer.lastIndex = at
  const value = bearer.exec(text)?.[1]
  if (value === undefined || !/\d/.test(value)) return null
  if (!wide && (isPlaceholder(value) || isReference(value) || !(isRandom(value) || isOpaque(text, at, value))))
    return null
  return { start: bearer.lastIndex - value.length, end: bearer.lastIndex }
}

/** Short, and in parts: taken where the header's name stands before. */
function isOpaque(text: string, at: number, value: string): boolean {
  return /authorization["']?[ \t]?[:=][ \t]?["']?$/i.test(text.slice(Math.max(0, at - 20), at)) && kinds(value) === 4
}

const authorization =
  /authorization["']?[ \t]{0,2}[:=][ \t]{0,2}["']?(?:(?:token|api-?token|api-?key|key|bot|ssws|genie-?key|sso-key|oauth|apitoken|klaviyo-api-key|snowflake token=")[ \t=]{1,3})?["']?([\w.~+/:=@-]{16,400})/iy

/** `Authorization: Token …` and the other words that services use. */
export function authorizationAt(text: string, at: number): Range | null {
  authorization.lastIndex = at
  const value = authorization.exec(text)?.[1]
  if (value === undefined || isPlaceholder(value) || isReference(value) || !(isRandom(value) || kinds(value) === 4))
    return null
  return { start: authorization.lastIndex - value.length, end: authorization.lastIndex }
}

/** `user:password` in base64, and not a word that happens to be base64. */
export function basicAt(text: string, at: number): Range | null {
  basic.lastIndex = at
  const value = basic.exec(text)?.[1]
  const said = value === undefined ? '' : decoded(value)
  if (value === undefined || !/^[^\s:]{1,128}:./.test(said) || !isWritten(said)) return null
  return { start: basic.lastIndex - value.length, end: basic.lastIndex }
}

/** All of it, or nearly all of what is long: passwords may hold letters of any alphabet. */
function isWritten(said: string): boolean {
  const strange = said.replace(/[\x20-\x7e]/g, '').length
  return strange === 0 || (said.length >= 16 && strange <= said.length / 10)
}

export function jwtAt(text: string, at: number): Range | null {
  jwt.lastIndex = at
  const value = jwt.exec(text)?.[0]
  if (value === undefined || entropy(value) < 3.5) return null
  const header = decoded((value.split('.')[0] as string).replaceAll('-', '+').replaceAll('_', '/'))
  return header.includes('"') ? { start: at, end: jwt.lastIndex } : null
}

/** As Latin characters; '' where it is no base64. */
function decoded(text: string): string {
  const bare = text.replace(/=+$/, '')
  try {
    return String.fromCharCode(...base64.decode(bare.padEnd(Math.ceil(bare.length / 4) * 4, '=')).subarray(0, 1024))
  } catch {
    return ''
  }
}

/** User and password of an address, from after `://`. */
export function credentialsAt(text: string, at: number, wide: boolean): Range | null {
  let colon = -1
  for (let end = at; end < text.length && end < at + 256; end++) {
    const code = text.charCodeAt(end)
    if (code === 64)
      return colon !== -1 && end > colon + 1 && (wide || isTold(text, at, colon, end)) ? { start: at, end } : null
    if (code === 58) colon = colon === -1 ? end : colon
    else if (code <= 32 || '"\'<>`/?\\()[]|'.includes(text[end] as string)) return null
  }
  return null
}

function isTold(text: string, start: number, colon: number, end: number): boolean {
  const user = text.slice(start, colon)
  const password = text.slice(colon + 1, end)
  if (
    password === user ||
    isReference(password) ||
    /^(?:pass|pw|pwd|\*+|x+|foo|bar|baz|secret|changeme|root|admin|test|user|postgres|guest)$/i.test(password)
  )
    return false
  return (
    !isPlaceholder(password) ||
    (password.length >= 10 && isRandom(password) && !/example|your|xxx|\*\*|\.\.\./i.test(password))
  )
}
