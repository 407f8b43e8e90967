const MOST_DEPTH = 32
const utf8 = new TextDecoder()

/**
 * What MessagePack bytes say, as JSON would have it: bytes and extensions are null, integers beyond 2^53 lose precision.
 * `undefined` where the bytes are damaged, cut or nested too deep.
 */
export function fromMsgpack(bytes: Uint8Array): unknown {
  try {
    return reader(bytes)(0)
  } catch (cause) {
    if (cause instanceof RangeError) return undefined
    throw cause
  }
}

function reader(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0

  /** Moves past so many bytes; a RangeError where there are no more. */
  function past(length: number): number {
    const from = at
    if (from + length > bytes.length) throw new RangeError('cut')
    at += length
    return from
  }

  function text(length: number): string {
    const from = past(length)
    return utf8.decode(bytes.subarray(from, from + length))
  }

  function list(length: number, depth: number): unknown[] {
    // each item takes a byte at least
    if (length > bytes.length - at) throw new RangeError('cut')
    return Array.from({ length }, () => value(depth + 1))
  }

  function map(length: number, depth: number): Record<string, unknown> {
    const told: Record<string, unknown> = Object.create(null)
    if (length * 2 > bytes.length - at) throw new RangeError('cut')
    for (let each = 0; each < length; each++) {
      const key = value(depth + 1)
      told[String(key)] = value(depth + 1)
    }
    return told
  }

  function skip(length: number): null {
    past(length)
    return null
  }

  const size = (width: 1 | 2 | 4): number => {
    const from = past(width)
    return width === 1 ? view.getUint8(from) : width === 2 ? view.getUint16(from) : view.getUint32(from)
  }

  const wide: Readonly<Record<number, (depth: number) => unknown>> = {
    192: () => null,
    194: () => false,
    195: () => true,
    196: () => skip(size(1)),
    197: () => skip(size(2)),
    198: () => skip(size(4)),
    199: () => skip(size(1) + 1),
    200: () => skip(size(2) + 1),
    201: () => skip(size(4) + 1),
    202: () => view.getFloat32(past(4)),
    203: () => view.getFloat64(past(8)),
    204: () => view.getUint8(past(1)),
    205: () => view.getUint16(past(2)),
    206: () => view.getUint32(past(4)),
    207: () => Number(view.getBigUint64(past(8))),
    208: () => view.getInt8(past(1)),
    209: () => view.getInt16(past(2)),
    210: () => view.getInt32(past(4)),
    211: () => Number(view.getBigInt64(past(8))),
    212: () => skip(2),
    213: () => skip(3),
    214: () => skip(5),
    215: () => skip(9),
    216: () => skip(17),
    217: () => text(size(1)),
    218: () => text(size(2)),
    219: () => text(size(4)),
    220: (depth) => list(size(2), depth),
    221: (depth) => list(size(4), depth),
    222: (depth) => map(size(2), depth),
    223: (depth) => map(size(4), depth),
  }

  function value(depth: number): unknown {
    if (depth > MOST_DEPTH) throw new RangeError('too deep')
    const type = view.getUint8(past(1))
    if (type < 0x80) return type
    if (type < 0x90) return map(type - 0x80, depth)
    if (type < 0xa0) return list(type - 0x90, depth)
    if (type < 0xc0) return text(type - 0xa0)
    if (type >= 0xe0) return type - 0x100
    const read = wide[type]
    if (read === undefined) throw new RangeError('unknown type')
    return read(depth)
  }

  return value
}
