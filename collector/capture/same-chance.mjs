// Loaded before a program: chance and identifiers come out the same each time, so that captures can be compared.
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'

let state = [...(process.env.CAPTURE_NAME ?? '')].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7)
Math.random = () => {
  state = (state + 0x6d2b79f5) >>> 0
  let mixed = Math.imul(state ^ (state >>> 15), state | 1)
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
}
const hex = (length) => Array.from({ length }, () => Math.floor(Math.random() * 16).toString(16)).join('')
const randomUUID = () => `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`
crypto.randomUUID = randomUUID
globalThis.crypto.randomUUID = randomUUID
syncBuiltinESMExports()
