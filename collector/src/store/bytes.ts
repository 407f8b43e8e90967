/**
 * RowBinary, written into one growing buffer: what ClickHouse reads with the least work. Plain functions on a plain
 * object, because every span passes here some seventy times.
 */
export interface Bytes {
  buffer: Buffer
  /** Where the next byte goes. */
  at: number
}

export function createBytes(capacity: number): Bytes {
  return { buffer: Buffer.allocUnsafeSlow(Math.max(1024, capacity)), at: 0 }
}

/** What was written. Shares memory with the buffer. */
export function written(out: Bytes): Buffer {
  return out.buffer.subarray(0, out.at)
}

function reserve(out: Bytes, bytes: number): void {
  const needed = out.at + bytes
  if (needed <= out.buffer.length) return
  const grown = Buffer.allocUnsafeSlow(Math.max(needed, out.buffer.length * 2))
  out.buffer.copy(grown, 0, 0, out.at)
  out.buffer = grown
}

export function writeByte(out: Bytes, value: number): void {
  if (out.at === out.buffer.length) reserve(out, 1)
  out.buffer[out.at++] = value
}

/** LEB128: lengths and counts. */
export function writeCount(out: Bytes, value: number): void {
  reserve(out, 8)
  let rest = value
  while (rest >= 0x80) {
    out.buffer[out.at++] = (rest % 0x80) | 0x80
    rest = Math.floor(rest / 0x80)
  }
  out.buffer[out.at++] = rest
}

/** UTF-8; lone surrogates become U+FFFD, as in every encoder of the platform. */
export function writeText(out: Bytes, value: string): void {
  const units = value.length
  if (units === 0) {
    writeByte(out, 0)
    return
  }
  if (units <= 42) {
    // at most three bytes a unit: the length fits one byte and is known after the write
    reserve(out, 127)
    const bytes = out.buffer.write(value, out.at + 1)
    out.buffer[out.at] = bytes
    out.at += bytes + 1
    return
  }
  const bytes = Buffer.byteLength(value)
  writeCount(out, bytes)
  reserve(out, bytes)
  out.at += out.buffer.write(value, out.at)
}

/** `null` and '' are the same in the columns: unknown. */
export function writeMaybeText(out: Bytes, value: string | null): void {
  if (value === null) writeByte(out, 0)
  else writeText(out, value)
}

/** Bytes that were encoded before. */
export function writeEncoded(out: Bytes, encoded: Uint8Array): void {
  reserve(out, encoded.length)
  out.buffer.set(encoded, out.at)
  out.at += encoded.length
}

export function writeUInt16(out: Bytes, value: number): void {
  reserve(out, 2)
  out.at = out.buffer.writeUInt16LE(value, out.at)
}

export function writeUInt32(out: Bytes, value: number): void {
  reserve(out, 4)
  out.at = out.buffer.writeUInt32LE(value, out.at)
}

/** An integer of at most 2^53 either way, as 64 bits. */
export function writeInteger(out: Bytes, value: number): void {
  reserve(out, 8)
  const high = Math.floor(value / 0x1_0000_0000)
  out.at = out.buffer.writeUInt32LE(value - high * 0x1_0000_0000, out.at)
  out.at = out.buffer.writeInt32LE(high, out.at)
}

export function writeBigInteger(out: Bytes, value: bigint): void {
  reserve(out, 8)
  out.at = out.buffer.writeBigInt64LE(value, out.at)
}

export function writeMaybeInteger(out: Bytes, value: number | null): void {
  if (value === null) {
    writeByte(out, 1)
    return
  }
  writeByte(out, 0)
  writeInteger(out, value)
}

export function writeMaybeDouble(out: Bytes, value: number | null): void {
  if (value === null) {
    writeByte(out, 1)
    return
  }
  reserve(out, 9)
  out.buffer[out.at++] = 0
  out.at = out.buffer.writeDoubleLE(value, out.at)
}

export function writeMaybeBoolean(out: Bytes, value: boolean | null): void {
  if (value === null) {
    writeByte(out, 1)
    return
  }
  writeByte(out, 0)
  writeByte(out, value ? 1 : 0)
}

export function writeTexts(out: Bytes, values: readonly string[]): void {
  writeCount(out, values.length)
  for (const value of values) writeText(out, value)
}
