import { sha256 } from '@noble/hashes/sha2.js'
import { bech32, bech32m, createBase58check } from '@scure/base'
import { type Personal, type Place, personal } from './place.ts'

const base58check = createBase58check(sha256)
const base58 = /^[13LMDA9T][1-9A-HJ-NP-Za-km-z]{25,34}$/
const segwit = /^(?:bc1|ltc1|tb1)[02-9ac-hj-np-z]{25,87}$/i

/** The wallet address that the whole word from `start` to `end` is: right in its own check sum, or an Ethereum one named so. */
export function walletAt(place: Place, start: number, end: number): Personal | null {
  const size = end - start
  if (size < 26 || size > 90) return null
  const word = place.text.slice(start, end)
  if (word.startsWith('0x')) {
    if (size !== 42 || !/^0x[0-9a-fA-F]{40}$/.test(word) || !place.near('crypto', start, end, 48, 24)) return null
    return personal('CRYPTO', 'wallet', start, end, 0.8, 'Forty hexadecimal digits beside a word for a wallet.')
  }
  const isRight = size <= 35 && base58.test(word) ? isBase58(word) : segwit.test(word) && isBech32(word)
  return isRight ? personal('CRYPTO', 'wallet', start, end, 1, 'A wallet address with a right check sum.') : null
}

function isBase58(word: string): boolean {
  try {
    return base58check.decode(word).length === 21
  } catch {
    return false
  }
}

function isBech32(word: string): boolean {
  const lower = word.toLowerCase()
  return bech32.decodeUnsafe(lower, 90) !== undefined || bech32m.decodeUnsafe(lower, 90) !== undefined
}
