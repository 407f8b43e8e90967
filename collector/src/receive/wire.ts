import { PbfReader } from 'pbf'
import { unreadable } from './decoded.ts'
import { type Id, idFromBytes } from './id.ts'
import { cut, type Work } from './work.ts'

/**
 * A checked way to read protobuf with `pbf`: every message, text and field must end where its length says, so that
 * damaged bytes are found and never half-read. Tags are `field << 3 | wire type`: a known field of a wrong wire type is
 * an unknown field, as protobuf asks.
 */
export interface Wire {
  readonly reader: PbfReader
  /** The same bytes, for texts and ids. */
  readonly bytes: Buffer
  readonly work: Work
}

export function openWire(body: Uint8Array, work: Work): Wire {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  return { reader: new PbfReader(bytes), bytes, work }
}

/** The next field's tag. Call while `reader.pos < end`. */
export function readTag({ reader }: Wire): number {
  const tag = reader.readVarint()
  if (tag < 8) throw unreadable('A field has the number 0.')
  return tag
}

/** Reads the length of a message or text and gives its end, which must lie inside what holds it. */
export function readEnd({ reader }: Wire, outerEnd: number): number {
  const length = reader.readVarint()
  const end = reader.pos + length
  if (end > outerEnd) throw unreadable('A field is longer than the message that holds it.')
  return end
}

export function skip(wire: Wire, tag: number): void {
  wire.reader.skip(tag)
}

/** Every loop over a message ends with this. */
export function closeMessage({ reader }: Wire, end: number): void {
  if (reader.pos !== end) throw unreadable('A message does not end where its length says.')
}

export function readFixed64({ reader }: Wire): bigint {
  const value = reader.dataView.getBigUint64(reader.pos, true)
  reader.pos += 8
  return value
}

/** A signed 64-bit integer: a number where that is exact, else its decimal digits. */
export function readInt64({ reader }: Wire): number | string {
  const start = reader.pos
  const value = reader.readVarint(true)
  if (Number.isSafeInteger(value)) return value
  let exact = 0n
  for (let at = start, shift = 0n; at < reader.pos; at++, shift += 7n) {
    exact |= BigInt(reader.buf[at]! & 0x7f) << shift
  }
  return BigInt.asIntN(64, exact).toString()
}

export function readId(wire: Wire, outerEnd: number, want: number): Id {
  const end = readEnd(wire, outerEnd)
  const start = wire.reader.pos
  wire.reader.pos = end
  return idFromBytes(wire.bytes, start, end, want)
}

/** Text of at most `limit` bytes, cut at a character and counted; invalid UTF-8 becomes U+FFFD. */
export function readText(wire: Wire, outerEnd: number, limit: number): string {
  const end = readEnd(wire, outerEnd)
  const { reader, bytes, work } = wire
  const start = reader.pos
  reader.pos = end
  if (end - start <= limit) return bytes.toString('utf8', start, end)
  cut(work, 'strings', 1)
  return bytes.toString('utf8', start, wholeCharacters(bytes, start, start + limit))
}

/** The last position at or before `end` where a character ends. */
export function wholeCharacters(bytes: Uint8Array, start: number, end: number): number {
  let at = end
  while (at > start && at > end - 3 && (bytes[at]! & 0xc0) === 0x80) at--
  return (bytes[at]! & 0xc0) === 0x80 ? end : at
}

/** Base64 of at most `limit` bytes; what is cut is counted. */
export function readBase64(wire: Wire, outerEnd: number, limit: number): string {
  const end = readEnd(wire, outerEnd)
  const { reader, bytes, work } = wire
  const start = reader.pos
  reader.pos = end
  if (end - start > limit) cut(work, 'strings', 1)
  return bytes.toString('base64', start, Math.min(end, start + limit))
}

const internedBytes = 64
const slots = 4096
const interned: string[] = new Array<string>(slots).fill('')

/**
 * An attribute name: the same few hundred come again and again, so each is made once and found by its bytes. Holds at
 * most `slots` names, all ASCII and at most `internedBytes` long; a name that falls on a taken slot replaces it.
 */
export function readName(wire: Wire, outerEnd: number, limit: number): string {
  const { reader, bytes } = wire
  const before = reader.pos
  const end = readEnd(wire, outerEnd)
  const start = reader.pos
  const length = end - start
  if (length === 0 || length > internedBytes || length > limit) {
    reader.pos = before
    return readText(wire, outerEnd, limit)
  }
  reader.pos = end
  let hash = length
  for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + bytes[at]!) | 0
  const slot = hash & (slots - 1)
  const known = interned[slot]!
  if (known.length === length && sameAscii(known, bytes, start)) return known
  const name = bytes.toString('utf8', start, end)
  if (name.length === length) interned[slot] = name
  return name
}

function sameAscii(text: string, bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false
  return true
}
