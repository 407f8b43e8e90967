import { OutriderError } from '../errors.ts'
import { unreadable } from './decoded.ts'
import type { Limits } from './limits.ts'

/** Far beyond any attribute that is kept, which takes four levels for each of its own. */
const deepest = 2048
/** Parsing is what JSON costs most, so each brace, bracket and comma counts before anything is parsed. */
const valuesPerMark = 2
/** From this many digits on a double may not hold an integer. */
const longDigits = 16

/**
 * Parses a body after looking over its brackets: a few bytes can ask `JSON.parse` for a lot of memory, so depth and
 * number of values are judged first. Integers that a double may not hold come out as their digits, in a string.
 */
export function parseJson(body: Uint8Array, limits: Limits): unknown {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const text = quoted(bytes, survey(bytes, limits)).toString('utf8')
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfe_ff ? text.slice(1) : text)
  } catch (cause) {
    throw unreadable('The body is not valid JSON.', { cause })
  }
}

/** Throws for what is too deep or too much; finds the long integers: start, end, start, end, … */
function survey(body: Buffer, limits: Limits): number[] {
  const found: number[] = []
  let depth = 0
  let marks = 0
  for (let at = 0; at < body.length; at++) {
    const byte = body[at]!
    if (isDigit(byte)) {
      const end = endOfDigits(body, at)
      if (end - at >= longDigits) addInteger(body, at, end, found)
      at = end - 1
    } else if (byte === 0x22) at = endOfString(body, at + 1)
    else if (byte === 0x2c) marks++
    else if (byte === 0x7b || byte === 0x5b) {
      marks++
      if (++depth > deepest) throw unreadable(`The body is nested deeper than ${deepest} levels.`)
    } else if (byte === 0x7d || byte === 0x5d) depth--
  }
  if (marks * valuesPerMark > limits.values) {
    throw new OutriderError('OUT_BODY_TOO_LARGE', `The body holds more than ${limits.values} values.`)
  }
  return found
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}

function endOfDigits(body: Buffer, start: number): number {
  let at = start
  while (at < body.length && isDigit(body[at]!)) at++
  return at
}

/** Digits are a whole integer where a bracket, colon, comma or white space stands on both sides. */
function addInteger(body: Buffer, digits: number, end: number, found: number[]): void {
  const start = body[digits - 1] === 0x2d ? digits - 1 : digits
  if (ends.has(body[start - 1] ?? 0) && ends.has(body[end] ?? 0)) found.push(start, end)
}

const ends: ReadonlySet<number> = new Set(Buffer.from(':,[]{} \t\r\n'))

/** The body with quotes around the integers found in it. */
function quoted(body: Buffer, integers: readonly number[]): Buffer {
  if (integers.length === 0) return body
  const out = Buffer.allocUnsafe(body.length + integers.length)
  let read = 0
  let written = 0
  for (const at of integers) {
    written += body.copy(out, written, read, at)
    out[written++] = 0x22
    read = at
  }
  body.copy(out, written, read)
  return out
}

function endOfString(body: Uint8Array, start: number): number {
  let at = start
  while (at < body.length && body[at] !== 0x22) at += body[at] === 0x5c ? 2 : 1
  return at
}

export type JsonObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
