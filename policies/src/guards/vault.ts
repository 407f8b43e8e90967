import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'

/** Hides values behind tokens and brings them back, for one run of one tenant. Holds the values in memory only. */
export interface Vault {
  /** The token of this value; the same value always has the same. */
  hide(value: string, type: string): string
  /** Every token of this vault in a text becomes its value again. Tokens of other vaults stay as they are. */
  restore(text: string): string
  /** The same in the strings of a JSON text, where a value may need escapes. Text that is no JSON is restored as text. */
  restoreJson(json: string): string
  /** Where tokens of this vault stand in a text. */
  tokensIn(text: string): readonly { readonly start: number; readonly end: number }[]
  /** Undefined for what is no token of this vault. */
  valueOf(token: string): string | undefined
  /** Every token and what it stands for. */
  entries(): readonly (readonly [token: string, value: string])[]
  /** Takes what a vault of the same settings hid elsewhere. */
  adopt(entries: readonly (readonly [token: string, value: string])[]): void
  readonly size: number
}

export interface VaultSettings {
  /** Secret of this vault; from it come tokens that no other vault understands. */
  readonly key: string
  /** @default '' */
  readonly tenant?: string
  readonly run: string
  /** Values that it holds at most; more are hidden for good. @default 10_000 */
  readonly limit?: number
}

const ALPHABET = 'ABCDEFGHJKMNPQRSTVWXYZ23456789AB'
/** Letters and digits after the type: 60 bits. */
const SIZE = 12
const token = /\b[A-Z][A-Z0-9_]{1,40}_v[A-HJKMNP-TV-Z2-9]{12}\b/g

export function createVault({ key, tenant = '', run, limit = 10_000 }: VaultSettings): Vault {
  // lengths keep `a`+`bc` and `ab`+`c` apart
  const secret = hmac(sha256, utf8ToBytes(key), utf8ToBytes(`${tenant.length}:${tenant}:${run}`))
  const values = new Map<string, string>()

  function tokenOf(value: string, type: string): string {
    const bytes = hmac(sha256, secret, utf8ToBytes(`${type}:${value}`))
    let name = ''
    for (let i = 0; i < SIZE; i++) name += ALPHABET[(bytes[i] as number) & 31]
    return `${type}_v${name}`
  }

  return {
    hide(value, type) {
      const name = tokenOf(value, type)
      if (values.size < limit || values.has(name)) values.set(name, value)
      else return `<${type}>`
      return name
    },
    restore: (text) => text.replace(token, (name) => values.get(name) ?? name),
    restoreJson(json) {
      try {
        JSON.parse(json)
      } catch {
        return json.replace(token, (name) => values.get(name) ?? name)
      }
      // tokens stand inside strings only: letters, digits and `_` need quotes in JSON
      return json.replace(token, (name) => {
        const value = values.get(name)
        return value === undefined ? name : JSON.stringify(value).slice(1, -1)
      })
    },
    tokensIn(text) {
      if (values.size === 0) return []
      const found = [...text.matchAll(token)].filter(([name]) => values.has(name))
      return found.map(({ 0: name, index }) => ({ start: index, end: index + name.length }))
    },
    valueOf: (name) => values.get(name),
    entries: () => [...values],
    adopt(entries) {
      for (const [name, value] of entries) if (values.size < limit) values.set(name, value)
    },
    get size() {
      return values.size
    },
  }
}
