import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Vault } from './vault.ts'

/** How a value is hidden. */
export const OPERATORS = ['replace', 'mask', 'hash', 'redact', 'vault'] as const
export type OperatorName = (typeof OPERATORS)[number]

/** What stands in a value's place. `type` is its entity name. */
export type Operator = (value: string, type: string) => string

export interface OperatorParts {
  /** For `hash`: equal values give equal hashes under one key, and nothing can be guessed without it. */
  readonly hashKey?: string
  /** For `vault`. */
  readonly vault?: Vault
}

/**
 * `replace` writes `<TYPE>` · `mask` keeps the last four of long values · `hash` writes `<TYPE:…>` with 64 bits of a
 * keyed hash · `redact` leaves nothing · `vault` writes a token that the same vault restores.
 *
 * @throws RangeError where `hash` has no key, or `vault` no vault
 */
export function createOperator(name: OperatorName, { hashKey, vault }: OperatorParts = {}): Operator {
  switch (name) {
    case 'replace':
      return (_value, type) => `<${type}>`
    case 'mask':
      return (value) => masked(value)
    case 'redact':
      return () => ''
    case 'hash': {
      if (hashKey === undefined || hashKey.length < 16)
        throw new RangeError('`hash` needs a key of at least 16 characters')
      const key = utf8ToBytes(hashKey)
      return (value, type) => `<${type}:${bytesToHex(hmac(sha256, key, utf8ToBytes(value))).slice(0, 16)}>`
    }
    case 'vault':
      if (vault === undefined) throw new RangeError('`vault` needs a vault')
      return (value, type) => vault.hide(value, type)
  }
}

/** Every letter and digit a `*`; of twelve or more the last four stay. */
function masked(value: string): string {
  const open = value.length >= 12 ? value.length - 4 : value.length
  return value.slice(0, open).replace(/[\p{L}\p{N}]/gu, '*') + value.slice(open)
}
